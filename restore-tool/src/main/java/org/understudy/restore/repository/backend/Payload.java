package org.understudy.restore.repository.backend;

import java.io.ByteArrayInputStream;
import java.io.FileInputStream;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.Optional;
import org.understudy.storage.keyspace.Digest;

/** The bytes of one put. They can be read as often as needed, and are the same each time or say that they are not. */
public interface Payload {
    /** In bytes, exact. */
    long size();

    /** SHA-256 of the bytes, where it is known before they are read. */
    Optional<Digest> digest();

    /**
     * Opens them from the beginning.
     *
     * @return a stream whose last read throws {@link ChangedSourceException} if the bytes are not those of {@link
     *     #digest()}
     */
    InputStream open() throws IOException;

    static Payload of(byte[] bytes) {
        byte[] own = bytes.clone();
        Digest digest = Durable.digest(own);
        return new Payload() {
            @Override
            public long size() {
                return own.length;
            }

            @Override
            public Optional<Digest> digest() {
                return Optional.of(digest);
            }

            @Override
            public InputStream open() {
                return new ByteArrayInputStream(own);
            }
        };
    }

    /**
     * A file of this machine.
     *
     * @param expected of its whole content
     */
    static Payload of(Path file, Digest expected) throws IOException {
        long size = Files.size(file);
        return new Payload() {
            @Override
            public long size() {
                return size;
            }

            @Override
            public Optional<Digest> digest() {
                return Optional.of(expected);
            }

            @Override
            public InputStream open() throws IOException {
                return new Checked(new FileInputStream(file.toFile()), file, size, expected);
            }
        };
    }

    /** Hashes what is read, and refuses the end of a file that was another one. */
    final class Checked extends FilterInputStream {
        private final MessageDigest sha = Digest.sha256();
        private final Path file;
        private final long size;
        private final Digest expected;
        private long read;
        private boolean compared;

        private Checked(InputStream in, Path file, long size, Digest expected) {
            super(in);
            this.file = file;
            this.size = size;
            this.expected = expected;
        }

        @Override
        public int read() throws IOException {
            byte[] one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
        }

        @Override
        public int read(byte[] to, int from, int length) throws IOException {
            int n = in.read(to, from, length);
            if (n > 0) {
                sha.update(to, from, n);
                read += n;
            }
            // Some readers stop at the size that was announced, and never ask for the end.
            if (n < 0 || read >= size) {
                compare();
            }
            return n;
        }

        @Override
        public long skip(long count) throws IOException {
            byte[] piece = new byte[(int) Math.min(1 << 16, Math.max(1, count))];
            long left = count;
            while (left > 0) {
                int n = read(piece, 0, (int) Math.min(piece.length, left));
                if (n < 0) {
                    break;
                }
                left -= n;
            }
            return count - left;
        }

        @Override
        public boolean markSupported() {
            return false;
        }

        private void compare() throws ChangedSourceException {
            if (compared) {
                return;
            }
            compared = true;
            Digest found = Digest.of(sha.digest());
            if (read != size || !found.equals(expected)) {
                throw new ChangedSourceException(file, expected.toString(), found.toString());
            }
        }
    }
}
