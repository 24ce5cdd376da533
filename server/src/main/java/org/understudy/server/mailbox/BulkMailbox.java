package org.understudy.server.mailbox;

import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.LongStream;
import org.apache.james.mailbox.MailboxSession;
import org.apache.james.mailbox.MessageManager;
import org.apache.james.mailbox.exception.MailboxException;
import org.apache.james.mailbox.exception.ReadOnlyException;
import org.apache.james.mailbox.store.quota.QuotaComponents;
import org.understudy.storage.Appended;
import org.understudy.storage.Content;
import org.understudy.storage.Expunges;
import org.understudy.storage.FlagEdit;
import org.understudy.storage.Messages;
import org.understudy.storage.NewMessage;
import org.understudy.storage.UidSet;
import org.understudy.storage.keyspace.ExpungeReason;
import org.understudy.storage.keyspace.Flags;

/**
 * What a session does to many messages of a mailbox at once: rights and quota are asked first, then there is one effect
 * of the store, and other sessions are told of it in the order of the mailbox's effects. All methods block until the
 * effect is on disk and told.
 */
public final class BulkMailbox {
    private final StoredMessageManager mailbox;
    private final MailboxSession session;
    private final SessionEvents events;

    private BulkMailbox(StoredMessageManager mailbox, MailboxSession session) {
        this.mailbox = mailbox;
        this.session = session;
        this.events = new SessionEvents(mailbox.services().eventBus(), session);
    }

    /** @param mailbox one of our mailbox manager's */
    public static BulkMailbox of(MessageManager mailbox, MailboxSession session) {
        if (!(mailbox instanceof StoredMessageManager stored)) {
            throw new IllegalArgumentException("not a mailbox of the store: " + mailbox.getClass());
        }
        return new BulkMailbox(stored, session);
    }

    /** Whether the session may change the mailbox. */
    public boolean isWriteable() {
        return mailbox.isWriteable(session);
    }

    /** What a STORE with these flags does. */
    public static FlagEdit edit(javax.mail.Flags flags, MessageManager.FlagsUpdateMode mode) {
        return new FlagEdit(
                switch (mode) {
                    case ADD -> FlagEdit.Mode.ADD;
                    case REMOVE -> FlagEdit.Mode.REMOVE;
                    case REPLACE -> FlagEdit.Mode.REPLACE;
                },
                JamesFlags.toStore(flags));
    }

    /**
     * Stores all of {@code messages} or none, each byte for byte as it came and read once for its digest and its facts.
     *
     * @param recent whether they are {@code \Recent}: not for the session that has this mailbox selected
     * @return in the order of {@code messages}, with ascending UIDs
     * @throws org.apache.james.mailbox.exception.OverQuotaException if a limit would be passed
     */
    public List<Appended> append(List<Arriving> messages, boolean recent) throws MailboxException {
        requireWriteable(mailbox);
        QuotaGate.admit(
                mailbox.services().quotas(),
                mailbox.entity(),
                messages.size(),
                messages.stream().mapToLong(message -> message.content().size()).sum());
        List<NewMessage> arrived = new ArrayList<>(messages.size());
        for (Arriving message : messages) {
            Flags flags = JamesFlags.toStore(message.flags());
            arrived.add(read(message, recent ? flags.with(Flags.RECENT) : flags));
        }
        return StoreCalls.on(
                mailbox.entity(),
                () -> mailbox.store()
                        .messages()
                        .append(
                                mailbox.storeId(),
                                arrived,
                                JamesModel.author(session),
                                appended -> List.of(),
                                appended -> events.added(mailbox.entity(), arrived, appended)));
    }

    /**
     * Reads a message once, for {@link #deliver} into one mailbox or several.
     *
     * @param date the INTERNALDATE, millisecond precision
     * @throws IOException if the content cannot be read to its end
     */
    public static NewMessage read(Content content, Instant date) throws IOException {
        return Arrival.read(content, date, Flags.NONE.with(Flags.RECENT));
    }

    /**
     * Stores a message that {@link #read} has made; its body, if it is in the store already, is not stored again.
     *
     * @throws org.apache.james.mailbox.exception.OverQuotaException if a limit would be passed
     */
    public Appended deliver(NewMessage message) throws MailboxException {
        requireWriteable(mailbox);
        admit(message.size());
        List<NewMessage> one = List.of(message);
        return StoreCalls.on(
                        mailbox.entity(),
                        () -> mailbox.store()
                                .messages()
                                .append(
                                        mailbox.storeId(),
                                        one,
                                        JamesModel.author(session),
                                        appended -> List.of(),
                                        appended -> events.added(mailbox.entity(), one, appended)))
                .getFirst();
    }

    /**
     * Whether there is room for one more message.
     *
     * @throws org.apache.james.mailbox.exception.OverQuotaException if not
     */
    public void admit(long octets) throws MailboxException {
        QuotaGate.admit(mailbox.services().quotas(), mailbox.entity(), 1, octets);
    }

    /** Expunges all messages of a set, whatever their flags. */
    public Expunged remove(UidSet uids) throws MailboxException {
        return expunge(uids, 0);
    }

    /**
     * Edits the flags of all messages of a set.
     *
     * @param unchangedSince messages with a greater MODSEQ are left as they are; {@link Long#MAX_VALUE} for none
     */
    public Messages.Edited editFlags(UidSet uids, FlagEdit edit, long unchangedSince) throws MailboxException {
        requireWriteable(mailbox);
        return StoreCalls.on(
                mailbox.entity(),
                () -> mailbox.store()
                        .messages()
                        .editFlags(
                                mailbox.storeId(),
                                uids,
                                edit,
                                unchangedSince,
                                JamesModel.author(session),
                                edited -> events.edited(mailbox.entity(), edited.changes())));
    }

