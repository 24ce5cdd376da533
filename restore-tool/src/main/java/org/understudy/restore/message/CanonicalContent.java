package org.understudy.restore.message;

import java.io.IOException;
import java.io.InputStream;
import org.understudy.storage.Content;

/** Canonical form of a content, converted anew at each reading: for messages too large to keep. */
final class CanonicalContent implements Content {
    private final Content raw;
    private final long size;

    CanonicalContent(Content raw, long size) {
        this.raw = raw;
        this.size = size;
    }

    @Override
    public long size() {
        return size;
    }

    @Override
    public InputStream open() throws IOException {
        return new Converting(raw.open());
    }

    private static final class Converting extends InputStream {
        private final InputStream in;
        private final byte[] buffer = new byte[32 * 1024];
        private int at;
        private int end;
        private boolean afterCr;
        private boolean owesLf;

        Converting(InputStream in) {
            this.in = in;
        }

        @Override
        public int read() throws IOException {
            byte[] one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
        }

        @Override
        public int read(byte[] into, int from, int length) throws IOException {
            if (length == 0) {
                return 0;
            }
            while (at == end && !owesLf) {
                at = 0;
                end = in.read(buffer, 0, buffer.length);
                if (end < 0) {
                    end = 0;
                    return -1;
                }
            }
            int to = from;
            int limit = from + length;
            while (to < limit && (at < end || owesLf)) {
                if (owesLf) {
                    into[to++] = '\n';
                    owesLf = false;
                    afterCr = false;
                    continue;
                }
                byte b = buffer[at++];
                if (b == '\n' && !afterCr) {
                    into[to++] = '\r';
                    owesLf = true;
                } else {
                    into[to++] = b;
                    afterCr = b == '\r';
                }
            }
            return to - from;
        }

        @Override
        public void close() throws IOException {
            in.close();
        }
    }
}
