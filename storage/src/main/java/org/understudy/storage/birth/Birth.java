package org.understudy.storage.birth;

import java.time.Instant;
import org.understudy.storage.keyspace.Digest;

/**
 * What a sorted table was when it was written.
 *
 * @param file number of the table: {@code 000412.sst} is 412; a store uses none twice
 * @param size in octets
 * @param writtenSum CRC-32C of what RocksDB wrote, in eight hexadecimal digits, or empty if it took none
 * @param modifiedNanos the file's time of change when it was hashed, nanoseconds since 1970
 * @param hashedAt when the hash was taken
 * @param readAt when the table was last read from end to end and found as it was
 */
public record Birth(
        long file,
        long size,
        Digest sha256,
        Evidence evidence,
        String writtenSum,
        long modifiedNanos,
        Instant hashedAt,
        Instant readAt) {

    /** Why the hash is believed to be that of what was written. */
    public enum Evidence {
        /** Hashed by the process that wrote it; the sum of what was read is that of what was written. */
        PROMPT(1),
        /** Hashed by a later process (the one before ended too soon); the sums agree all the same. */
        LATE(2),
        /**
         * Hashed later, and nobody had summed up what was written, as in tables older than birth hashes: each block was
         * as its own checksum says. Until {@link #hashedAt} the table was unhashed.
         */
        BLOCKS_ONLY(3);

        private final int code;

        Evidence(int code) {
            this.code = code;
        }

        int code() {
            return code;
        }

        /** @throws IllegalArgumentException for a number that stands for none */
        static Evidence of(int code) {
            for (Evidence one : values()) {
                if (one.code == code) {
                    return one;
                }
            }
            throw new IllegalArgumentException("evidence " + code);
        }
    }

    Birth read(Instant at, long modified) {
        return new Birth(file, size, sha256, evidence, writtenSum, modified, hashedAt, at);
    }

    /** Whether it tells of this table, or of another that had its number before the store was put back from a copy. */
    boolean isOf(long tableSize, String tableSum) {
        return size == tableSize && (writtenSum.equals(tableSum) || evidence == Evidence.BLOCKS_ONLY);
    }

    /** The number in a table's name. */
    static long number(String name) {
        int from = name.lastIndexOf('/') + 1;
        return Long.parseLong(name.substring(from, name.length() - ".sst".length()));
    }
}
