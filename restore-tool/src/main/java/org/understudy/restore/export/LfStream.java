package org.understudy.restore.export;

import java.io.IOException;
import java.io.InputStream;

/** A stream without the CR before each LF; for bytes in which every LF has one. */
final class LfStream extends InputStream {
    private final InputStream in;
    private final byte[] buffer = new byte[64 << 10];
    private int at;
    private int end;

    LfStream(InputStream in) {
        this.in = in;
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] to, int from, int length) throws IOException {
        int filled = 0;
        while (filled < length && more()) {
            byte octet = buffer[at];
            if (octet == '\r' && next() == '\n') {
                at++;
                continue;
            }
            to[from + filled++] = octet;
            at++;
        }
        return filled == 0 && length > 0 ? -1 : filled;
    }

    private boolean more() throws IOException {
        while (at == end) {
            at = 0;
            end = Math.max(0, in.read(buffer, 0, buffer.length));
            if (end == 0) {
                return false;
            }
        }
        return true;
    }

    /** The octet after the present one, or -1. */
    private int next() throws IOException {
        if (at + 1 < end) {
            return buffer[at + 1];
        }
        buffer[0] = buffer[at];
        int n = Math.max(0, in.read(buffer, 1, buffer.length - 1));
        at = 0;
        end = n + 1;
        return n == 0 ? -1 : buffer[1];
    }

    @Override
    public void close() throws IOException {
        in.close();
    }
}
