package org.understudy.restore.source;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;

/** A part of a file; closing it closes the file. */
public final class RegionStream extends InputStream {
    private final FileChannel channel;
    private final long end;
    private long at;

    /** @param end offset of the first octet beyond it */
    public RegionStream(FileChannel channel, long from, long end) {
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
