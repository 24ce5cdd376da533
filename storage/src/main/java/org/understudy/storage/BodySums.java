package org.understudy.storage;

import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.function.BiConsumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.understudy.storage.engine.View;
import org.understudy.storage.keyspace.BodyCodec;
import org.understudy.storage.keyspace.BodyId;
import org.understudy.storage.keyspace.Digest;
import org.understudy.storage.keyspace.Family;
import org.understudy.storage.keyspace.Keys;

/** Computes digests of bodies as they lie in the store, in one buffer of its own. Not thread-safe. */
public final class BodySums {
    private static final Logger LOG = LoggerFactory.getLogger(BodySums.class);

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
        return new Sum(head(id).size(), Digest.of(sha256.digest()));
    }

    /**
     * Reads a whole body and compares it with the digest that it states.
     *
     * @return what it states of itself
     * @throws CorruptionException if it cannot be read, or is another
     */
    public BodyCodec.Head verified(BodyId id) {
        BodyCodec.Head head = head(id);
        if (!Digest.of(sha256.digest()).equals(head.rawDigest())) {
            throw corrupt(Keys.body(id, 0), "body " + id + " does not have the digest that was stored with it");
        }
        return head;
    }

    /** Sums a body up, and leaves the sum in {@link #sha256}. */
    private BodyCodec.Head head(BodyId id) {
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
        return head;
    }

    /**
     * Sums up the bodies from {@code first} to {@code last}, in one pass over their rows. A body that cannot be read, or is
     * not whole, is not given; {@link #of} says what is wrong with it.
     */
    public void each(BodyId first, BodyId last, BiConsumer<BodyId, Sum> out) {
        Pass pass = new Pass(out);
        reads++;
        try {
            view.scanShared(
                    Family.BODY,
                    Keys.body(first, 0),
                    Keys.body(new BodyId(last.value() + 1), 0),
                    row.length,
                    (key, value, length) -> {
                        pass.row(key, value, length);
                        return true;
                    });
        } catch (CorruptionException e) {
            LOG.debug("Bodies {} to {} cannot all be read in one pass", first, last, e);
        }
    }

    /** Bodies whose rows go by in the order of their keys. */
    private final class Pass {
        private final BiConsumer<BodyId, Sum> out;
        /** The body whose next chunk is due, or -1. */
        private long due = -1;

        private int chunk;
        private int chunks;
        private long stated;
        private long size;

        Pass(BiConsumer<BodyId, Sum> out) {
            this.out = out;
        }

        void row(byte[] key, byte[] value, int length) {
            long id = Keys.idOf(Family.BODY, key);
            if (Keys.chunkOf(key) == 0) {
                BodyCodec.Head head = BodyCodec.head(key, value);
                due = id;
                chunk = 0;
                chunks = head.chunks();
                stated = head.size();
                size = 0;
                sha256.reset();
            } else if (id != due || Keys.chunkOf(key) != chunk) {
                due = -1;
                return;
            }
            int from = BodyCodec.dataOffset(key, value, chunk);
            sha256.update(value, from, length - from);
            size += length - from;
            if (++chunk == chunks) {
                due = -1;
                if (size == stated) {
                    out.accept(new BodyId(id), new Sum(size, Digest.of(sha256.digest())));
                }
            }
        }
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
