package org.understudy.server.console;

import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import org.understudy.server.access.Identity;
import org.understudy.storage.keyspace.Digest;

/** The sessions of this process; none outlives it. Thread-safe. */
final class Sessions {
    static final Duration IDLE = Duration.ofMinutes(30);
    static final Duration LONGEST = Duration.ofHours(12);

    private static final int BYTES = 32;
    private static final int MOST = 1_000;

    private final Clock clock;
    private final SecureRandom random;
    private final Predicate<Session> stillGood;
    private final Map<String, Session> byDigest = new HashMap<>();

    /** @param stillGood whether the account, role or token by which a session began still holds */
    Sessions(Clock clock, SecureRandom random, Predicate<Session> stillGood) {
        this.clock = clock;
        this.random = random;
        this.stillGood = stillGood;
    }

    /** @param secret for the cookie, known to nobody else */
    record Begun(String secret, Session session) {}

    /** The one that was not used for longest goes where there are too many. */
    synchronized Begun begin(Identity identity, boolean byPassword) {
        byDigest.values().removeIf(this::over);
        while (byDigest.size() >= MOST) {
            byDigest.entrySet().stream()
                    .min(Comparator.comparing(entry -> entry.getValue().usedAt()))
                    .map(Map.Entry::getKey)
                    .ifPresent(byDigest::remove);
        }
        String secret = fresh();
        Session session = new Session(identity, byPassword, fresh(), clock.instant());
        byDigest.put(digest(secret), session);
        return new Begun(secret, session);
    }

    /** The session of a cookie, if it still holds; a use counts against its being idle. */
    synchronized Optional<Session> of(String secret) {
        String key = digest(secret);
        Session session = byDigest.get(key);
        if (session == null) {
            return Optional.empty();
        }
        if (over(session) || !stillGood.test(session)) {
            byDigest.remove(key);
            return Optional.empty();
        }
        session.used(clock.instant());
        return Optional.of(session);
    }

    synchronized void end(Session session) {
        byDigest.values().removeIf(one -> one == session);
    }

    private boolean over(Session session) {
        Instant now = clock.instant();
        return Duration.between(session.usedAt(), now).compareTo(IDLE) >= 0
                || Duration.between(session.begunAt(), now).compareTo(LONGEST) >= 0;
    }

    private String fresh() {
        byte[] bytes = new byte[BYTES];
        random.nextBytes(bytes);
        return HexFormat.of().formatHex(bytes);
    }

    private static String digest(String secret) {
        return Digest.of(Digest.sha256().digest(secret.getBytes(StandardCharsets.UTF_8)))
                .toString();
    }
}