    /**
     * Copies messages; no body is. What is not there any more is passed over.
     *
     * @throws TooManyException if they are more than fit into one effect
     * @throws org.apache.james.mailbox.exception.OverQuotaException if a limit of the target's owner would be passed
     */
    public Transferred copyTo(MessageManager to, UidSet uids) throws MailboxException {
        StoredMessageManager target = of(to, session).mailbox;
        requireWriteable(target);
        if (StoreCalls.on(mailbox.entity(), () -> messages().isTooMuchToCopy(mailbox.storeId(), uids))) {
            throw new TooManyException(messages().mostCopied());
        }
        admitCopies(target, uids);
        Transferred all = new Transferred();
        all.add(StoreCalls.on(
                mailbox.entity(),
                () -> messages()
                        .copy(
                                mailbox.storeId(),
                                uids,
                                target.storeId(),
                                JamesModel.author(session),
                                copied -> events.copied(mailbox.entity(), target.entity(), copied))));
        return all;
    }

    /** Usage is added up only where something is limited. */
    private void admitCopies(StoredMessageManager target, UidSet uids) throws MailboxException {
        QuotaComponents quotas = target.services().quotas();
        if (QuotaGate.isLimited(
                quotas.getMaxQuotaManager(), quotas.getQuotaRootResolver().getQuotaRoot(target.entity()))) {
            long[] octets = {0, 0};
            StoreCalls.on(mailbox.entity(), () -> {
                for (UidSet.Range range : uids.ranges()) {
                    mailbox.store().messages().scan(mailbox.storeId(), range.from(), range.to(), facts -> {
                        octets[0]++;
                        octets[1] += facts.size();
                    });
                }
                return octets;
            });
            QuotaGate.admit(quotas, target.entity(), octets[0], octets[1]);
        }
    }

    /**
     * Moves messages (RFC 6851): each is in both mailboxes at no moment, and in neither at none. Very many go in several
     * effects.
     */
    public Transferred moveTo(MessageManager to, UidSet uids) throws MailboxException {
        StoredMessageManager target = of(to, session).mailbox;
        requireWriteable(mailbox);
        requireWriteable(target);
        beforeDeletion(uids, 0);
        return StoreCalls.on(mailbox.entity(), () -> {
            Transferred all = new Transferred();
            for (UidSet piece : messages().pieces(mailbox.storeId(), uids)) {
                all.add(messages()
                        .move(
                                mailbox.storeId(),
                                piece,
                                target.storeId(),
                                JamesModel.author(session),
                                moved -> events.moved(mailbox.entity(), target.entity(), moved)));
            }
            return all;
        });
    }

    /** What was copied or moved, in the order of UIDs. */
    public static final class Transferred {
        private final LongStream.Builder before = LongStream.builder();
        private final LongStream.Builder after = LongStream.builder();
        private int size;

        private void add(Messages.Moved moved) {
            size += moved.to().size();
            for (int i = 0; i < moved.to().size(); i++) {
                before.add(moved.originals().get(i).uid());
                after.add(moved.to().uid(i));
            }
        }

        public boolean isEmpty() {
            return size == 0;
        }

        /** UIDs in the mailbox from which it was done; to be asked for once. */
        public LongStream before() {
            return before.build();
        }

        /** UIDs that these have got, one by one; to be asked for once. */
        public LongStream after() {
            return after.build();
        }
    }

    /** More messages than can be copied at once. */
    public static final class TooManyException extends MailboxException {
        private static final long serialVersionUID = 1;

        private TooManyException(int most) {
            super("At most " + most + " messages can be copied at once; copy them in parts");
        }
    }

    /** Expunges those of a set that are marked {@code \\Deleted} when it is done; very many in several effects. */
    public Expunged expunge(UidSet uids) throws MailboxException {
        return expunge(uids, Flags.DELETED);
    }

    /** @param modSeq of the last effect, 0 if there was none */
    public record Expunged(long messages, long modSeq) {}

    private Expunged expunge(UidSet uids, int required) throws MailboxException {
        requireWriteable(mailbox);
        beforeDeletion(uids, required);
        return StoreCalls.on(mailbox.entity(), () -> {
            Expunged all = new Expunged(0, 0);
            for (UidSet piece : messages().pieces(mailbox.storeId(), uids)) {
                Expunges gone = messages()
                        .expunge(
                                mailbox.storeId(),
                                piece,
                                required,
                                ExpungeReason.USER,
                                JamesModel.author(session),
                                some -> events.expunged(mailbox.entity(), some));
                all = new Expunged(all.messages() + gone.size(), Math.max(all.modSeq(), gone.modSeq()));
            }
            return all;
        });
    }

    private Messages messages() {
        return mailbox.store().messages();
    }

    private void beforeDeletion(UidSet uids, int required) throws MailboxException {
        if (mailbox.services().hasPreDeletionHooks()) {
            mailbox.runHooks(uids, required, session);
        }
    }

    private static NewMessage read(Arriving message, Flags flags) throws MailboxException {
        try {
            return Arrival.read(message.content(), message.internalDate(), flags);
        } catch (IOException e) {
            throw new MailboxException("the message cannot be read to its end: " + e.getMessage(), e);
        }
    }

    private void requireWriteable(StoredMessageManager which) throws MailboxException {
        if (!which.isWriteable(session)) {
            throw new ReadOnlyException(which.getMailboxPath());
        }
    }
}
