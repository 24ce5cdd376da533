package org.understudy.restore.plan;

import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import org.understudy.restore.validate.Verdict;
import org.understudy.storage.keyspace.BodyId;
import org.understudy.storage.keyspace.Digest;
import org.understudy.storage.keyspace.Flags;
import org.understudy.storage.keyspace.MailboxId;

/** What the planner reads of the shadow. */
public interface ShadowView {
    /** @param name as the source has it */
    record Mailbox(MailboxId id, String user, String name, boolean subscribed) {}

    /**
     * @param size octets of the canonical form
     * @param rfc822MessageId with its angle brackets, or empty
     * @param contaminated whether it may hold another user's mail, which its mailbox's owner must not see
     * @param rebuilt whether it was put together anew from another form, so that its octets are not those that arrived
     */
    record Message(
            long uid,
            Digest digest,
            long size,
            Instant internalDate,
            String rfc822MessageId,
            Flags flags,
            BodyId body,
            Verdict verdict,
            boolean contaminated,
            boolean rebuilt) {
        /** Of the mailbox's owner, as it arrived. */
        public Message(
                long uid,
                Digest digest,
                long size,
                Instant internalDate,
                String rfc822MessageId,
                Flags flags,
                BodyId body,
                Verdict verdict) {
            this(uid, digest, size, internalDate, rfc822MessageId, flags, body, verdict, false, false);
        }
    }

    /** By user and name. */
    List<Mailbox> mailboxes();

    /** Gives the messages of a mailbox by UID. */
    void messages(Mailbox mailbox, Consumer<Message> out);

    /**
     * Addresses in From, Sender and Return-Path of a message, lower case; {@code <>} for an empty return path. Read only
     * where the policy asks for senders.
     */
    Set<String> senders(Message message);

    /** What a message says; read only of those that were rebuilt, where live has one of the same Message-ID. */
    Likeness likeness(Message message);
}
