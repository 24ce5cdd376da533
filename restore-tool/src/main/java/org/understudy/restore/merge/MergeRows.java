package org.understudy.restore.merge;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.understudy.restore.plan.TargetMailbox;
import org.understudy.storage.keyspace.Flags;
import org.understudy.storage.keyspace.MailboxId;
import org.understudy.storage.keyspace.MessageId;

/** Values of the rows that merges and undos leave in the live store's journal. */
final class MergeRows {
    private MergeRows() {}

    /**
     * A merge or an undo has begun; the first row of it.
     *
     * @param sequence the live store's sequence number before
     */
    record Begun(long sequence) {}

    /**
     * The planned bodies of one body file of the shadow are in live.
     *
     * @param linked whether the shadow's own file was adopted; else only the planned bodies of it were, rewritten
     * @param bodies that were adopted; 0 if live had them all
     * @param from the live store's sequence number before
     * @param to and after; adopting takes up one in between where live had some bodies of the file
     */
    record Bodies(boolean linked, long bodies, long bytes, long from, long to) {}

    /**
     * A mailbox that the merge makes, written before it is made and again after.
     *
     * @param uidValidity the one that it gets, by which it is known again after a crash
     * @param id null before it is made
     * @param subscribed whether the merge subscribed its owner to it
     */
    record Made(
            TargetMailbox mailbox,
            long uidValidity,
            @Nullable MailboxId id,
            boolean subscribed) {}

    /**
     * One message added.
     *
     * @param from mailbox in the shadow
     * @param uid its UID there
     * @param liveUid its UID in live
     * @param modSeq the MODSEQ that it got
     */
    record AddedMessage(MailboxId from, long uid, long liveUid, long modSeq, MessageId messageId) {}

    /** One planned message that was not added, since live had got it as {@code liveUid} after the plan was made. */
    record AppearedMessage(MailboxId from, long uid, long liveUid) {}

    /** One chunk of messages. */
    record Added(TargetMailbox mailbox, MailboxId id, List<AddedMessage> messages, List<AppearedMessage> appeared) {}

    /** One message whose flags were changed; {@code modSeq} is the new one. */
    record ChangedMessage(long uid, long modSeq, Flags before, Flags after) {}

    /**
     * One chunk of changed flags.
     *
     * @param missed UIDs of messages that others had changed or expunged after the plan was made
     */
    record Changed(TargetMailbox mailbox, MailboxId id, List<ChangedMessage> messages, List<Long> missed) {}

    /** What undo did to one chunk: UIDs that it expunged, or whose flags it set back. */
    record Undone(List<Long> uids) {}

    /** What undo did with a mailbox that the merge had made; {@code why} says why it stayed, or is empty. */
    record Unmade(boolean deleted, String why) {}
}
