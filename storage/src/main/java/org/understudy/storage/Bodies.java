package org.understudy.storage;

import java.io.InputStream;
import java.nio.ByteBuffer;
import java.util.Optional;
import org.understudy.storage.engine.Engine;
import org.understudy.storage.keyspace.BodyCodec;
import org.understudy.storage.keyspace.BodyId;
import org.understudy.storage.keyspace.Codec;
import org.understudy.storage.keyspace.Digest;
import org.understudy.storage.keyspace.Family;
import org.understudy.storage.keyspace.Keys;

/** The stored bytes of messages, in chunks. Reads throw {@link CorruptionException} where bytes cannot be read. */
public final class Bodies {
    /** Room for what precedes a chunk's bytes, unless the message came with very many keywords. */
    public static final int HEAD_ROOM = 256;

    private final Engine engine;

    Bodies(Engine engine) {
        this.engine = engine;
    }

    /** All bytes of a body. */
    public byte[] read(BodyId id) {
        return BodyTable.read(engine.latest(), id);
    }

    /** All bytes of a body, read past the cache, so that what others need stays in it. */
    public byte[] reread(BodyId id) {
        return BodyTable.read(engine.uncached(), id);
    }

    /** Whether there is a body of that id. */
    public boolean exists(BodyId id) {
        return engine.uncached().get(Family.BODY, Keys.body(id, 0)).isPresent();
    }

    /** The body that is known under the SHA-256 of its bytes; a small row is read, and no body. */
    public Optional<BodyId> known(Digest rawDigest) {
        byte[] key = Keys.bodyIndex(rawDigest);
        return engine.latest()
                .get(Family.BODY_INDEX, key)
                .map(value -> new BodyId(Codec.id(Family.BODY_INDEX, key, value)));
    }

    /** {@code length} bytes from {@code offset} on, fewer where the body ends before. */
    public byte[] read(BodyId id, long offset, int length) {
        return BodyTable.read(engine.latest(), id, offset, length);
    }

    /** Reads bodies one after the other to compare them with what they should be, past the cache. Not thread-safe. */
    public BodySums sums() {
        return new BodySums(engine.latest());
    }

    /** A stream that holds one chunk at a time. */
    public InputStream open(BodyId id) {
        return BodyTable.open(engine.latest(), id);
    }

    /**
     * Reads one chunk ({@link BodyCodec#CHUNK_BYTES}) of a body into a direct buffer, and sets its position and limit
     * around the chunk's bytes. What precedes them in the row takes room too, {@value #HEAD_ROOM} octets as a rule.
     *
     * @return 0, or how many octets of room it takes where the buffer has fewer
     */
    public int read(BodyId id, int chunk, ByteBuffer into) {
        return BodyTable.read(engine.latest(), id, chunk, into);
    }

    /** What the body says of itself: its digests, its size, and the place it first came to. */
    public BodyCodec.Head head(BodyId id) {
        return BodyTable.head(engine.latest(), id);
    }
}
