package org.understudy.restore.message;

import java.security.MessageDigest;
import java.util.Arrays;
import org.understudy.storage.Content;
import org.understudy.storage.keyspace.Digest;

/**
 * Canonical form in the making, from the first LF on that no CR precedes: before it the canonical form is what was read,
 * so its digest begins as a copy of the raw one. The bytes are kept while they are few, else only hashed.
 */
final class CanonicalForm {
    /** Converted bytes kept in heap, at most. */
    static final int KEPT = 4 * 1024 * 1024;

    private static final int PORTION = 64 * 1024;

    private final MessageDigest digest;
    private boolean keeping;
    private byte[] bytes;
    private int length;
    private int hashed;

    /**
     * @param digest of the octets before {@code to} and whatever came before the buffer
     * @param from where in the buffer octets begin
     * @param whole whether the buffer holds the message from its first octet on
     * @param expected the message's size as its source states it
     */
    CanonicalForm(MessageDigest digest, byte[] buffer, int from, int to, boolean whole, long expected) {
        int prefix = to - from;
        this.digest = digest;
        this.keeping = whole && expected < KEPT;
        this.bytes = new byte[keeping ? (int) Math.max(expected + expected / 16 + 64, prefix + 64) : PORTION + 64];
        if (keeping) {
            System.arraycopy(buffer, from, bytes, 0, prefix);
            length = prefix;
            hashed = prefix;
        }
    }

    /** Adds octets, and CRLF after them if {@code ended}. */
    void add(byte[] buffer, int from, int to, boolean ended) {
        int octets = to - from;
        if (octets + 2 > bytes.length - length) {
            makeRoom(octets + 2);
        }
        System.arraycopy(buffer, from, bytes, length, octets);
        length += octets;
        if (ended) {
            bytes[length++] = '\r';
            bytes[length++] = '\n';
        }
        if (length - hashed >= PORTION) {
            hash();
        }
    }

    private void makeRoom(int octets) {
        hash();
        if (keeping && length + octets <= KEPT) {
            bytes = Arrays.copyOf(bytes, Math.min(KEPT, Math.max(bytes.length * 2, length + octets)));
            return;
        }
        keeping = false;
        length = 0;
        hashed = 0;
        if (octets > bytes.length) {
            bytes = new byte[octets];
        }
    }

    private void hash() {
        digest.update(bytes, hashed, length - hashed);
        hashed = length;
        if (!keeping) {
            length = 0;
            hashed = 0;
        }
    }

    Digest digest() {
        hash();
        return Digest.of(digest.digest());
    }

    /** The kept bytes, or a conversion of {@code raw} at each reading. */
    Content content(Content raw, long size) {
        return keeping ? Content.of(bytes, length) : new CanonicalContent(raw, size);
    }
}
