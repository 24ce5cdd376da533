package org.understudy.restore.merge;

import java.time.Instant;
import java.util.List;
import org.understudy.restore.plan.TargetMailbox;
import org.understudy.restore.proof.Proof;
import org.understudy.storage.keyspace.Flags;
import org.understudy.storage.keyspace.MailboxId;

/**
 * What a merge did, drawn from the live store's journal: {@code planned = added + appeared}.
 *
 * @param planHash SHA-256 of the plan that it carried out
 * @param planned messages that the plan adds
 * @param appeared planned messages that live had got by itself meanwhile
 * @param flagsMissed planned changes of flags of messages that others had changed meanwhile
 */
public record Receipt(
        String restoreId,
        int attempt,
        String planHash,
        String storeId,
        Instant mergedAt,
        long planned,
        long added,
        long addedBytes,
        long appeared,
        long flagsChanged,
        long flagsMissed,
        long mailboxesCreated,
        long bodyFilesLinked,
        long bodyFilesWritten,
        Proof proof,
        StoreFigures.Untouched untouched,
        List<OfMailbox> mailboxes) {
    /** One target mailbox. */
    public record OfMailbox(
            TargetMailbox mailbox, MailboxId id, boolean created, List<Message> messages, List<Changed> flags) {}

    /** One added message: where it lay in the shadow, and the UID and MODSEQ that it got. */
    public record Message(MailboxId from, long fromUid, long uid, long modSeq, long messageId) {}

    /** One message that live had, with its flags before and after. */
    public record Changed(long uid, long modSeq, Flags before, Flags after) {}

    public Receipt {
        mailboxes = List.copyOf(mailboxes);
        if (planned != added + appeared) {
            throw new IllegalArgumentException("receipt of " + restoreId + " does not add up: " + planned + " planned, "
                    + added + " added, " + appeared + " appeared");
        }
    }

    /** The receipt without its lists, for showing. */
    public Receipt summary() {
        return new Receipt(
                restoreId,
                attempt,
                planHash,
                storeId,
                mergedAt,
                planned,
                added,
                addedBytes,
                appeared,
                flagsChanged,
                flagsMissed,
                mailboxesCreated,
                bodyFilesLinked,
                bodyFilesWritten,
                proof,
                untouched,
                List.of());
    }
}
