package org.understudy.server.account;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.InvalidKeyException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.LongSupplier;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * Remembers for a short time that a password was right, so that a mail program which opens many connections costs one
 * slow hash and not one each (ADR 17).
 *
 * <p>Kept is HMAC-SHA-256, under a random key of this process, over user name, stored hash and password, each with its
 * length before it; never the password. Since the stored hash is part of it, a changed password is another entry at
 * once, and a renewed hash too. Only right passwords are kept: a wrong one always costs the slow hash, so guessing is no
 * faster, and an answer that comes fast tells only what the asker knew. Thread-safe.
 */
final class VerifiedPasswords {
    private static final int MOST = 20_000;
    private static final String ALGORITHM = "HmacSHA256";

    private static final class Known {
        private final byte[] tag;
        private final long until;

        Known(byte[] tag, long until) {
            this.tag = tag;
            this.until = until;
        }
    }

    private final SecretKeySpec key;
    private final long lifeNanos;
    private final LongSupplier nanoTime;
    private final Map<String, Known> entries = new LinkedHashMap<>(64, 0.75f, true) {
        private static final long serialVersionUID = 1;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Known> eldest) {
            return size() > MOST;
        }
    };

    /**
     * @param life how long a password is remembered after it was checked; zero for not at all
     * @param nanoTime as {@link System#nanoTime}
     */
    VerifiedPasswords(Duration life, SecureRandom random, LongSupplier nanoTime) {
        byte[] secret = new byte[32];
        random.nextBytes(secret);
        key = new SecretKeySpec(secret, ALGORITHM);
        Arrays.fill(secret, (byte) 0);
        lifeNanos = life.toNanos();
        this.nanoTime = nanoTime;
    }

    /** Whether {@link #remember} was called with the same not long ago. Takes the same time wherever they differ. */
    boolean knows(String user, String storedHash, CharSequence password) {
        if (lifeNanos == 0) {
            return false;
        }
        Known entry;
        synchronized (entries) {
            entry = entries.get(user);
        }
        if (entry == null || entry.until - nanoTime.getAsLong() <= 0) {
            return false;
        }
        return MessageDigest.isEqual(entry.tag, tag(user, storedHash, password));
    }

    /** {@code storedHash} was found to be the password's; it may not be remembered again without that check. */
    void remember(String user, String storedHash, CharSequence password) {
        if (lifeNanos != 0) {
            Known entry = new Known(tag(user, storedHash, password), nanoTime.getAsLong() + lifeNanos);
            synchronized (entries) {
                entries.put(user, entry);
            }
        }
    }

    private byte[] tag(String user, String storedHash, CharSequence password) {
        byte[] secret = PasswordHash.bytes(password);
        try {
            Mac mac = Mac.getInstance(ALGORITHM);
            mac.init(key);
            add(mac, user.getBytes(StandardCharsets.UTF_8));
            add(mac, storedHash.getBytes(StandardCharsets.UTF_8));
            add(mac, secret);
            return mac.doFinal();
        } catch (NoSuchAlgorithmException | InvalidKeyException e) {
            throw new IllegalStateException("every Java has " + ALGORITHM, e);
        } finally {
            Arrays.fill(secret, (byte) 0);
        }
    }

    private static void add(Mac mac, byte[] part) {
        mac.update(ByteBuffer.allocate(4).putInt(part.length).array());
        mac.update(part);
    }
}
