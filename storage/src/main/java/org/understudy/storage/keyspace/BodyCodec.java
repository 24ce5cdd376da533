package org.understudy.storage.keyspace;

import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.Arrays;

/**
 * Byte form of body rows. Chunk 0 begins with a head that describes the whole body and the message it came with, so
 * that mail can be rebuilt from body rows alone; further chunks are bytes only.
 */
public final class BodyCodec {
    /** Bytes of a body in one row; the last row of a body may have fewer. */
    public static final int CHUNK_BYTES = 1 << 20;

    private static final int VERSION = 1;

    private BodyCodec() {}

    /**
     * The head of a body.
     *
     * @param size octets of the body
     * @param rawDigest SHA-256 of the stored bytes
     * @param digest SHA-256 of their canonical form
     * @param mailbox where the body was first put
     * @param uid its UID there
     * @param modSeq its MODSEQ there, at append
     * @param flags its flags there, at append
     */
    public record Head(
            long size,
            Digest rawDigest,
            Digest digest,
            MailboxId mailbox,
            long uid,
            long modSeq,
            Instant internalDate,
            Flags flags) {
        public int chunks() {
            return BodyCodec.chunks(size);
        }
    }

    public static int chunks(long size) {
        return size == 0 ? 1 : Math.toIntExact((size + CHUNK_BYTES - 1) / CHUNK_BYTES);
    }

    /**
     * Chunk 0: {@code version:1 | headLength:4 | size:8 | rawDigest:32 | digest:32 | mailbox:8 | uid:4 | modSeq:8 |
     * internalDate:8 | flags | bytes}; headLength counts from the version byte to the last byte before the bytes.
     */
    public static byte[] encodeFirst(Head head, byte[] data, int offset, int length) {
        byte[] before = encodeHead(head);
        return new RowWriter(before.length + length)
                .raw(before)
                .raw(data, offset, length)
                .done();
    }

    /** What precedes the bytes in chunk 0. */
    public static byte[] encodeHead(Head head) {
        byte[] fields = new RowWriter(128)
                .i64(head.size())
                .raw(head.rawDigest().toBytes())
                .raw(head.digest().toBytes())
                .i64(head.mailbox().value())
                .u32(head.uid())
                .i64(head.modSeq())
                .instant(head.internalDate())
                .flags(head.flags())
                .done();
        return new RowWriter(5 + fields.length)
                .u8(VERSION)
                .u32(5 + fields.length)
                .raw(fields)
                .done();
    }

    /** What precedes the bytes in chunk 1 and on. */
    public static byte[] encodeNextHead() {
        return new byte[] {VERSION};
    }

    /** Chunk 1 and on: {@code version:1 | bytes}. */
    public static byte[] encodeNext(byte[] data, int offset, int length) {
        return new RowWriter(1 + length).u8(VERSION).raw(data, offset, length).done();
    }

    public static Head head(byte[] key, byte[] value) {
        RowReader in = new RowReader(Family.BODY, key, value).version(VERSION);
        long headLength = in.u32();
        Head head = new Head(
                in.i64(),
                Digest.of(in.raw(Digest.LENGTH)),
                Digest.of(in.raw(Digest.LENGTH)),
                new MailboxId(in.i64()),
                in.u32(),
                in.i64(),
                in.instant(),
                in.flags());
        if (in.position() != headLength) {
            throw in.corrupt("a body head of " + headLength + " bytes ends after " + in.position());
        }
        if (head.size() < 0) {
            throw in.corrupt("negative body size");
        }
        return head;
    }

    /** How many bytes of chunk 0 precede its bytes, of which at least five must be there. */
    public static long headLength(byte[] key, byte[] value) {
        return new RowReader(Family.BODY, key, value).version(VERSION).u32();
    }

    /** Where the bytes begin in a chunk's value. */
    public static int dataOffset(byte[] key, byte[] value, int chunk) {
        RowReader in = new RowReader(Family.BODY, key, value).version(VERSION);
        if (chunk > 0) {
            return 1;
        }
        long headLength = in.u32();
        if (headLength < 5 || headLength > value.length) {
            throw in.corrupt("a body head of " + headLength + " bytes in a row of " + value.length);
        }
        return (int) headLength;
    }

    /** The same for a value that lies between position and limit of a buffer; counts from the position. */
    public static int dataOffset(byte[] key, ByteBuffer value, int chunk) {
        byte[] front = new byte[Math.min(5, value.remaining())];
        value.get(value.position(), front);
        RowReader in = new RowReader(Family.BODY, key, front).version(VERSION);
        if (chunk > 0) {
            return 1;
        }
        long headLength = in.u32();
        if (headLength < 5 || headLength > value.remaining()) {
            throw in.corrupt("a body head of " + headLength + " bytes in a row of " + value.remaining());
        }
        return (int) headLength;
    }

    /** The bytes that a chunk's value holds. */
    public static byte[] data(byte[] key, byte[] value, int chunk) {
        return Arrays.copyOfRange(value, dataOffset(key, value, chunk), value.length);
    }
}
