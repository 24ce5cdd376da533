package org.understudy.restore.merge;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import org.understudy.storage.keyspace.Digest;

/** SHA-256 of bytes at hand. */
final class Hashes {
    private Hashes() {}

    static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }

    static Digest sha256(byte[] bytes) {
        return Digest.of(sha256().digest(bytes));
    }
}
