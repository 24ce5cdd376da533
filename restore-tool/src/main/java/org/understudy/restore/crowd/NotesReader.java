package org.understudy.restore.crowd;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.util.Arrays;
import java.util.zip.CRC32C;
import org.understudy.restore.source.SourceMailbox;

/** Reads the frames of a {@link NotesFile} one after the other, and stops at the first that is not whole. */
final class NotesReader {
    private static final int LONGEST = Integer.MAX_VALUE - 64;

    private final FileChannel channel;
    private final long size;
    private long position;
    private long frameAt;
    private ByteBuffer payload = ByteBuffer.allocate(0);
    private long lastOrdinal;
    private SourceMailbox mailbox = new SourceMailbox("", "");
    private int messages;

    NotesReader(FileChannel channel) throws IOException {
        this.channel = channel;
        this.size = channel.size();
    }

    /** Whether the file begins as one of this version; called first. */
    boolean begun() throws IOException {
        if (size < NotesCodec.MAGIC.length) {
            return false;
        }
        ByteBuffer magic = ByteBuffer.allocate(NotesCodec.MAGIC.length);
        Reads.fully(channel, magic, 0);
        position = magic.position();
        return Arrays.equals(magic.array(), NotesCodec.MAGIC);
    }

    /** Reads the next frame; false at the end, and where what follows is no whole frame. */
    boolean next() throws IOException {
        if (size - position < NotesCodec.FRAME_HEAD) {
            return false;
        }
        ByteBuffer head = ByteBuffer.allocate(NotesCodec.FRAME_HEAD);
        Reads.fully(channel, head, position);
        int length = head.getInt(0);
        if (length <= 0 || length > LONGEST || length > size - position - NotesCodec.FRAME_HEAD) {
            return false;
        }
        ByteBuffer bytes = payload.capacity() >= length ? payload.clear().limit(length) : ByteBuffer.allocate(length);
        Reads.fully(channel, bytes, position + NotesCodec.FRAME_HEAD);
        bytes.flip();
        CRC32C sum = new CRC32C();
        sum.update(bytes.duplicate());
        if ((int) sum.getValue() != head.getInt(4)) {
            return false;
        }
        payload = bytes;
        frameAt = position;
        position += NotesCodec.FRAME_HEAD + length;
        lastOrdinal = bytes.getLong();
        mailbox = NotesCodec.mailbox(bytes);
        messages = bytes.getInt();
        return true;
    }

    /** Whether all of the file was read. */
    boolean atEnd() {
        return position == size;
    }

    /** Where the next frame begins. */
    long position() {
        return position;
    }

    long lastOrdinal() {
        return lastOrdinal;
    }

    SourceMailbox mailbox() {
        return mailbox;
    }

    /** How many messages the frame has that were not read yet. */
    int messages() {
        return messages;
    }

    /** Where in the file the frame begins. */
    long frameAt() {
        return frameAt;
    }

    /** Where in the file the next message's notes begin. */
    long messageAt() {
        return frameAt + NotesCodec.FRAME_HEAD + payload.position();
    }

    MessageNotes message() {
        messages--;
        return NotesCodec.read(payload);
    }
}
