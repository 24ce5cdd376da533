package org.understudy.restore.crowd;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;

/** Reading at a place of a file. */
final class Reads {
    private Reads() {}

    /** Fills the buffer's rest; its position is then its limit. */
    static void fully(FileChannel from, ByteBuffer to, long position) throws IOException {
        long at = position;
        while (to.hasRemaining()) {
            int read = from.read(to, at);
            if (read < 0) {
                throw new EOFException("the file ends at octet " + at);
            }
            at += read;
        }
    }

    /** The 8 octets at a position as a number. */
    static long number(FileChannel from, long position) throws IOException {
        ByteBuffer buffer = ByteBuffer.allocate(Long.BYTES);
        fully(from, buffer, position);
        return buffer.getLong(0);
    }
}
