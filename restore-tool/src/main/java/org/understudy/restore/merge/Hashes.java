package org.understudy.restore.merge;

import org.understudy.storage.keyspace.Digest;

/** SHA-256 of bytes at hand. */
final class Hashes {
    private Hashes() {}

    static Digest sha256(byte[] bytes) {
        return Digest.of(Digest.sha256().digest(bytes));
    }
}
