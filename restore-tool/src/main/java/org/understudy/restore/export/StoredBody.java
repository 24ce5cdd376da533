package org.understudy.restore.export;

import java.io.IOException;
import java.io.InputStream;
import java.security.MessageDigest;
import java.util.zip.Deflater;
import org.understudy.storage.Bodies;
import org.understudy.storage.Content;
import org.understudy.storage.CorruptionException;
import org.understudy.storage.OperatorException;
import org.understudy.storage.keyspace.Digest;
import org.understudy.storage.keyspace.MessageFacts;

/**
 * The bytes of a message, read to their end once and found equal to its row's digest. Up to 4 MiB are kept; more are read
 * again when they are written, and compared again.
 *
 * @param content as stored
 * @param sha256 of the stored bytes
 * @param plain whether every LF follows a CR and no CR precedes such a pair, so that LF line ends lose nothing
 * @param lineEnds pairs of CR and LF
 * @param packable whether packing makes a fiftieth of it, so that an archive of it would look like a bomb
 */
record StoredBody(Content content, Digest sha256, boolean plain, long lineEnds, boolean packable) {
    private static final int KEPT = 4 << 20;
    private static final int SAMPLES = 64;
    private static final int SAMPLE = 1024;
    private static final int BOMB = 50;

    /** Bytes that are not the message's. */
    static final class UnsoundException extends Exception {
        private static final long serialVersionUID = 1;

        UnsoundException(String message) {
            super(message);
        }
    }

    /** @throws UnsoundException if they cannot be read or differ from the row; the message says how */
    static StoredBody read(Bodies bodies, MessageFacts facts) throws UnsoundException {
        try {
            Content content = facts.size() <= KEPT ? Content.of(bodies.reread(facts.body())) : new Large(bodies, facts);
            Look look = new Look(facts.size(), false);
            look.at(content);
            Digest digest = Digest.of(look.digest.digest());
            Digest canonical = digest;
            if (look.bare && !digest.equals(facts.digest())) {
                Look again = new Look(facts.size(), true);
                again.at(content);
                canonical = Digest.of(again.digest.digest());
            }
            if (look.size != facts.size()) {
                throw new UnsoundException("expected " + facts.size() + " octets, found " + look.size);
            }
            if (!canonical.equals(facts.digest())) {
                throw new UnsoundException("expected SHA-256 " + facts.digest() + ", found " + canonical);
            }
            return new StoredBody(content, digest, !look.bare && !look.doubled, look.lineEnds, look.packable());
        } catch (CorruptionException | OperatorException | IOException e) {
            throw new UnsoundException("its body cannot be read: " + e.getMessage());
        }
    }

    /** Copies the bytes, and makes sure that they are still the same. */
    void copyTo(java.io.OutputStream out) throws IOException {
        try (InputStream in = open()) {
            in.transferTo(out);
        }
    }

    /** A stream of the bytes that fails at its end if they are not those that were compared. */
    InputStream open() throws IOException {
        return content.inMemory() == null ? new Compared(content.open(), sha256) : content.open();
    }

    private static final class Large implements Content {
        private final Bodies bodies;
        private final MessageFacts facts;

        Large(Bodies bodies, MessageFacts facts) {
            this.bodies = bodies;
            this.facts = facts;
        }

        @Override
        public long size() {
            return facts.size();
        }

        @Override
        public InputStream open() throws IOException {
            try {
                return bodies.open(facts.body());
            } catch (CorruptionException | OperatorException e) {
                throw new IOException("body " + facts.body() + " cannot be read any more: " + e.getMessage(), e);
            }
        }
    }

    private static final class Compared extends InputStream {
        private final InputStream in;
        private final Digest expected;
        private final MessageDigest digest = Digest.sha256();
        private boolean ended;

        Compared(InputStream in, Digest expected) {
            this.in = in;
            this.expected = expected;
        }

        @Override
        public int read() throws IOException {
            byte[] one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
        }

        @Override
        public int read(byte[] to, int from, int length) throws IOException {
            int n;
            try {
                n = in.read(to, from, length);
            } catch (CorruptionException | OperatorException e) {
                throw new IOException("a body cannot be read any more: " + e.getMessage(), e);
            }
            if (n >= 0) {
                digest.update(to, from, n);
                return n;
            }
            boolean same = ended || Digest.of(digest.digest()).equals(expected);
            ended = true;
            if (!same) {
                throw new IOException("a body read differently the second time: the disk or memory is failing");
            }
            return n;
        }

        @Override
        public void close() throws IOException {
            in.close();
        }
    }

    /** One pass over the bytes. */
    private static final class Look {
        private final MessageDigest digest = Digest.sha256();
        private final boolean canonical;
        private final byte[] samples = new byte[SAMPLES * SAMPLE];
        private final long between;
        private int sampled;
        private long size;
        private long lineEnds;
        private boolean bare;
        private boolean doubled;

        /** @param canonical whether the digest is to be that of CRLF line ends */
        Look(long expected, boolean canonical) {
            this.canonical = canonical;
            between = Math.max(SAMPLE, expected / SAMPLES);
        }

        void at(Content content) throws IOException {
            try (InputStream in = content.open()) {
                at(in);
            }
        }

        private void at(InputStream in) throws IOException {
            byte[] buffer = new byte[64 << 10];
            int last = -1;
            int beforeLast = -1;
            for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
                int from = 0;
                for (int i = 0; i < n; i++) {
                    byte octet = buffer[i];
                    if (octet == '\n') {
                        if (last == '\r') {
                            lineEnds++;
                            doubled |= beforeLast == '\r';
                        } else {
                            bare = true;
                            if (canonical) {
                                digest.update(buffer, from, i - from);
                                digest.update((byte) '\r');
                                from = i;
                            }
                        }
                    }
                    beforeLast = last;
                    last = octet;
                }
                digest.update(buffer, from, n - from);
                sample(buffer, n);
                size += n;
            }
        }

        private void sample(byte[] buffer, int length) {
            long next = sampled / SAMPLE * between;
            while (sampled < samples.length && next < size + length) {
                int from = (int) Math.max(0, next - size);
                int count = Math.min(SAMPLE, length - from);
                System.arraycopy(buffer, from, samples, sampled, count);
                sampled += SAMPLE;
                next = sampled / SAMPLE * between;
            }
        }

        boolean packable() {
            if (size < samples.length) {
                return false;
            }
            Deflater deflater = new Deflater();
            try {
                deflater.setInput(samples, 0, sampled);
                deflater.finish();
                int packed = deflater.deflate(new byte[sampled + 1024]);
                return packed * (long) BOMB < sampled;
            } finally {
                deflater.end();
            }
        }
    }
}
