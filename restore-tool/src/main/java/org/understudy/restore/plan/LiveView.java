package org.understudy.restore.plan;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.understudy.storage.keyspace.Digest;
import org.understudy.storage.keyspace.ExpungeReason;
import org.understudy.storage.keyspace.Flags;
import org.understudy.storage.keyspace.MailboxId;

/** What the planner reads of the live store. */
public interface LiveView {
    /** A live mailbox with its counters. */
    record Mailbox(MailboxId id, long uidValidity, long uidNext, long highestModSeq) {}

    /**
     * @param size octets of the canonical form
     * @param rfc822MessageId with its angle brackets, or empty
     */
    record Message(
            long uid,
            long modSeq,
            Digest digest,
            long size,
            Instant internalDate,
            String rfc822MessageId,
            Flags flags) {}

    /** A message that was in a mailbox once. */
    record Expunged(long uid, Digest digest, Instant internalDate, ExpungeReason reason, Instant at) {}

    /**
     * What a user stores, and may store.
     *
     * @param octets sum of message sizes
     * @param mostMessages limit, or -1 for none
     * @param mostOctets limit, or -1 for none
     */
    record Quota(long messages, long octets, long mostMessages, long mostOctets) {
        /** Whether a limit would be passed with so much more. */
        public boolean exceededBy(long moreMessages, long moreOctets) {
            return (mostMessages >= 0 && messages + moreMessages > mostMessages)
                    || (mostOctets >= 0 && octets + moreOctets > mostOctets);
        }
    }

    /** Identity of the store. */
    String storeId();

    /** Whether there is an account of that name, or mail of that owner. */
    boolean userExists(String user);

    Optional<Mailbox> mailbox(String user, String name);

    /** By UID, as of one moment. */
    List<Message> messages(Mailbox mailbox);

    /** What a message says, or nothing if it is no longer there or cannot be read. */
    Optional<Likeness> likeness(Mailbox mailbox, Message message);

    /** The expunge log. */
    List<Expunged> expunged(Mailbox mailbox);

    /** All mailboxes of a user together. */
    Quota quota(String user);

    /** Digests of all messages in all mailboxes of a user. */
    Set<Digest> digestsOf(String user);
}
