package org.understudy.storage;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Collections;
import java.util.SortedMap;
import java.util.TreeMap;
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
    private final SortedMap<BodyId, Digest> digests = new TreeMap<>();
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
     * @param rawDigest SHA-256 of exactly the bytes of {@code content}, which is checked where they do not lie in memory
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
        ByteBuffer memory = content.inMemory();
        if (memory == null) {
            read(id, content, head);
        } else {
            for (int chunk = 0; chunk < head.chunks(); chunk++) {
                int length = Math.min(BodyCodec.CHUNK_BYTES, memory.remaining());
                put(id, chunk, head, memory.array(), memory.arrayOffset() + memory.position(), length);
                memory.position(memory.position() + length);
            }
        }
        digests.put(id, rawDigest);
        first = first == null ? id : first;
        last = id;
        bodies++;
        bytes += size;
    }

    private void read(BodyId id, Content content, BodyCodec.Head head) throws IOException {
        java.security.MessageDigest sum = Digest.sha256();
        long read = 0;
        try (InputStream in = content.open()) {
            for (int chunk = 0; chunk < head.chunks(); chunk++) {
                byte[] data = in.readNBytes(BodyCodec.CHUNK_BYTES);
                sum.update(data);
                read += data.length;
                put(id, chunk, head, data, 0, data.length);
            }
            read += in.read() < 0 ? 0 : 1;
        }
        if (read != head.size() || !Digest.of(sum.digest()).equals(head.rawDigest())) {
            throw new IOException("the message changed while it was read: " + head.size() + " octets announced, " + read
                    + " read, digest " + (read == head.size() ? "differs" : "not compared"));
        }
    }

    private void put(BodyId id, int chunk, BodyCodec.Head head, byte[] data, int offset, int length) {
        byte[] before = chunk == 0 ? BodyCodec.encodeHead(head) : BodyCodec.encodeNextHead();
        file.put(Keys.body(id, chunk), before, data, offset, length);
    }

    /** The bodies added so far, by id, with the digests of their bytes. */
    public SortedMap<BodyId, Digest> digests() {
        return Collections.unmodifiableSortedMap(digests);
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
