package org.understudy.storage.engine;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import java.util.Map;
import java.util.Objects;
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
    private static final byte LOG_DATA = 0x3;
    private static final byte DELETION = 0x4;
    private static final byte VALUE = 0x5;

    private final Map<Family, Integer> numbers;
    private final byte[] bytes;
    private int at = HEADER;
    private int rows;

    private BatchBytes(Map<Family, Integer> numbers, int length) {
        this.numbers = numbers;
        bytes = new byte[length];
    }

    /**
     * The effects one after the other, each between its author's tag and {@link Effect#END}.
     *
     * @param head log data that comes before them; none if it is empty
     * @param numbers of column families
     * @throws ArithmeticException if they are more than 2 GiB together
     */
    static byte[] of(byte[] head, List<Effect> effects, Map<Family, Integer> numbers) {
        long length = HEADER + (head.length == 0 ? 0 : logData(head));
        for (Effect effect : effects) {
            length += logData(effect.tag()) + logData(Effect.END);
            for (Effect.Row row : effect.rows()) {
                byte[] value = row.value();
                length += 1L
                        + varintLength(number(numbers, row.family()))
                        + counted(row.key())
                        + (value == null ? 0 : counted(value));
            }
        }
        BatchBytes batch = new BatchBytes(numbers, Math.toIntExact(length));
        if (head.length > 0) {
            batch.log(head);
        }
        effects.forEach(batch::effect);
        return batch.done();
    }

    private static int number(Map<Family, Integer> numbers, Family family) {
        return Objects.requireNonNull(numbers.get(family), "a family that the database does not have");
    }

    private static long logData(byte[] data) {
        return 1 + counted(data);
    }

    private static long counted(byte[] octets) {
        return varintLength(octets.length) + (long) octets.length;
    }

    private static int varintLength(int number) {
        return number < 0x80 ? 1 : (31 - Integer.numberOfLeadingZeros(number)) / 7 + 1;
    }

    private void effect(Effect effect) {
        log(effect.tag());
        for (Effect.Row row : effect.rows()) {
            byte[] value = row.value();
            bytes[at++] = value == null ? DELETION : VALUE;
            varint(number(numbers, row.family()));
            octets(row.key());
            if (value != null) {
                octets(value);
            }
            rows++;
        }
        log(Effect.END);
    }

    private void log(byte[] data) {
        bytes[at++] = LOG_DATA;
        octets(data);
    }

    private void octets(byte[] octets) {
        varint(octets.length);
        System.arraycopy(octets, 0, bytes, at, octets.length);
        at += octets.length;
    }

    private void varint(int number) {
        int rest = number;
        while (rest > 0x7F) {
            bytes[at++] = (byte) (rest & 0x7F | 0x80);
            rest >>>= 7;
        }
        bytes[at++] = (byte) rest;
    }

    private byte[] done() {
        if (at != bytes.length) {
            throw new IllegalStateException("a batch of " + bytes.length + " octets was counted, " + at + " came");
        }
        ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).putInt(8, rows);
        return bytes;
    }
}
