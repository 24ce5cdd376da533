package org.understudy.storage;

import java.io.InputStream;
import org.understudy.storage.keyspace.BodyId;

/** The stored bytes of messages, in chunks. Reads throw {@link CorruptionException} where bytes cannot be read. */
public final class Bodies {
    Bodies() {}

    /** All bytes of a body. */
    public byte[] read(BodyId id) {
        throw new IllegalStateException();
    }

    /** {@code length} bytes from {@code offset} on, fewer where the body ends before. */
    public byte[] read(BodyId id, long offset, int length) {
        throw new IllegalStateException();
    }

    /** A stream that holds one chunk at a time. */
    public InputStream open(BodyId id) {
        throw new IllegalStateException();
    }
}
