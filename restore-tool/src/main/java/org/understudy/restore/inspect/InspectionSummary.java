package org.understudy.restore.inspect;

import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.SortedMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
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
 * @param contamination messages that may hold another user's mail, by the user in whose mailbox they lie; whatever their
 *     verdict
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
        SortedMap<String, SortedMap<String, Long>> checks,
        SortedMap<String, Long> contamination) {
    /** Counts of one mailbox. */
    public record MailboxCounts(String user, String mailbox, Counts counts) {}

    public InspectionSummary {
        if (items != counts.messages() + counts.unreadable() + ignored) {
            throw new IllegalStateException("bins do not add up: %d items, %d messages, %d unreadable, %d ignored"
                    .formatted(items, counts.messages(), counts.unreadable(), ignored));
        }
        mailboxes = List.copyOf(mailboxes);
    }

    /** With mail in its owners' mailboxes only. */
    public InspectionSummary(
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
        this(
                source,
                complete,
                items,
                bytes,
                counts,
                ignored,
                users,
                mailboxes,
                months,
                checks,
                Collections.emptySortedMap());
    }

    /** How many messages may hold another user's mail. */
    public long contaminated() {
        return contamination.values().stream().mapToLong(Long::longValue).sum();
    }

    /** In one or two sentences, what this means for the decision. */
    public String conclusion() {
        long strays = contaminated();
        return strays == 0
                ? verdicts()
                : verdicts()
                        + String.format(
                                Locale.ROOT,
                                " %,d %s to belong to another user: look at %s before anybody gets %s.",
                                strays,
                                strays == 1 ? "message seems" : "messages seem",
                                strays == 1 ? "it" : "them",
                                strays == 1 ? "it" : "them");
    }

    private String verdicts() {
        if (!complete) {
            return "Interrupted: the figures are of what was read so far, not of the whole backup.";
        }
        if (counts.unsound() == 0) {
            if (counts.messages() == 0) {
                return "The backup holds no messages.";
            }
            return counts.messages() == 1
                    ? "The one message is sound; the backup can be restored."
                    : String.format(
                            Locale.ROOT, "All %,d messages are sound; the backup can be restored.", counts.messages());
        }
        long sound = counts.proven() + counts.consistent();
        return String.format(
                Locale.ROOT,
                "%,d of %,d messages %s sound. Look at the other%s before you restore: %s.",
                sound,
                counts.messages() + counts.unreadable(),
                sound == 1 ? "is" : "are",
                counts.unsound() == 1 ? "" : "s",
                Stream.of(
                                part(counts.damaged(), "damaged"),
                                part(counts.unreadable(), "unreadable"),
                                part(counts.suspect(), "suspect"))
                        .filter(part -> !part.isEmpty())
                        .collect(Collectors.joining(", ")));
    }

    private static String part(long count, String word) {
        return count == 0 ? "" : String.format(Locale.ROOT, "%,d %s", count, word);
    }

    /** Whether the source was read to its end and nothing in it is suspect, damaged, unreadable or another user's. */
    public boolean sound() {
        return complete && counts.unsound() == 0 && contamination.isEmpty();
    }
}
