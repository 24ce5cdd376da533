package org.understudy.restore.repository;

import java.io.IOException;
import java.io.InputStream;
import java.security.MessageDigest;
import java.util.Optional;
import org.understudy.storage.CorruptionException;
import org.understudy.storage.MailStore;
import org.understudy.storage.OperatorException;
import org.understudy.storage.keyspace.Digest;
import org.understudy.storage.keyspace.MessageFacts;

/** Reads a message's stored bytes from end to end and compares them with its row. */
final class BodyReading {
    private final MailStore store;
    private final MessageDigest sha = Digest.sha256();
    private final byte[] piece = new byte[64 << 10];

    BodyReading(MailStore store) {
        this.store = store;
    }

    /** What is wrong with the bytes, or empty if size and digest are those of the row. */
    Optional<String> fault(MessageFacts facts) {
        try {
            long size = read(facts, false);
            Digest raw = Digest.of(sha.digest());
            if (size != facts.size()) {
                return Optional.of("expected " + facts.size() + " octets, found " + size);
            }
            if (raw.equals(facts.digest())) {
                return Optional.empty();
            }
            // Bytes that are stored with bare LF have another digest than their canonical form, which the row states.
            read(facts, true);
            Digest canonical = Digest.of(sha.digest());
            return canonical.equals(facts.digest())
                    ? Optional.empty()
                    : Optional.of("expected SHA-256 " + facts.digest() + ", found " + canonical);
        } catch (CorruptionException | OperatorException | IOException e) {
            sha.reset();
            String message = e.getMessage();
            return Optional.of(message == null ? e.getClass().getSimpleName() : message);
        }
    }

    private long read(MessageFacts facts, boolean canonical) throws IOException {
        try (InputStream in = store.bodies().open(facts.body())) {
            long size = 0;
            byte last = 0;
            for (int n = in.read(piece); n >= 0; n = in.read(piece)) {
                size += n;
                if (!canonical) {
                    sha.update(piece, 0, n);
                    continue;
                }
                int from = 0;
                for (int i = 0; i < n; i++) {
                    if (piece[i] == '\n' && last != '\r') {
                        sha.update(piece, from, i - from);
                        sha.update((byte) '\r');
                        from = i;
                    }
                    last = piece[i];
                }
                sha.update(piece, from, n - from);
            }
            return size;
        }
    }
}
