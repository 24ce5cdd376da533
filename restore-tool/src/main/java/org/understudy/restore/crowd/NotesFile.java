package org.understudy.restore.crowd;

import java.io.ByteArrayOutputStream;
import java.io.Closeable;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.zip.CRC32C;
import org.understudy.restore.source.SourceMailbox;

/**
 * The notes of a source while it is read: frames that are only ever appended, each of messages of one mailbox, with a
 * checksum. What {@link #force} has made durable survives a crash; what a crash cut short is dropped by {@link #resume}.
 * Not thread-safe.
 */
public final class NotesFile implements Closeable {
    private final FileChannel channel;
    private long end;

    private NotesFile(FileChannel channel, long end) {
        this.channel = channel;
        this.end = end;
    }

    /** Makes the file, or empties it. */
    public static NotesFile create(Path file) throws IOException {
        FileChannel channel = FileChannel.open(
                file, StandardOpenOption.CREATE, StandardOpenOption.WRITE, StandardOpenOption.TRUNCATE_EXISTING);
        return begun(channel);
    }

    /**
     * Opens the file for more, or makes it. Drops frames with items from {@code nextOrdinal} on, which are read again, and
     * everything from the first frame on that is not whole.
     */
    public static NotesFile resume(Path file, long nextOrdinal) throws IOException {
        FileChannel channel = FileChannel.open(
                file, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
        long kept = 0;
        NotesReader reader = new NotesReader(channel);
        if (reader.begun()) {
            kept = NotesCodec.MAGIC.length;
            while (reader.next() && reader.lastOrdinal() < nextOrdinal) {
                kept = reader.position();
            }
        }
        if (kept == 0) {
            channel.truncate(0);
            return begun(channel);
        }
        channel.truncate(kept);
        return new NotesFile(channel, kept);
    }

    private static NotesFile begun(FileChannel channel) throws IOException {
        NotesFile file = new NotesFile(channel, 0);
        file.write(ByteBuffer.wrap(NotesCodec.MAGIC));
        return file;
    }

    /**
     * Adds notes as one frame; none if there are no notes.
     *
     * @param lastOrdinal of the items that this frame covers; every later frame's is greater
     */
    public void append(SourceMailbox mailbox, long lastOrdinal, List<MessageNotes> notes) throws IOException {
        if (notes.isEmpty()) {
            return;
        }
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(1 << 16);
        try (DataOutputStream out = new DataOutputStream(bytes)) {
            out.writeLong(0);
            NotesCodec.frameStart(out, lastOrdinal, mailbox, notes.size());
            for (MessageNotes one : notes) {
                NotesCodec.write(one, out);
            }
        }
        ByteBuffer frame = ByteBuffer.wrap(bytes.toByteArray());
        CRC32C sum = new CRC32C();
        sum.update(frame.slice(NotesCodec.FRAME_HEAD, frame.limit() - NotesCodec.FRAME_HEAD));
        frame.putInt(0, frame.limit() - NotesCodec.FRAME_HEAD).putInt(4, (int) sum.getValue());
        write(frame);
    }

    private void write(ByteBuffer bytes) throws IOException {
        while (bytes.hasRemaining()) {
            end += channel.write(bytes, end);
        }
    }

    /** Makes durable what was appended. */
    public void force() throws IOException {
        channel.force(true);
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
