package org.understudy.restore.replay;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Locale;
import java.util.SortedMap;
import org.understudy.restore.shadow.ShadowMailbox;
import org.understudy.restore.shadow.ShadowStore;
import org.understudy.storage.BodySegment;
import org.understudy.storage.BodySegmentWriter;
import org.understudy.storage.NewMessage;
import org.understudy.storage.keyspace.BodyId;
import org.understudy.storage.keyspace.Digest;

/** The segment file that bodies are being written to, with the ids that were reserved for it. */
final class OpenSegment implements AutoCloseable {
    /** It is full after the run that brings it to this. */
    private static final int MESSAGES = 1_000;

    private static final long BYTES = 32L << 20;

    private final BodySegmentWriter writer;
    private long nextId;
    private long messages;
    private long bytes;

    private OpenSegment(BodySegmentWriter writer, BodyId first) {
        this.writer = writer;
        this.nextId = first.value();
    }

    static OpenSegment begin(ShadowStore shadow, BodyIds bodyIds) {
        // One run more may begin while it is not full.
        BodyId first = bodyIds.reserve(MESSAGES + Run.ITEMS);
        Path file = shadow.segmentFolder().resolve(String.format(Locale.ROOT, "%016x.sst", first.value()));
        return new OpenSegment(shadow.store().writeSegment(file), first);
    }

    /** The id of the next message. */
    BodyId nextId() {
        return new BodyId(nextId);
    }

    /**
     * @param message with {@link #nextId} as its body
     * @return that id
     * @throws IOException if its bytes do not lie in memory and cannot be read again; close the segment then
     */
    BodyId add(ShadowMailbox mailbox, Examined.Mail mail, NewMessage message) throws IOException {
        BodyId id = nextId();
        nextId++;
        writer.add(
                id,
                mail.validation().reading().canonical(),
                message.digest(),
                message.digest(),
                new BodySegmentWriter.Origin(mailbox.id(), message.uid(), 1, message.internalDate(), message.flags()));
        messages++;
        bytes += message.size();
        return id;
    }

    boolean isFull() {
        return messages >= MESSAGES || bytes >= BYTES;
    }

    /** Ends the file and fsyncs it. */
    BodySegment finish() {
        return writer.finish();
    }

    SortedMap<BodyId, Digest> digests() {
        return writer.digests();
    }

    /** Deletes the file unless it was finished. */
    @Override
    public void close() {
        writer.close();
    }
}
