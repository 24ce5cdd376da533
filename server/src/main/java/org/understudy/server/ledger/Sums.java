package org.understudy.server.ledger;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * What the ledger has let go of.
 *
 * @param users rows with a user that were folded away
 * @param strangers rows without one
 * @param dropped connections that came faster than they could be counted
 */
public record Sums(Folded users, Folded strangers, long dropped) {
    public static final Sums NONE = new Sums(Folded.NONE, Folded.NONE, 0);

    /**
     * Rows that are no longer kept one by one.
     *
     * @param rows how many
     * @param count connections in them
     * @param last when the last of these was; null where there is none
     */
    public record Folded(long rows, long count, @Nullable Instant last) {
        public static final Folded NONE = new Folded(0, 0, null);

        Folded plus(LedgerRow row) {
            return new Folded(rows + 1, count + row.count(), later(last, row.last()));
        }

        Folded plus(Folded other) {
            Instant newest = other.last == null ? last : later(last, other.last);
            return new Folded(rows + other.rows, count + other.count, newest);
        }

        private static Instant later(@Nullable Instant one, Instant other) {
            return one == null || one.isBefore(other) ? other : one;
        }
    }

    Sums plus(Sums other) {
        return new Sums(users.plus(other.users), strangers.plus(other.strangers), dropped + other.dropped);
    }
}
