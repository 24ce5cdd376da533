package org.understudy.server.console;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.LongSupplier;

/**
 * Bounds wrong logins: after {@value #FREE} of one address or for one name, further ones wait until their time has come, which
 * doubles with each, up to a minute; five minutes without one forget them. Memory is bounded. Thread-safe.
 */
final class LoginBrake {
    private static final int FREE = 5;
    private static final int MOST_DOUBLINGS = 6;
    private static final int MOST_KNOWN = 10_000;
    private static final long SECOND = Duration.ofSeconds(1).toNanos();
    private static final long FORGET = Duration.ofMinutes(5).toNanos();

    private final LongSupplier nanos;
    private final Map<String, Failures> known = new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Failures> eldest) {
            return size() > MOST_KNOWN;
        }
    };

    private record Failures(int count, long last) {}

    LoginBrake(LongSupplier nanos) {
        this.nanos = nanos;
    }

    /** How long the next try must wait; zero if it may be made now. */
    synchronized Duration wait(String address, String name) {
        return Duration.ofNanos(Math.max(left("a " + address), left("n " + name)));
    }

    synchronized void failed(String address, String name) {
        note("a " + address);
        note("n " + name);
    }

    synchronized void succeeded(String address, String name) {
        known.remove("a " + address);
        known.remove("n " + name);
    }

    private void note(String key) {
        Failures before = known.get(key);
        long now = nanos.getAsLong();
        int count = before == null || now - before.last() > FORGET ? 0 : before.count();
        known.put(key, new Failures(count + 1, now));
    }

    private long left(String key) {
        Failures failures = known.get(key);
        if (failures == null || failures.count() < FREE) {
            return 0;
        }
        long wait = SECOND << Math.min(MOST_DOUBLINGS, failures.count() - FREE);
        return Math.max(0, wait - (nanos.getAsLong() - failures.last()));
    }
}
