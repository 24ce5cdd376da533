package org.understudy.server.mailbox;

import java.time.Instant;
import java.util.Date;
import java.util.Optional;
import org.apache.james.core.Username;
import org.apache.james.mailbox.MailboxSession;
import org.apache.james.mailbox.MessageUid;
import org.apache.james.mailbox.ModSeq;
import org.apache.james.mailbox.model.Mailbox;
import org.apache.james.mailbox.model.MessageMetaData;
import org.apache.james.mailbox.model.MessageRange;
import org.apache.james.mailbox.model.UidValidity;
import org.apache.james.mailbox.model.UpdatedFlags;
import org.jspecify.annotations.Nullable;
import org.understudy.storage.Appended;
import org.understudy.storage.FlagsChange;
import org.understudy.storage.NewMessage;
import org.understudy.storage.Original;
import org.understudy.storage.keyspace.Author;
import org.understudy.storage.keyspace.ExpungedMessage;
import org.understudy.storage.keyspace.Flags;
import org.understudy.storage.keyspace.MailboxPath;
import org.understudy.storage.keyspace.MailboxRow;
import org.understudy.storage.keyspace.MessageFacts;

/** The store's values in James's words, and back. */
final class JamesModel {
    /** The highest UID (RFC 9051 section 2.3.1.1). */
    static final long LAST_UID = 0xFFFF_FFFFL;

    private JamesModel() {}

    static Author author(MailboxSession session) {
        return new Author.Session(
                session.getUser().asString(),
                Long.toString(session.getSessionId().getValue()));
    }

    static MailboxPath path(org.apache.james.mailbox.model.MailboxPath path) {
        return new MailboxPath(path.getNamespace(), path.getUser().asString(), path.getName());
    }

    static org.apache.james.mailbox.model.MailboxPath path(MailboxPath path) {
        return new org.apache.james.mailbox.model.MailboxPath(path.namespace(), Username.of(path.owner()), path.name());
    }

    /** The mailbox, with an empty access list. */
    static Mailbox mailbox(MailboxRow row) {
        return new Mailbox(path(row.path()), UidValidity.of(row.uidValidity()), new JamesMailboxId(row.id()));
    }

    /** First UID of a range, 1 to 2^32-1. */
    static long firstUid(MessageRange range) {
        return range.getType() == MessageRange.Type.ALL
                ? 1
                : Math.clamp(range.getUidFrom().asLong(), 1, LAST_UID);
    }

    /** Last UID of a range, at most 2^32-1. */
    static long lastUid(MessageRange range) {
        return switch (range.getType()) {
            case ALL, FROM -> LAST_UID;
            case ONE -> Math.min(range.getUidFrom().asLong(), LAST_UID);
            case RANGE -> Math.min(range.getUidTo().asLong(), LAST_UID);
        };
    }

    static Optional<Date> date(@Nullable Instant instant) {
        return instant == null ? Optional.empty() : Optional.of(Date.from(instant));
    }

    static MessageMetaData metaData(MessageFacts facts, Flags flags, long modSeq) {
        return new MessageMetaData(
                MessageUid.of(facts.uid()),
                ModSeq.of(modSeq),
                JamesFlags.toJames(flags),
                facts.size(),
                Date.from(facts.internalDate()),
                date(facts.savedAt()),
                new JamesMessageId(facts.messageId()),
                JamesMessageId.thread(facts.threadId()));
    }

    static MessageMetaData metaData(NewMessage message, Appended place) {
        return new MessageMetaData(
                MessageUid.of(place.uid()),
                ModSeq.of(place.modSeq()),
                JamesFlags.toJames(message.flags()),
                message.size(),
                Date.from(message.internalDate()),
                date(place.savedAt()),
                new JamesMessageId(place.messageId()),
                JamesMessageId.thread(place.threadId()));
    }

    /** A copy, with {@code \Recent}. */
    static MessageMetaData metaData(Original original, Appended place) {
        MessageFacts facts = original.facts();
        return new MessageMetaData(
                MessageUid.of(place.uid()),
                ModSeq.of(place.modSeq()),
                JamesFlags.toJames(original.flags().with(Flags.RECENT)),
                facts.size(),
                Date.from(facts.internalDate()),
                date(place.savedAt()),
                new JamesMessageId(place.messageId()),
                JamesMessageId.thread(place.threadId()));
    }

    /** What a message was when it was expunged, with the MODSEQ of the expunge. */
    static MessageMetaData metaData(ExpungedMessage expunged) {
        return metaData(expunged.facts(), expunged.flags(), expunged.modSeq());
    }

    static UpdatedFlags updatedFlags(FlagsChange change) {
        UpdatedFlags.Builder builder = UpdatedFlags.builder();
        if (change.messageId() != null) {
            builder.messageId(new JamesMessageId(change.messageId()));
        }
        return builder.uid(MessageUid.of(change.uid()))
                .modSeq(ModSeq.of(change.modSeq()))
                .oldFlags(JamesFlags.toJames(change.before()))
                .newFlags(JamesFlags.toJames(change.after()))
                .build();
    }
}
