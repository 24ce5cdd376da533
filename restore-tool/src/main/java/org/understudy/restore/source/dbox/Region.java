package org.understudy.restore.source.dbox;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.understudy.storage.Content;

/** A part of a file. */
record Region(Path file, long from, long size) implements Content {
    @Override
    public InputStream open() throws IOException {
        return new Reading(
                FileChannel.open(file, StandardOpenOption.READ, LinkOption.NOFOLLOW_LINKS), from, from + size);
    }

    private static final class Reading extends InputStream {
        private final FileChannel channel;
        private final long end;
        private long at;

        Reading(FileChannel channel, long from, long end) {
            this.channel = channel;
            this.at = from;
            this.end = end;
        }

        @Override
        public int read() throws IOException {
            byte[] one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
        }

        @Override
        public int read(byte[] to, int offset, int length) throws IOException {
            if (length == 0) {
                return 0;
            }
            if (at >= end) {
                return -1;
            }
            int n = channel.read(ByteBuffer.wrap(to, offset, (int) Math.min(length, end - at)), at);
            if (n < 0) {
                throw new IOException("the file became shorter while it was read; it ends before octet " + end);
            }
            at += n;
            return n;
        }

        @Override
        public void close() throws IOException {
            channel.close();
        }
    }
}
