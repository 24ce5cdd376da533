package org.understudy.storage.keyspace;

/**
 * The counters of one mailbox, kept in step with its messages by every effect.
 *
 * @param uidNext the UID that the next message gets, 1 to 2^32; never falls
 * @param highestModSeq the highest MODSEQ given out, 0 for a mailbox that was never changed; never falls
 * @param messages how many messages there are
 * @param unseen how many of them lack {@code \Seen}
 * @param bytes sum of their sizes
 */
public record MailboxState(long uidNext, long highestModSeq, long messages, long unseen, long bytes) {
    public static final MailboxState EMPTY = new MailboxState(1, 0, 0, 0, 0);

    public MailboxState {
        if (uidNext < 1 || highestModSeq < 0 || messages < 0 || unseen < 0 || unseen > messages || bytes < 0) {
            throw new IllegalArgumentException("impossible mailbox state: uidNext " + uidNext + ", highestModSeq "
                    + highestModSeq + ", messages " + messages + ", unseen " + unseen + ", bytes " + bytes);
        }
    }
}
