package org.understudy.restore.source.mbox;

import java.io.IOException;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** A file seen through a buffer that moves along; not thread-safe. Of one size for as long as it is open. */
final class Window implements AutoCloseable {
    /** A place that the disk does not give. */
    static final class BadSector extends IOException {
        private static final long serialVersionUID = 1;

        private final long offset;

        BadSector(long offset, IOException cause) {
            super(cause.getMessage(), cause);
            this.offset = offset;
        }

        /** Octet of the file from which on nothing could be read. */
        long offset() {
            return offset;
        }
    }

    static final int SECTOR = 4096;

    private static final int BUFFER = 1 << 21;
    /** Octets that may be kept from a mark on, so that a message is not read again once its end is found. */
    private static final int KEPT = BUFFER / 2;

    private static final VarHandle WORDS = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
    private static final long LINE_FEEDS = 0x0a0a_0a0a_0a0a_0a0aL;
    private static final long LOWEST_BITS = 0x0101_0101_0101_0101L;
    private static final long HIGHEST_BITS = 0x8080_8080_8080_8080L;

    private final FileChannel channel;
    private final long size;
    private final byte[] buffer;
    private long start;
    private int length;
    private long mark = -1;

    private Window(FileChannel channel, long size) {
        this.channel = channel;
        this.size = size;
        this.buffer = new byte[(int) Math.min(BUFFER, size)];
    }

    static Window open(Path file) throws IOException {
        FileChannel channel = FileChannel.open(file, StandardOpenOption.READ, LinkOption.NOFOLLOW_LINKS);
        try {
            return new Window(channel, channel.size());
        } catch (IOException e) {
            channel.close();
            throw e;
        }
    }

    long size() {
        return size;
    }

    /** The octet at a place, 0 to 255, or -1 at the end and beyond. */
    int at(long offset) throws IOException {
        if (offset >= size) {
            return -1;
        }
        if (offset < start || offset >= start + length) {
            load(offset);
        }
        return buffer[(int) (offset - start)] & 0xff;
    }

    /** Place of the next line feed at {@code offset} or after, or the file's size. */
    long lineFeed(long offset) throws IOException {
        long at = offset;
        while (at < size) {
            if (at < start || at >= start + length) {
                load(at);
            }
            int found = lineFeed((int) (at - start), length);
            if (found < length) {
                return start + found;
            }
            at = start + length;
        }
        return size;
    }

    /** Index of the first line feed in a part of the buffer, or {@code to}; eight octets at once, while there are. */
    private int lineFeed(int from, int to) {
        int i = from;
        for (; i + Long.BYTES <= to; i += Long.BYTES) {
            long word = (long) WORDS.get(buffer, i) ^ LINE_FEEDS;
            long hits = (word - LOWEST_BITS) & ~word & HIGHEST_BITS;
            if (hits != 0) {
                return i + Long.numberOfTrailingZeros(hits) / Byte.SIZE;
            }
        }
        while (i < to && buffer[i] != '\n') {
            i++;
        }
        return i;
    }

    /** Copies octets out; fewer than asked for at the end of the file only. */
    byte[] bytes(long offset, int count) throws IOException {
        int available = (int) Math.max(0, Math.min(count, size - offset));
        byte[] copy = new byte[available];
        int done = 0;
        while (done < available) {
            long at = offset + done;
            if (at < start || at >= start + length) {
                load(at);
            }
            int n = (int) Math.min(available - done, start + length - at);
            System.arraycopy(buffer, (int) (at - start), copy, done, n);
            done += n;
        }
        return copy;
    }

    /** What lies from this place on will be wanted again. */
    void mark(long offset) {
        mark = offset;
    }

    /** Goes on reading at the buffer's end, with what was marked kept; false if that is not possible. */
    private boolean extend(long offset) {
        int kept = (int) Math.min(KEPT, offset - mark);
        if (mark < start || offset != start + length || offset - mark > KEPT || kept <= 0) {
            return false;
        }
        System.arraycopy(buffer, (int) (mark - start), buffer, 0, kept);
        start = mark;
        length = kept;
        ByteBuffer to = ByteBuffer.wrap(buffer, kept, (int) Math.min(buffer.length, size - mark) - kept);
        try {
            int n = channel.read(to, offset);
            length += Math.max(0, n);
            return n > 0;
        } catch (IOException e) {
            return false; // read again by the sector, which tells the place
        }
    }

    /** Fills the buffer from {@code offset} on; a bad sector within a large piece costs no more than itself. */
    private void load(long offset) throws IOException {
        if (extend(offset)) {
            return;
        }
        length = 0;
        try {
            fill(offset, buffer.length);
        } catch (IOException whole) {
            try {
                fill(offset, (int) (SECTOR - offset % SECTOR));
            } catch (IOException part) {
                length = 0;
                part.addSuppressed(whole);
                throw new BadSector(offset, part);
            }
        }
    }

    private void fill(long offset, int most) throws IOException {
        ByteBuffer to = ByteBuffer.wrap(buffer, 0, (int) Math.min(most, size - offset));
        long at = offset;
        while (to.hasRemaining()) {
            int n = channel.read(to, at);
            if (n < 0) {
                throw new IOException("the file became shorter while it was read; it ends at octet " + at + " now");
            }
            at += n;
        }
        start = offset;
        length = to.position();
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
