package org.understudy.storage.keyspace;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.understudy.storage.CorruptionException;

/** Reads what {@link RowWriter} wrote, and answers anything else with a {@link CorruptionException}. */
final class RowReader {
    private final Family family;
    private final byte[] key;
    private final byte[] bytes;
    private int at;

    RowReader(Family family, byte[] key, byte[] bytes) {
        this.family = family;
        this.key = key;
        this.bytes = bytes;
    }

    /** Reads the version byte, which must be {@code known}. */
    RowReader version(int known) {
        int found = u8();
        if (found != known) {
            throw corrupt("row version " + known + " expected, found " + found);
        }
        return this;
    }

    /** Reads the version byte, which must be from 1 to {@code latest}. */
    int versionUpTo(int latest) {
        int found = u8();
        if (found < 1 || found > latest) {
            throw corrupt("row version 1 to " + latest + " expected, found " + found);
        }
        return found;
    }

    int u8() {
        need(1);
        return bytes[at++] & 0xFF;
    }

    int u16() {
        return u8() << 8 | u8();
    }

    long u32() {
        return (long) u16() << 16 | u16();
    }

    long i64() {
        need(8);
        long value = 0;
        for (int i = 0; i < 8; i++) {
            value = value << 8 | (bytes[at++] & 0xFF);
        }
        return value;
    }

    long varint() {
        long value = 0;
        for (int shift = 0; shift < 63; shift += 7) {
            int b = u8();
            value |= (long) (b & 0x7F) << shift;
            if (b < 0x80) {
                return value;
            }
        }
        throw corrupt("a number of more than nine bytes at offset " + at);
    }

    /** A count of things of at least one byte each, so never more than the bytes left. */
    int count() {
        long count = varint();
        if (count > bytes.length - at) {
            throw corrupt("a count of " + count + " with " + (bytes.length - at) + " bytes left");
        }
        return (int) count;
    }

    String text() {
        int size = count();
        String text = new String(bytes, at, size, StandardCharsets.UTF_8);
        at += size;
        return text;
    }

    byte[] raw(int size) {
        need(size);
        byte[] part = java.util.Arrays.copyOfRange(bytes, at, at + size);
        at += size;
        return part;
    }

    byte[] rest() {
        return raw(bytes.length - at);
    }

    int left() {
        return bytes.length - at;
    }

    int position() {
        return at;
    }

    @Nullable
    Instant instantOrNull() {
        long millis = i64();
        return millis == RowWriter.NO_INSTANT ? null : Instant.ofEpochMilli(millis);
    }

    Instant instant() {
        return Instant.ofEpochMilli(i64());
    }

    Flags flags() {
        int system = u8();
        int count = count();
        if ((system & ~63) != 0) {
            throw corrupt("unknown system flag bits " + system);
        }
        List<String> keywords = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            keywords.add(text());
        }
        return Flags.of(system, keywords);
    }

    void end() {
        if (at != bytes.length) {
            throw corrupt((bytes.length - at) + " bytes too many");
        }
    }

    CorruptionException corrupt(String what) {
        return new CorruptionException(family.columnFamily(), HexFormat.of().formatHex(key), what, null);
    }

    private void need(int count) {
        if (bytes.length - at < count) {
            throw corrupt("row of " + bytes.length + " bytes ends early: " + count + " bytes expected at offset " + at);
        }
    }
}
