package org.understudy.restore.repository.log;

import java.util.List;
import org.understudy.storage.LoggedEffect;

/**
 * One item of a segment.
 *
 * @param sequence of its first row; for {@link Kind#BODY} that of the effect that it belongs to
 * @param at milliseconds since 1970 UTC, never less than that of the item before
 */
record LogEntry(Kind kind, long sequence, long at, String author, List<LoggedEffect.Row> rows) {
    /** Kinds of items, with their numbers in the file. */
    enum Kind {
        /** An effect, or its beginning. */
        EFFECT(1),
        /** Further rows of the effect before. */
        CONTINUED(2),
        /** Rows of a body that came to the store as a file, before the effect that names it. */
        BODY(3);

        private final int code;

        Kind(int code) {
            this.code = code;
        }

        int code() {
            return code;
        }

        static Kind of(int code) {
            for (Kind kind : values()) {
                if (kind.code == code) {
                    return kind;
                }
            }
            throw new IllegalArgumentException("no item of kind " + code);
        }
    }

    LogEntry {
        rows = List.copyOf(rows);
    }

    /** The sequence number behind its last row. */
    long next() {
        return kind == Kind.BODY ? sequence : sequence + rows.size();
    }
}
