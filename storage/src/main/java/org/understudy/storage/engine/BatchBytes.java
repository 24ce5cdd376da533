package org.understudy.storage.engine;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.understudy.storage.keyspace.Family;

/**
 * A write batch in the form in which RocksDB keeps one (its write_batch.cc says how), so that rows by the ten thousand
 * reach it in one call instead of one for each.
 *
 * <p>The sequence number in 8 octets and the count of rows in 4, both little-endian; then records: a kind in one octet;
 * for rows the number of their column family and the key, for puts also the value; for log data its octets. Lengths and
 * numbers are unsigned LEB128.
 */
final class BatchBytes {
    private static final int HEADER = 12;
    static final byte DELETION = 0x4;
    static final byte VALUE = 0x5;
    private static final byte LOG_DATA = 0x3;

    private final Numbers numbers;
    private final byte[] bytes;
    private int at = HEADER;
    private int rows;

    private BatchBytes(Numbers numbers, int length) {
        this.numbers = numbers;
        bytes = new byte[length];
    }

    /** The numbers that a database has given its column families. */
    static final class Numbers {
        private static final byte NONE = -1;

        private final byte[] byUsual = new byte[Family.values().length + 1];
        private final boolean usual;

        /** @throws IllegalStateException for a number above 127: a family is created once, and there are some twenty */
        Numbers(Map<Family, Integer> numbers) {
            Arrays.fill(byUsual, NONE);
            numbers.forEach((family, number) -> {
                if (number < 0 || number > Byte.MAX_VALUE) {
                    throw new IllegalStateException("the column family " + family.columnFamily() + " has the number "
                            + number + ", expected at most " + Byte.MAX_VALUE);
                }
                byUsual[usual(family)] = number.byteValue();
            });
            boolean all = true;
            for (int i = 1; i < byUsual.length; i++) {
                all &= byUsual[i] == i;
            }
            usual = all;
        }

        private byte of(byte usual) {
            byte number = byUsual[usual];
            if (number == NONE) {
                throw new IllegalStateException("a family that the database does not have, usually number " + usual);
            }
            return number;
        }
    }

    /** The number that a family gets where all are created in their order, behind the default one. */
    @SuppressWarnings("EnumOrdinal") // families are only ever added at the end, and other numbers are put right
    static byte usual(Family family) {
        return (byte) (family.ordinal() + 1);
    }

    /**
     * The effects one after the other, each between its author's tag and {@link Effect#END}.
     *
     * @param head log data that comes before them; none if it is empty
     * @throws ArithmeticException if they are more than 2 GiB together
     */
    static byte[] of(byte[] head, List<Effect> effects, Numbers numbers) {
        long length = HEADER + (head.length == 0 ? 0 : logData(head));
        for (Effect effect : effects) {
            length += logData(effect.tag()) + effect.length() + logData(Effect.END);
        }
        BatchBytes batch = new BatchBytes(numbers, Math.toIntExact(length));
        if (head.length > 0) {
            batch.log(head);
        }
        effects.forEach(batch::effect);
        return batch.done();
    }

    private static long logData(byte[] data) {
        return 1 + varintLength(data.length) + (long) data.length;
    }

    private static int varintLength(int number) {
        return number < 0x80 ? 1 : (31 - Integer.numberOfLeadingZeros(number)) / 7 + 1;
    }

    private void effect(Effect effect) {
        log(effect.tag());
        int from = at;
        at = effect.copyTo(bytes, at);
        rows += effect.rows();
        if (!numbers.usual) {
            renumber(from, effect);
        }
        log(Effect.END);
    }

    private void renumber(int from, Effect effect) {
        int next = from;
        for (int row = 0; row < effect.rows(); row++) {
            byte kind = bytes[next++];
            bytes[next] = numbers.of(bytes[next]);
            next = behind(next + 1);
            if (kind == VALUE) {
                next = behind(next);
            }
        }
        if (next != at) {
            throw new IllegalStateException("records of an effect end at " + next + ", expected " + at);
        }
    }

    /** Where octets end whose count is at an offset. */
    private int behind(int offset) {
        int length = 0;
        int next = offset;
        for (int shift = 0; ; shift += 7) {
            byte seven = bytes[next++];
            length |= (seven & 0x7F) << shift;
            if (seven >= 0) {
                return next + length;
            }
        }
    }

    private void log(byte[] data) {
        bytes[at++] = LOG_DATA;
        octets(data);
    }

    private void octets(byte[] octets) {
        at = varint(bytes, at, octets.length);
        System.arraycopy(octets, 0, bytes, at, octets.length);
        at += octets.length;
    }

    /** Writes a number at an offset; answers the offset behind it. */
    static int varint(byte[] bytes, int offset, int number) {
        int next = offset;
        int rest = number;
        while (rest > 0x7F) {
            bytes[next++] = (byte) (rest & 0x7F | 0x80);
            rest >>>= 7;
        }
        bytes[next++] = (byte) rest;
        return next;
    }

    private byte[] done() {
        if (at != bytes.length) {
            throw new IllegalStateException("a batch of " + bytes.length + " octets was counted, " + at + " came");
        }
        ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).putInt(8, rows);
        return bytes;
    }
}
