package org.understudy.server.ledger;

import com.fasterxml.jackson.annotation.JsonUnwrapped;
import java.time.Instant;

/**
 * What was seen, and when.
 *
 * @param first in whole seconds, as {@code last}
 * @param count how many connections, 1 at least
 */
public record LedgerRow(@JsonUnwrapped LedgerKey key, Instant first, Instant last, long count) {
    public LedgerRow {
        if (count < 1 || last.isBefore(first)) {
            throw new IllegalArgumentException("count " + count + ", first " + first + ", last " + last);
        }
    }

    /** Both together. */
    LedgerRow plus(LedgerRow other) {
        return new LedgerRow(
                key,
                first.isBefore(other.first) ? first : other.first,
                last.isAfter(other.last) ? last : other.last,
                count + other.count);
    }
}
