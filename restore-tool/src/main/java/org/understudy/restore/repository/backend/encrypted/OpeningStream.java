package org.understudy.restore.repository.backend.encrypted;

import java.io.IOException;
import java.io.InputStream;
import java.io.PushbackInputStream;
import java.util.function.LongFunction;
import javax.crypto.AEADBadTagException;
import org.understudy.restore.repository.backend.DamagedFileException;

/** Opens a sealed file while it is read. Nothing of a chunk is given out before the whole of it was found genuine. */
final class OpeningStream extends InputStream {
    private final PushbackInputStream sealed;
    private final SealedFormat format;
    private final String place;
    private final boolean tolerant;
    private final byte[] piece = new byte[SealedFormat.CHUNK];
    private byte[] ready = new byte[0];
    private int at;
    private long number;
    private boolean ended;

    /**
     * @param sealed at the beginning of chunk {@code number}
     * @param place of the file, for messages
     * @param tolerant whether chunks that are not genuine read as zeros of the same length
     */
    OpeningStream(InputStream sealed, SealedFormat format, String place, long number, boolean tolerant) {
        this.sealed = new PushbackInputStream(sealed, 1);
        this.format = format;
        this.place = place;
        this.number = number;
        this.tolerant = tolerant;
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] to, int from, int length) throws IOException {
        if (length == 0) {
            return 0;
        }
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

    private void next() throws IOException {
        int n = sealed.readNBytes(piece, 0, piece.length);
        int more = n == piece.length ? sealed.read() : -1;
        if (more >= 0) {
            sealed.unread(more);
        }
        ended = more < 0;
        at = 0;
        try {
            ready = format.open(number, ended, piece, n);
        } catch (AEADBadTagException e) {
            if (!tolerant) {
                throw damaged(n, e);
            }
            ready = new byte[Math.max(0, n - SealedFormat.OVERHEAD)];
        }
        number++;
    }

    private DamagedFileException damaged(int length, AEADBadTagException cause) {
        LongFunction<String> first = chunk -> Long.toString(SealedFormat.HEADER + chunk * SealedFormat.CHUNK);
        DamagedFileException damaged = new DamagedFileException(place + " is damaged: the " + length
                + " bytes from byte " + first.apply(number) + " on are not what was sealed"
                + (ended ? ", or bytes after them are missing" : ""));
        damaged.initCause(cause);
        return damaged;
    }

    @Override
    public void close() throws IOException {
        sealed.close();
    }
}
