package org.understudy.storage;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.understudy.storage.keyspace.Family;

/**
 * One effect as the write-ahead log holds it.
 *
 * @param sequence of its first row
 * @param at when it was committed, in milliseconds since 1970 UTC by the clock of the machine, or 0 where the log does not
 *     say: rows written ahead, and effects of versions that kept no time
 * @param author tag of who caused it ({@link org.understudy.storage.keyspace.Author#tag}), or empty if the log names
 *     nobody
 */
public record LoggedEffect(long sequence, long at, String author, List<Row> rows) {
    /** What was done to a key. */
    public enum Kind {
        PUT,
        DELETED,
        /** All keys from {@code key} to before {@code value} were deleted. */
        RANGE_DELETED,
        /** Something that no code of this program writes. */
        FOREIGN
    }

    /** One operation on one key. */
    public static final class Row {
        private final long sequence;
        private final Kind kind;
        private final @Nullable Family family;
        private final byte[] key;
        private final byte[] value;

        public Row(long sequence, Kind kind, @Nullable Family family, byte[] key, byte[] value) {
            this.sequence = sequence;
            this.kind = kind;
            this.family = family;
            this.key = key;
            this.value = value;
        }

        public long sequence() {
            return sequence;
        }

        public Kind kind() {
            return kind;
        }

        /** Null for a column family that this program does not know. */
        public @Nullable Family family() {
            return family;
        }

        /** Not to be changed. */
        public byte[] key() {
            return key;
        }

        /** For {@link Kind#PUT} the value, for {@link Kind#RANGE_DELETED} the end, else empty. Not to be changed. */
        public byte[] value() {
            return value;
        }
    }

    public LoggedEffect {
        rows = List.copyOf(rows);
    }
}
