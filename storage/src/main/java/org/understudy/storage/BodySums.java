package org.understudy.storage;

import java.security.MessageDigest;
import java.util.HexFormat;
import org.understudy.storage.engine.View;
import org.understudy.storage.keyspace.BodyCodec;
import org.understudy.storage.keyspace.BodyId;
import org.understudy.storage.keyspace.Digest;
import org.understudy.storage.keyspace.Family;
import org.understudy.storage.keyspace.Keys;

/** Computes digests of bodies as they lie in the store, in one buffer of its own. Not thread-safe. */
public final class BodySums {
    private final View view;
    private final MessageDigest sha256 = Digest.sha256();
    private byte[] row = new byte[64 << 10];
    private long reads;

    BodySums(View view) {
        this.view = view;
    }

    /** Size and SHA-256 of a body's bytes. */
    public record Sum(long size, Digest digest) {}

    /** @throws CorruptionException if the bytes cannot be read, or are not as many as the body's head says */
    public Sum of(BodyId id) {
        sha256.reset();
        byte[] key = Keys.body(id, 0);
        int length = read(id, key, 0);
        BodyCodec.Head head = BodyCodec.head(key, row);
        long size = 0;
        for (int chunk = 0; ; ) {
            int from = BodyCodec.dataOffset(key, row, chunk);
            sha256.update(row, from, length - from);
            size += length - from;
            if (++chunk == head.chunks()) {
                break;
            }
            key = Keys.body(id, chunk);
            length = read(id, key, chunk);
        }
        if (size != head.size()) {
            throw corrupt(key, "body " + id + " should have " + head.size() + " octets and has " + size);
        }
        return new Sum(size, Digest.of(sha256.digest()));
    }

    /** How often the store was read so far, as {@link MailStore#calls} counts. */
    public long reads() {
        return reads;
    }

    private int read(BodyId id, byte[] key, int chunk) {
        reads++;
        int length = view.read(Family.BODY, key, row);
        if (length > row.length) {
            row = new byte[length];
            reads++;
            length = view.read(Family.BODY, key, row);
        }
        if (length < 0) {
            throw corrupt(key, "chunk " + chunk + " of body " + id + " is missing");
        }
        return length;
    }

    private static CorruptionException corrupt(byte[] key, String what) {
        return new CorruptionException(
                Family.BODY.columnFamily(), HexFormat.of().formatHex(key), what, null);
    }
}
