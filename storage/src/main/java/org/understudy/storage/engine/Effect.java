package org.understudy.storage.engine;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.understudy.storage.keyspace.Author;
import org.understudy.storage.keyspace.Family;

/**
 * Rows to be written together or not at all, with their author. Not thread-safe.
 *
 * <p>They are kept as records of a write batch ({@link BatchBytes}), but with the usual
 * numbers of column families: an object a row would cost more than writing the row. Large values are kept as they
 * came, and must not be changed any more.
 */
public final class Effect {
    /** Begins an author's tag in the write-ahead log. */
    public static final String TAG_PREFIX = "understudy:1:";

    /** Begins the record that says when a group of effects was committed: milliseconds since 1970 UTC in digits follow. */
    static final String TIME_PREFIX = "understudy:at:";

    /** Stands in the log behind an effect's rows, so that rows that follow untagged are nobody's, not this author's. */
    static final byte[] END = "understudy:1".getBytes(StandardCharsets.UTF_8);

    private static final int FIRST_BLOCK = 256;
    private static final int BLOCK = 1 << 16;

    /** Values of so many octets are kept as they are, not copied into a block. */
    private static final int LARGE = 1 << 12;

    private static final int MOST_OF_A_VARINT = 5;

    private final byte[] tag;
    private final List<ByteBuffer> blocks = new ArrayList<>();
    private byte[] block = new byte[FIRST_BLOCK];
    private int used;
    private long length;
    private int rows;
    private long bytes;

    public Effect(Author author) {
        tag = (TAG_PREFIX + author.tag()).getBytes(StandardCharsets.UTF_8);
    }

    public Effect put(Family family, byte[] key, byte[] value) {
        boolean large = value.length >= LARGE;
        begin(BatchBytes.VALUE, family, key, large ? MOST_OF_A_VARINT : MOST_OF_A_VARINT + value.length);
        used = BatchBytes.varint(block, used, value.length);
        if (large) {
            close();
            blocks.add(ByteBuffer.wrap(value));
            length += value.length;
        } else {
            octets(value);
        }
        bytes += key.length + value.length;
        return this;
    }

    public Effect delete(Family family, byte[] key) {
        begin(BatchBytes.DELETION, family, key, 0);
        bytes += key.length;
        return this;
    }

    private void begin(byte kind, Family family, byte[] key, int more) {
        reserve(2 + MOST_OF_A_VARINT + key.length + more);
        block[used++] = kind;
        block[used++] = BatchBytes.usual(family);
        used = BatchBytes.varint(block, used, key.length);
        octets(key);
        rows++;
    }

    private void octets(byte[] octets) {
        System.arraycopy(octets, 0, block, used, octets.length);
        used += octets.length;
    }

    private void reserve(int more) {
        if (block.length - used >= more) {
            return;
        }
        if (block.length < BLOCK) {
            block = Arrays.copyOf(block, Math.max(used + more, block.length * 4));
        } else {
            close();
            block = new byte[Math.max(BLOCK, more)];
        }
    }

    /** Lets nothing more come into the block. */
    private void close() {
        blocks.add(ByteBuffer.wrap(block, 0, used));
        length += used;
        block = new byte[0];
        used = 0;
    }

    public boolean isEmpty() {
        return rows == 0;
    }

    byte[] tag() {
        return tag;
    }

    /** How many rows there are. */
    int rows() {
        return rows;
    }

    /** Keys and values together. */
    long bytes() {
        return bytes;
    }

    /** Octets of the records. */
    long length() {
        return length + used;
    }

    /** Lays the records down from {@code at} on; answers where they end. */
    int copyTo(byte[] target, int at) {
        int end = at;
        for (ByteBuffer closed : blocks) {
            closed.get(0, target, end, closed.limit());
            end += closed.limit();
        }
        System.arraycopy(block, 0, target, end, used);
        return end + used;
    }
}
