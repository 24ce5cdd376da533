package org.understudy.storage.keyspace;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Single fields of a {@link Family#MESSAGE} row, read where they lie (docs/on-disk-format.md#message-facts), for those who
 * go over many rows and need few fields.
 */
public final class MessageRow {
    private static final int VERSION = 1;
    /** A copy, whose row ends with the key of the row that has its structure. */
    static final int COPY = 2;

    /** Octets of that key. */
    static final int KEY = 12;

    private static final int MESSAGE = 1;
    private static final int THREAD = 9;
    private static final int BODY = 17;
    private static final int SIZE = 25;
    private static final int HEADER_SIZE = 33;
    private static final int INTERNAL_DATE = 37;
    private static final int SAVED_AT = 45;
    private static final int FIXED = 53;

    private MessageRow() {}

    /** Whether the row is long enough and of a known version; if not, {@link Codec#messageFacts} says what is wrong. */
    public static boolean isWhole(byte @Nullable [] value) {
        return value != null
                && (value.length >= FIXED && value[0] == VERSION || value.length >= FIXED + KEY && value[0] == COPY);
    }

    public static long messageId(byte[] value) {
        return int64(value, MESSAGE);
    }

    public static long threadId(byte[] value) {
        return int64(value, THREAD);
    }

    public static long body(byte[] value) {
        return int64(value, BODY);
    }

    /** Octets. */
    public static long size(byte[] value) {
        return int64(value, SIZE);
    }

    /** Octets. */
    public static int headerSize(byte[] value) {
        return (int) (int64(value, HEADER_SIZE) >>> 32);
    }

    /** Milliseconds since 1970 UTC. */
    public static long internalDate(byte[] value) {
        return int64(value, INTERNAL_DATE);
    }

    /** Milliseconds since 1970 UTC, or {@link Long#MIN_VALUE} for none. */
    public static long savedAt(byte[] value) {
        return int64(value, SAVED_AT);
    }

    /** Whether a whole row is that of a copy, which shares the structure of another message. */
    public static boolean isCopy(byte[] value) {
        return value[0] == COPY;
    }

    /**
     * The key in {@link Family#STRUCTURE} of a message's structure: the message's own, or that of the message which it was
     * copied from, directly or through others.
     *
     * @param key the message's
     * @param value its whole row
     */
    public static byte[] structureKey(byte[] key, byte[] value) {
        return isCopy(value) ? Arrays.copyOfRange(value, value.length - KEY, value.length) : key;
    }

    /**
     * The row of a copy.
     *
     * @param key the original's
     * @param value its whole row
     * @param savedAt milliseconds since 1970 UTC
     */
    public static byte[] copy(byte[] key, byte[] value, long savedAt) {
        byte[] row = Arrays.copyOf(value, value.length + (isCopy(value) ? 0 : KEY));
        if (!isCopy(value)) {
            row[0] = COPY;
            System.arraycopy(key, 0, row, value.length, KEY);
        }
        for (int i = 0; i < 8; i++) {
            row[SAVED_AT + i] = (byte) (savedAt >>> (56 - 8 * i));
        }
        return row;
    }

    private static long int64(byte[] value, int at) {
        long number = 0;
        for (int i = at; i < at + 8; i++) {
            number = number << 8 | (value[i] & 0xFF);
        }
        return number;
    }
}
