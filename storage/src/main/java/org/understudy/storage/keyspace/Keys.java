package org.understudy.storage.keyspace;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Byte forms of keys: unsigned big-endian integers, so that byte order is number order and the prefix of a mailbox id
 * is one mailbox in UID order (docs/on-disk-format.md).
 */
public final class Keys {
    /** Longest text in a key, in UTF-8 bytes. */
    public static final int MAX_TEXT = 512;

    private Keys() {}

    /** {@code id:8}. */
    public static byte[] mailbox(MailboxId id) {
        return new RowWriter(8).i64(id.value()).done();
    }

    /** {@code mailbox:8 | uid:4}; {@code uid} may be 2^32 to give the end of a mailbox. */
    public static byte[] message(MailboxId id, long uid) {
        if (uid > 0xFFFF_FFFFL) {
            return mailbox(new MailboxId(id.value() + 1));
        }
        return new RowWriter(12).i64(id.value()).u32(uid).done();
    }

    /** {@code mailbox:8 | uid / 1024:4}. */
    public static byte[] flagChunk(MailboxId id, long chunk) {
        return message(id, chunk);
    }

    /** {@code mailbox:8 | index:2}. */
    public static byte[] keyword(MailboxId id, int index) {
        return new RowWriter(10).i64(id.value()).u16(index).done();
    }

    /** {@code mailbox:8 | modSeq:8}. */
    public static byte[] change(MailboxId id, long modSeq) {
        return new RowWriter(16).i64(id.value()).i64(modSeq).done();
    }

    /** {@code message:8 | mailbox:8 | uid:4}. */
    public static byte[] place(MessageId message, MailboxId mailbox, long uid) {
        return new RowWriter(20)
                .i64(message.value())
                .i64(mailbox.value())
                .u32(uid)
                .done();
    }

    /** {@code message:8}, the prefix of its places. */
    public static byte[] places(MessageId message) {
        return new RowWriter(8).i64(message.value()).done();
    }

    /** {@code body:8 | chunk:4}. */
    public static byte[] body(BodyId body, int chunk) {
        return new RowWriter(12).i64(body.value()).u32(chunk).done();
    }

    /** The first 16 bytes of the SHA-256 of the stored bytes. */
    public static byte[] bodyIndex(Digest rawDigest) {
        return rawDigest.prefix();
    }

    /** {@code namespace 00 owner 00 name}, in UTF-8. */
    public static byte[] path(MailboxPath path) {
        return text(path.namespace() + '\0' + path.owner() + '\0' + path.name(), 3 * MAX_TEXT);
    }

    /** {@code namespace 00 owner 00}, the prefix of an owner's paths. */
    public static byte[] paths(String namespace, String owner) {
        return text(namespace + '\0' + owner + '\0', 2 * MAX_TEXT);
    }

    /** {@code owner 00 key}, in UTF-8. */
    public static byte[] row(String owner, String key) {
        if (owner.indexOf('\0') >= 0 || key.indexOf('\0') >= 0) {
            throw new IllegalArgumentException("a key must not contain NUL");
        }
        return text(owner + '\0' + key, 2 * MAX_TEXT);
    }

    /** Text in UTF-8. */
    public static byte[] text(String text) {
        return text(text, MAX_TEXT);
    }

    private static byte[] text(String text, int limit) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        if (bytes.length > limit + 2) {
            throw new IllegalArgumentException("a key may have " + limit + " bytes, got " + bytes.length);
        }
        return bytes;
    }

    /** The mailbox id that a key begins with. */
    public static MailboxId mailboxOf(Family family, byte[] key) {
        return new MailboxId(new RowReader(family, key, key).i64());
    }

    /** The UID (or chunk number) at the end of a {@link #message} key. */
    public static long uidOf(Family family, byte[] key) {
        RowReader reader = new RowReader(family, key, key);
        reader.i64();
        long uid = reader.u32();
        reader.end();
        return uid;
    }

    /** The MODSEQ at the end of a {@link #change} key. */
    public static long modSeqOf(byte[] key) {
        RowReader reader = new RowReader(Family.CHANGE, key, key);
        reader.i64();
        long modSeq = reader.i64();
        reader.end();
        return modSeq;
    }

    /** Mailbox and UID of a {@link #place} key. */
    public static MailboxId placeMailbox(byte[] key) {
        RowReader reader = new RowReader(Family.PLACE, key, key);
        reader.i64();
        return new MailboxId(reader.i64());
    }

    public static long placeUid(byte[] key) {
        RowReader reader = new RowReader(Family.PLACE, key, key);
        reader.i64();
        reader.i64();
        long uid = reader.u32();
        reader.end();
        return uid;
    }

    /** The id at the beginning of a body or place key, or the whole of a counter or mailbox key. */
    public static long idOf(Family family, byte[] key) {
        return new RowReader(family, key, key).i64();
    }

    /** The chunk number at the end of a {@link #body} key. */
    public static int chunkOf(byte[] key) {
        RowReader reader = new RowReader(Family.BODY, key, key);
        reader.i64();
        int chunk = Math.toIntExact(reader.u32());
        reader.end();
        return chunk;
    }

    /** The smallest key that is greater than every key with this prefix, or null if there is none. */
    public static byte @org.jspecify.annotations.Nullable [] after(byte[] prefix) {
        for (int i = prefix.length - 1; i >= 0; i--) {
            if (prefix[i] != (byte) 0xFF) {
                byte[] end = Arrays.copyOf(prefix, i + 1);
                end[i]++;
                return end;
            }
        }
        return null;
    }
}
