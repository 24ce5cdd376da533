package org.understudy.storage.keyspace;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** Builds the bytes of a key or value: integers big-endian, texts as a length (LEB128) and UTF-8. */
final class RowWriter {
    /** Stands for an absent instant. */
    static final long NO_INSTANT = Long.MIN_VALUE;

    private byte[] bytes;
    private int length;

    RowWriter(int expected) {
        bytes = new byte[expected];
    }

    RowWriter u8(int value) {
        room(1);
        bytes[length++] = (byte) value;
        return this;
    }

    RowWriter u16(int value) {
        return u8(value >>> 8).u8(value);
    }

    RowWriter u32(long value) {
        return u16((int) (value >>> 16)).u16((int) value);
    }

    RowWriter i64(long value) {
        room(8);
        for (int shift = 56; shift >= 0; shift -= 8) {
            bytes[length++] = (byte) (value >>> shift);
        }
        return this;
    }

    /** Unsigned LEB128, of a value that is not negative. */
    RowWriter varint(long value) {
        long rest = value;
        while (rest > 0x7F) {
            u8((int) (rest & 0x7F) | 0x80);
            rest >>>= 7;
        }
        return u8((int) rest);
    }

    RowWriter text(String text) {
        byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
        return varint(utf8.length).raw(utf8);
    }

    RowWriter raw(byte[] more) {
        return raw(more, 0, more.length);
    }

    RowWriter raw(byte[] more, int offset, int count) {
        room(count);
        System.arraycopy(more, offset, bytes, length, count);
        length += count;
        return this;
    }

    /** Milliseconds since 1970 UTC. */
    RowWriter instant(@Nullable Instant instant) {
        return i64(instant == null ? NO_INSTANT : instant.toEpochMilli());
    }

    RowWriter flags(Flags flags) {
        u8(flags.system()).varint(flags.keywords().size());
        flags.keywords().forEach(this::text);
        return this;
    }

    byte[] done() {
        return length == bytes.length ? bytes : Arrays.copyOf(bytes, length);
    }

    private void room(int more) {
        if (length + more > bytes.length) {
            bytes = Arrays.copyOf(bytes, Math.max(length + more, bytes.length * 2));
        }
    }
}
