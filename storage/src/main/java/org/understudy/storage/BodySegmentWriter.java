package org.understudy.storage;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import org.jspecify.annotations.Nullable;
import org.understudy.storage.engine.SegmentFile;
import org.understudy.storage.keyspace.BodyCodec;
import org.understudy.storage.keyspace.BodyId;
import org.understudy.storage.keyspace.Digest;
import org.understudy.storage.keyspace.Flags;
import org.understudy.storage.keyspace.Keys;
import org.understudy.storage.keyspace.MailboxId;

/** Writes body rows into a file aside from the store. Not thread-safe. */
public final class BodySegmentWriter implements AutoCloseable {
    private final Path path;
    private final SegmentFile file;
    private @Nullable BodyId first;
    private @Nullable BodyId last;
    private long bodies;
    private long bytes;
    private boolean finished;

    BodySegmentWriter(Path path, SegmentFile file) {
        this.path = path;
        this.file = file;
    }

    /** What a body row says of itself, so that mail can be rebuilt from body rows alone. */
    public record Origin(MailboxId mailbox, long uid, long modSeq, Instant internalDate, Flags flags) {}

    /**
     * Adds one body.
     *
     * @param id greater than every id added before
     * @param rawDigest SHA-256 of exactly the bytes of {@code content}, which is checked
     * @throws IOException if {@code content} cannot be read; the writer must then be closed
     */
    public void add(BodyId id, Content content, Digest rawDigest, Digest digest, Origin origin) throws IOException {
        BodyId before = last;
        if (before != null && id.compareTo(before) <= 0) {
            throw new IllegalArgumentException("body id " + id + " after " + before);
        }
        long size = content.size();
        BodyCodec.Head head = new BodyCodec.Head(
                size,
                rawDigest,
                digest,
                origin.mailbox(),
                origin.uid(),
                origin.modSeq(),
                origin.internalDate(),
                origin.flags());
        java.security.MessageDigest sum = Digest.sha256();
        long read = 0;
        try (InputStream in = content.open()) {
            for (int chunk = 0; chunk < head.chunks(); chunk++) {
                byte[] data = in.readNBytes(BodyCodec.CHUNK_BYTES);
                sum.update(data);
                read += data.length;
                file.put(
                        Keys.body(id, chunk),
                        chunk == 0
                                ? BodyCodec.encodeFirst(head, data, 0, data.length)
                                : BodyCodec.encodeNext(data, 0, data.length));
            }
            read += in.read() < 0 ? 0 : 1;
        }
        if (read != size || !Digest.of(sum.digest()).equals(rawDigest)) {
            throw new IOException("the message changed while it was read: " + size + " octets announced, " + read
                    + " read, digest " + (read == size ? "differs" : "not compared"));
        }
        first = first == null ? id : first;
        last = id;
        bodies++;
        bytes += size;
    }

    /** Ends the file and fsyncs it; at least one body must have been added. */
    public BodySegment finish() {
        BodyId from = first;
        BodyId to = last;
        if (from == null || to == null) {
            throw new IllegalStateException("a segment needs a body");
        }
        file.finish();
        finished = true;
        return new BodySegment(path, from, to, bodies, bytes);
    }

    /** Releases the file; if it was not finished, deletes it. */
    @Override
    public void close() {
        file.close();
        if (!finished) {
            try {
                Files.deleteIfExists(path);
            } catch (IOException e) {
                throw new OperatorException(
                        Reason.IO, "cannot delete " + path + ": " + e.getMessage(), "Delete it by hand.", e);
            }
        }
    }
}
