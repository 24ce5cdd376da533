package org.understudy.server.imap;

import java.net.InetAddress;
import java.time.Duration;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Slows logins down after failures; it never refuses one. Attempts from an address with more than three failures take turns,
 * up to two seconds apart, so that many connections do not help; and the answer to a failed login waits longer, the more
 * logins of the same user, address or neighbourhood (IPv4 of 24 bits, IPv6 of 48) have failed, up to 30 seconds.
 *
 * <p>While a user is being guessed at from many addresses, the right password waits as long as a wrong one does, so that a
 * guesser cannot give up early and go on; but not from where the user has logged in before. One failure is forgotten every
 * five minutes. A login that succeeds makes up for three of its address, each user's once in five minutes: an office behind
 * one address is not held up by one telephone with an old password, and a guesser with an account of its own gains nothing
 * by logging in between guesses. Addresses of this machine, where webmail and proxies run, do not count. Thread-safe; its
 * memory is bounded.
 */
public final class LoginThrottle {
    private static final int FREE = 3;
    private static final int MOST_DOUBLINGS = 6;
    private static final int MOST_KNOWN = 50_000;
    private static final long FORGET_NANOS = Duration.ofMinutes(5).toNanos();
    private static final Duration LONGEST = Duration.ofSeconds(30);
    private static final Duration LONGEST_TURN = Duration.ofSeconds(2);
    private static final int FORGIVEN = 3;
    /** Failures of a user from which on it is being guessed at. */
    private static final int GUESSED_AT = 20;
    /** Failures of a neighbourhood that cost nothing. */
    private static final int FREE_NEIGHBOURS = 30;

    private final Duration base;
    private final boolean on;
    private final LongSupplier nanos;
    private final Map<String, Failures> addresses = bounded();
    private final Map<String, Failures> users = bounded();
    private final Map<String, Failures> neighbourhoods = bounded();
    /** By address and user: when it was forgiven last, by the clock. */
    private final Map<String, Long> logins = bounded();

    private static final class Failures {
        private int count;
        private long last;
        private long next;
    }

    /**
     * @param base the shortest wait
     * @param nanos a clock like {@link System#nanoTime()}
     */
    public LoginThrottle(boolean on, Duration base, LongSupplier nanos) {
        this.on = on;
        this.base = base;
        this.nanos = nanos;
    }

    private static <V> Map<String, V> bounded() {
        return new LinkedHashMap<>(16, 0.75f, true) {
            private static final long serialVersionUID = 1;

            @Override
            protected boolean removeEldestEntry(Map.Entry<String, V> eldest) {
                return size() > MOST_KNOWN;
            }
        };
    }

    /** How long an attempt from that address has to wait before it is looked at; takes its turn. */
    public synchronized Duration before(InetAddress address) {
        Failures failures = current(addresses, key(address));
        if (!on || failures == null || failures.count <= FREE) {
            return Duration.ZERO;
        }
        long now = nanos.getAsLong();
        long turn = Math.max(now, failures.next);
        long wait = Math.min(turn - now, LONGEST.toNanos());
        failures.next = now + wait + Math.min(grown(failures.count).toNanos(), LONGEST_TURN.toNanos());
        return Duration.ofNanos(wait);
    }

    /**
     * Notes a failed login.
     *
     * @param user as the client gave it, or empty
     * @return how long its answer has to wait at least
     */
    public synchronized Duration failed(InetAddress address, String user) {
        if (!on) {
            return Duration.ZERO;
        }
        Duration wait = Duration.ZERO;
        if (!address.isLoopbackAddress()) {
            wait = grown(note(addresses, key(address)).count);
            int neighbours = note(neighbourhoods, neighbourhood(address)).count;
            Duration ofAll = grown(neighbours - FREE_NEIGHBOURS + FREE);
            wait = ofAll.compareTo(wait) > 0 ? ofAll : wait;
        }
        if (!user.isEmpty()) {
            Duration ofUser = grown(note(users, user.toLowerCase(Locale.ROOT)).count);
            wait = ofUser.compareTo(wait) > 0 ? ofUser : wait;
        }
        return wait;
    }

    /**
     * Notes a login that succeeded.
     *
     * @param user as it is stored
     * @return how long its answer has to wait
     */
    public synchronized Duration succeeded(InetAddress address, String user) {
        if (!on) {
            return Duration.ZERO;
        }
        String name = user.toLowerCase(Locale.ROOT);
        String key = key(address) + " " + name;
        long now = nanos.getAsLong();
        Long before = logins.get(key);
        Failures failures = current(addresses, key(address));
        if (before == null || now - before >= FORGET_NANOS) {
            logins.put(key, now);
            if (failures != null) {
                failures.count = Math.max(0, failures.count - FORGIVEN);
            }
        }
        Failures ofUser = current(users, name);
        if (ofUser == null || ofUser.count <= GUESSED_AT || before != null || address.isLoopbackAddress()) {
            return Duration.ZERO;
        }
        return grown(ofUser.count);
    }

    private Failures note(Map<String, Failures> known, String key) {
        Failures failures = current(known, key);
        if (failures == null) {
            failures = new Failures();
            failures.next = nanos.getAsLong();
            known.put(key, failures);
        }
        failures.count++;
        failures.last = nanos.getAsLong();
        return failures;
    }

    private @Nullable Failures current(Map<String, Failures> known, String key) {
        Failures failures = known.get(key);
        if (failures == null) {
            return null;
        }
        long periods = (nanos.getAsLong() - failures.last) / FORGET_NANOS;
        failures.count -= (int) Math.min(failures.count, periods);
        failures.last += periods * FORGET_NANOS;
        if (failures.count == 0) {
            known.remove(key);
            return null;
        }
        return failures;
    }

    private Duration grown(int count) {
        if (count <= FREE) {
            return Duration.ZERO;
        }
        Duration wait = base.multipliedBy(1L << Math.min(count - FREE - 1, MOST_DOUBLINGS));
        return wait.compareTo(LONGEST) > 0 ? LONGEST : wait;
    }

    /** The network of 24 bits of an IPv4 address, of 48 bits of an IPv6 address. */
    private static String neighbourhood(InetAddress address) {
        byte[] octets = address.getAddress();
        return HexFormat.of().formatHex(Arrays.copyOf(octets, octets.length == 4 ? 3 : 6));
    }

    /** An IPv4 address, or the network of 64 bits of an IPv6 address, which one client has to itself. */
    public static String key(InetAddress address) {
        byte[] octets = address.getAddress();
        return HexFormat.of().formatHex(Arrays.copyOf(octets, Math.min(octets.length, 8)));
    }
}
