package org.understudy.restore.inspect;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.understudy.restore.crowd.Relation;
import org.understudy.restore.source.ItemRef;
import org.understudy.restore.source.SourceMailbox;
import org.understudy.restore.validate.Finding;
import org.understudy.restore.validate.Grading;
import org.understudy.restore.validate.Verdict;
import org.understudy.storage.keyspace.Digest;

/** What inspection says of one item; holds nothing of a message's content. */
public sealed interface Inspected {
    ItemRef ref();

    /**
     * A message with its verdict.
     *
     * @param uid the source's UID, or 0
     * @param messageId the Message-ID header's value, or empty
     * @param date the Date header, or null where it is missing or cannot be read
     * @param size octets as they lie in the source
     * @param digest of the canonical form
     */
    record Message(
            ItemRef ref,
            SourceMailbox mailbox,
            long uid,
            String messageId,
            Instant internalDate,
            @Nullable Instant date,
            long size,
            Digest digest,
            Digest rawDigest,
            Verdict verdict,
            List<Finding> findings)
            implements Inspected {
        public Message {
            findings = List.copyOf(findings);
        }

        /** Whether it may hold another user's mail; see {@link Relation}. */
        public boolean contaminated() {
            return Relation.contaminated(findings);
        }

        /** The same message with more findings, and the verdict that all of them lead to. */
        Message with(List<Finding> more) {
            if (more.isEmpty()) {
                return this;
            }
            List<Finding> all = new ArrayList<>(findings);
            all.addAll(more);
            return new Message(
                    ref,
                    mailbox,
                    uid,
                    messageId,
                    internalDate,
                    date,
                    size,
                    digest,
                    rawDigest,
                    Grading.verdict(all),
                    all);
        }
    }

    /** Should be a message, and could not be read as one. */
    record Unreadable(ItemRef ref, Optional<SourceMailbox> mailbox, String why) implements Inspected {}

    /** No message. */
    record Ignored(ItemRef ref, String why) implements Inspected {}

    /** Whether someone should look at it: a message that is suspect, damaged or another user's, or anything unreadable. */
    default boolean unsound() {
        return switch (this) {
            case Message m -> m.verdict() == Verdict.SUSPECT || m.verdict() == Verdict.DAMAGED || m.contaminated();
            case Unreadable u -> true;
            case Ignored i -> false;
        };
    }
}
