package org.understudy.restore.repository.backend.encrypted;

import java.io.IOException;
import java.io.InputStream;

/** Seals a text while it is read. */
final class SealingStream extends InputStream {
    private final InputStream text;
    private final SealedFormat format;
    private final byte[] piece = new byte[SealedFormat.TEXT];
    private byte[] ready;
    private int at;
    private long number;
    private int ahead = -1;
    private boolean ended;

    SealingStream(InputStream text, SealedFormat format) {
        this.text = text;
        this.format = format;
        this.ready = format.header();
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] to, int from, int length) throws IOException {
        while (at == ready.length) {
            if (ended) {
                return -1;
            }
            next();
        }
        int n = Math.min(length, ready.length - at);
        System.arraycopy(ready, at, to, from, n);
        at += n;
        return n;
    }

    /** Whether a chunk is the last is known when one byte more was asked for. */
    private void next() throws IOException {
        int n = 0;
        if (ahead >= 0) {
            piece[n++] = (byte) ahead;
        }
        n += text.readNBytes(piece, n, piece.length - n);
        ahead = n == piece.length ? text.read() : -1;
        ended = ahead < 0;
        ready = format.seal(number++, ended, piece, n);
        at = 0;
    }

    @Override
    public void close() throws IOException {
        text.close();
    }
}
