package org.understudy.restore.source.pst;

import java.io.IOException;
import java.io.InputStream;
import org.jspecify.annotations.Nullable;

/** A stream that is made one piece at a time. */
abstract class Pieces extends InputStream {
    private byte[] current = new byte[0];
    private int at;

    /** The next piece, which may be empty, or null at the end. */
    abstract byte @Nullable [] next() throws IOException;

    @Override
    public int read() throws IOException {
        return fill() ? current[at++] & 0xff : -1;
    }

    @Override
    public int read(byte[] to, int offset, int length) throws IOException {
        if (length == 0) {
            return 0;
        }
        if (!fill()) {
            return -1;
        }
        int n = Math.min(length, current.length - at);
        System.arraycopy(current, at, to, offset, n);
        at += n;
        return n;
    }

    private boolean fill() throws IOException {
        while (at == current.length) {
            byte[] piece = next();
            if (piece == null) {
                return false;
            }
            current = piece;
            at = 0;
        }
        return true;
    }
}
