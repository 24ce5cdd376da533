package org.understudy.storage;

import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;
import org.understudy.storage.keyspace.Author;
import org.understudy.storage.keyspace.ExpungeReason;
import org.understudy.storage.keyspace.ExpungedMessage;
import org.understudy.storage.keyspace.Flags;
import org.understudy.storage.keyspace.MailboxId;
import org.understudy.storage.keyspace.MessageFacts;
import org.understudy.storage.keyspace.MessageFlags;
import org.understudy.storage.keyspace.MessageId;

/**
 * The messages of all mailboxes. Every writing method is one effect: when it returns, the effect is on disk; when it
 * throws, nothing of it is. Each may be called from any thread; effects on one mailbox take place one after the other,
 * and those of all mailboxes share their fsyncs.
 *
 * <p>Ranges of UIDs are inclusive; {@code toUid} may be {@code 0xFFFFFFFFL}. All methods throw {@link
 * CorruptionException} for rows that cannot be read and {@link OperatorException} with {@link Reason#NOT_FOUND} for a
 * mailbox that does not exist.
 */
public final class Messages {
    Messages() {}

    public List<Appended> append(MailboxId mailbox, List<NewMessage> messages, Author author) {
        return append(mailbox, messages, author, appended -> List.of());
    }

    /** Appends, and writes the journal rows that {@code journal} makes of the result in the same effect. */
    public List<Appended> append(
            MailboxId mailbox,
            List<NewMessage> messages,
            Author author,
            Function<List<Appended>, List<JournalRow>> journal) {
        throw new IllegalStateException();
    }

    /**
     * Copies messages into another mailbox, or the same; flags and keywords go along, with {@code \Recent} set. UIDs
     * that do not exist are passed over.
     *
     * @return in the order of {@code uids}, for those that existed
     */
    public List<Appended> copy(MailboxId from, List<Long> uids, MailboxId to, Author author) {
        throw new IllegalStateException();
    }

    /** Like copy and expunge in one effect; the expunge log says {@link ExpungeReason#MOVE}. */
    public Moved move(MailboxId from, List<Long> uids, MailboxId to, Author author) {
        throw new IllegalStateException();
    }

    /** {@code from.get(i)} has become {@code to.get(i)}. */
    public record Moved(List<ExpungedMessage> from, List<Appended> to) {}

    /**
     * Gives each message of {@code uids} that exists the flags that {@code change} makes of its present ones. All that
     * change get one new MODSEQ.
     *
     * @return one entry for each message that exists, changed or not, by UID
     */
    public List<FlagsChange> updateFlags(
            MailboxId mailbox, Collection<Long> uids, UnaryOperator<Flags> change, Author author) {
        return updateFlags(mailbox, uids, present -> true, change, author, changes -> List.of());
    }

    /** The same for those messages only that meet {@code condition}, with journal rows in the same effect. */
    public List<FlagsChange> updateFlags(
            MailboxId mailbox,
            Collection<Long> uids,
            Predicate<MessageFlags> condition,
            UnaryOperator<Flags> change,
            Author author,
            Function<List<FlagsChange>, List<JournalRow>> journal) {
        throw new IllegalStateException();
    }

    /** The same for all messages of a UID range. */
    public List<FlagsChange> updateFlags(
            MailboxId mailbox, long fromUid, long toUid, UnaryOperator<Flags> change, Author author) {
        throw new IllegalStateException();
    }

    public List<ExpungedMessage> expunge(
            MailboxId mailbox, Collection<Long> uids, ExpungeReason reason, Author author) {
        return expunge(mailbox, uids, present -> true, reason, author, expunged -> List.of());
    }

    /**
     * Expunges those of {@code uids} that exist and meet {@code condition}; what is expunged stays in the expunge log.
     *
     * @return what was expunged, by UID
     */
    public List<ExpungedMessage> expunge(
            MailboxId mailbox,
            Collection<Long> uids,
            Predicate<MessageFlags> condition,
            ExpungeReason reason,
            Author author,
            Function<List<ExpungedMessage>, List<JournalRow>> journal) {
        throw new IllegalStateException();
    }

    public Optional<MessageFacts> facts(MailboxId mailbox, long uid) {
        throw new IllegalStateException();
    }

    /** Gives {@code out} the facts of a UID range in UID order, as of one moment. */
    public void scan(MailboxId mailbox, long fromUid, long toUid, Consumer<MessageFacts> out) {
        throw new IllegalStateException();
    }

    public Optional<MessageFlags> flags(MailboxId mailbox, long uid) {
        throw new IllegalStateException();
    }

    /** Flags and MODSEQ of a UID range, by UID, as of one moment; 100,000 take a few milliseconds. */
    public List<MessageFlags> flags(MailboxId mailbox, long fromUid, long toUid) {
        throw new IllegalStateException();
    }

    /** All places of a message, by mailbox and UID; empty if there is no such message. */
    public List<Place> places(MessageId message) {
        throw new IllegalStateException();
    }

    /** What changed after {@code modSeq}; for 0, everything. */
    public Changes changesSince(MailboxId mailbox, long modSeq) {
        throw new IllegalStateException();
    }

    /** The expunge log of a mailbox by UID, of deleted mailboxes too. */
    public void scanExpunged(MailboxId mailbox, Consumer<ExpungedMessage> out) {
        throw new IllegalStateException();
    }

    /** A new message id that no message has. */
    public MessageId nextMessageId() {
        throw new IllegalStateException();
    }
}
