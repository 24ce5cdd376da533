package org.understudy.restore.merge;

import java.time.Instant;
import java.util.List;

/**
 * What undoing a merge came to: {@code added = expunged + touched.size() + gone}, {@code flagsChanged = flagsReverted +
 * flagsTouched.size() + flagsGone}, {@code mailboxesCreated = mailboxesDeleted + mailboxesKept.size()}.
 *
 * @param added messages that the merge had added
 * @param touched added messages that were changed since and therefore stay; each as user, mailbox and UID
 * @param gone added messages that somebody had expunged already
 * @param flagsTouched messages whose flags were changed again since and therefore stay so
 * @param mailboxesKept mailboxes that the merge had made and that stay, each with the reason
 */
public record UndoReport(
        String restoreId,
        int attempt,
        Instant undoneAt,
        long added,
        long expunged,
        List<String> touched,
        long gone,
        long flagsChanged,
        long flagsReverted,
        List<String> flagsTouched,
        long flagsGone,
        long mailboxesCreated,
        long mailboxesDeleted,
        List<String> mailboxesKept) {
    public UndoReport {
        touched = List.copyOf(touched);
        flagsTouched = List.copyOf(flagsTouched);
        mailboxesKept = List.copyOf(mailboxesKept);
        if (added != expunged + touched.size() + gone
                || flagsChanged != flagsReverted + flagsTouched.size() + flagsGone
                || mailboxesCreated != mailboxesDeleted + mailboxesKept.size()) {
            throw new IllegalArgumentException("undo of " + restoreId + " does not add up: " + added + " added, "
                    + expunged + " expunged, " + touched.size() + " touched, " + gone + " gone; " + flagsChanged
                    + " flags changed, " + flagsReverted + " reverted, " + flagsTouched.size() + " touched, "
                    + flagsGone + " gone; " + mailboxesCreated + " mailboxes made, " + mailboxesDeleted
                    + " deleted, " + mailboxesKept.size() + " kept");
        }
    }
}
