package org.understudy.storage;

import org.understudy.storage.keyspace.MailboxState;

/**
 * What SELECT and STATUS tell of a mailbox, as of one moment.
 *
 * @param uids all messages; the position of a UID is its sequence number
 * @param unseen those without {@code \Seen}
 * @param recent those with {@code \Recent}
 * @param deleted those with {@code \Deleted}
 */
public record MailboxSummary(
        MailboxState state, UidRanges uids, UidRanges unseen, UidRanges recent, UidRanges deleted) {
    /** What it costs in memory, about, in bytes. */
    int weight() {
        return 400 + 12 * (uids.ranges() + unseen.ranges() + recent.ranges() + deleted.ranges());
    }
}
