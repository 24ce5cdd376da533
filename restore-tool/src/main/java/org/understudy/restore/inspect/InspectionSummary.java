package org.understudy.restore.inspect;

import java.util.List;
import java.util.SortedMap;
import org.understudy.restore.source.BackupSource;

/**
 * Totals of an inspection; {@code items = counts.messages() + counts.unreadable() + ignored}.
 *
 * @param complete whether the source was read to its end; if not, all figures are of what was read
 * @param items all that the source gave
 * @param bytes octets of the messages as they lie in the source
 * @param counts of the whole source
 * @param ignored items that are no messages
 * @param users counts by user
 * @param mailboxes counts by user and mailbox
 * @param months messages by month (UTC) of the Date header, else of the date of arrival; {@code 2026-05}
 * @param checks messages by check and strength of finding; a message counts once for each
 */
public record InspectionSummary(
        BackupSource.Description source,
        boolean complete,
        long items,
        long bytes,
        Counts counts,
        long ignored,
        SortedMap<String, Counts> users,
        List<MailboxCounts> mailboxes,
        SortedMap<String, Counts> months,
        SortedMap<String, SortedMap<String, Long>> checks) {
    /** Counts of one mailbox. */
    public record MailboxCounts(String user, String mailbox, Counts counts) {}

    public InspectionSummary {
        if (items != counts.messages() + counts.unreadable() + ignored) {
            throw new IllegalStateException("bins do not add up: %d items, %d messages, %d unreadable, %d ignored"
                    .formatted(items, counts.messages(), counts.unreadable(), ignored));
        }
        mailboxes = List.copyOf(mailboxes);
    }

    /** Whether the source was read to its end and nothing in it is suspect, damaged or unreadable. */
    public boolean sound() {
        return complete && counts.unsound() == 0;
    }
}
