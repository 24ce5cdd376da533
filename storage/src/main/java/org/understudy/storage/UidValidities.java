package org.understudy.storage;

import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import org.understudy.storage.keyspace.MailboxPath;
import org.understudy.storage.keyspace.MailboxRow;

/**
 * Gives out UIDVALIDITY: seconds since 1970, or one more than the largest that any mailbox of the store has had. So a
 * name, a UIDVALIDITY and a UID never stand for two messages, however mailboxes are deleted, renamed and made again, and
 * the next mailbox of a name has a larger one than the last, also where the clock went back (RFC 9051 section 2.3.1.1).
 */
final class UidValidities {
    private static final long LARGEST = 0xFFFF_FFFFL;

    /** One that is larger was drawn by lot, by versions that did so, and counts for its own name only. */
    private static final long LARGEST_COUNTED = 0xFFF0_0000L;

    private final Map<MailboxPath, Long> beyond = new HashMap<>();
    private long largest;

    /** @param had of all mailboxes that are or were */
    UidValidities(Iterable<MailboxRow> had) {
        had.forEach(this::used);
    }

    void used(MailboxRow row) {
        if (row.uidValidity() <= LARGEST_COUNTED) {
            largest = Math.max(largest, row.uidValidity());
        } else {
            beyond.merge(row.path(), row.uidValidity(), Math::max);
        }
    }

    /** One for a mailbox that is made now. */
    long next(MailboxPath path, Instant now) {
        long above = beyond.getOrDefault(path, LARGEST) + 1;
        if (above <= LARGEST) {
            beyond.put(path, above);
            return above;
        }
        long seconds = Math.clamp(now.getEpochSecond(), 1, LARGEST_COUNTED);
        largest = Math.max(seconds, largest + 1);
        return largest;
    }
}
