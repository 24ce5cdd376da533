package org.understudy.storage;

import java.time.Instant;
import org.understudy.storage.keyspace.BodyId;
import org.understudy.storage.keyspace.Digest;
import org.understudy.storage.keyspace.Flags;
import org.understudy.storage.keyspace.MailboxId;

/** Writes body rows into a file aside from the store. Not thread-safe. */
public final class BodySegmentWriter implements AutoCloseable {
    BodySegmentWriter() {}

    /** What a body row says of itself, so that mail can be rebuilt from body rows alone. */
    public record Origin(MailboxId mailbox, long uid, long modSeq, Instant internalDate, Flags flags) {}

    /** @param id greater than every id added before */
    public void add(BodyId id, Content content, Digest rawDigest, Digest digest, Origin origin) {
        throw new IllegalStateException();
    }

    /** Ends the file and fsyncs it. */
    public BodySegment finish() {
        throw new IllegalStateException();
    }

    /** Releases the file; if it was not finished, deletes it. */
    @Override
    public void close() {}
}
