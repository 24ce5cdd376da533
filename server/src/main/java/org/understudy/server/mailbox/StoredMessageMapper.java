package org.understudy.server.mailbox;

import com.google.common.collect.ImmutableList;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.apache.james.mailbox.ApplicableFlagBuilder;
import org.apache.james.mailbox.MessageUid;
import org.apache.james.mailbox.ModSeq;
import org.apache.james.mailbox.exception.MailboxException;
import org.apache.james.mailbox.model.ComposedMessageId;
import org.apache.james.mailbox.model.ComposedMessageIdWithMetaData;
import org.apache.james.mailbox.model.Mailbox;
import org.apache.james.mailbox.model.MailboxCounters;
import org.apache.james.mailbox.model.MessageMetaData;
import org.apache.james.mailbox.model.MessageRange;
import org.apache.james.mailbox.model.UpdatedFlags;
import org.apache.james.mailbox.store.FlagsUpdateCalculator;
import org.apache.james.mailbox.store.mail.MessageMapper;
import org.apache.james.mailbox.store.mail.model.MailboxMessage;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import org.understudy.storage.Appended;
import org.understudy.storage.FlagsChange;
import org.understudy.storage.MailStore;
import org.understudy.storage.NewMessage;
import org.understudy.storage.keyspace.Author;
import org.understudy.storage.keyspace.ExpungeReason;
import org.understudy.storage.keyspace.ExpungedMessage;
import org.understudy.storage.keyspace.Flags;
import org.understudy.storage.keyspace.MailboxId;
import org.understudy.storage.keyspace.MailboxState;
import org.understudy.storage.keyspace.MessageFlags;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Messages by mailbox and UID. Each writing method is one effect of the store and returns when it is on disk. */
final class StoredMessageMapper implements MessageMapper {
    private final MailStore store;
    private final Author author;

    StoredMessageMapper(MailStore store, Author author) {
        this.store = store;
        this.author = author;
    }

    @Override
    public Iterator<MailboxMessage> findInMailbox(Mailbox mailbox, MessageRange set, FetchType type, int limit)
            throws MailboxException {
        return new ArrayList<MailboxMessage>(
                        StoreCalls.on(mailbox, () -> ImmutableList.copyOf(walk(mailbox, set, type, limit))))
                .iterator();
    }

    @Override
    public Flux<MailboxMessage> findInMailboxReactive(Mailbox mailbox, MessageRange set, FetchType type, int limit) {
        return Flux.defer(() -> {
            try {
                StoredMessages walk = StoreCalls.on(mailbox, () -> walk(mailbox, set, type, limit));
                return Flux.<MailboxMessage>fromIterable(() -> new Iterator<>() {
                    @Override
                    public boolean hasNext() {
                        return walk.hasNext();
                    }

                    @Override
                    public MailboxMessage next() {
                        return walk.next();
                    }
                });
            } catch (MailboxException e) {
                return Flux.error(e);
            }
        });
    }

    @Override
    public Flux<ComposedMessageIdWithMetaData> listMessagesMetadata(Mailbox mailbox, MessageRange set) {
        return findInMailboxReactive(mailbox, set, FetchType.METADATA, UNLIMITED)
                .map(message -> new ComposedMessageIdWithMetaData(
                        new ComposedMessageId(message.getMailboxId(), message.getMessageId(), message.getUid()),
                        message.createFlags(),
                        message.getModSeq(),
                        message.getThreadId()));
    }

    @Override
    public Flux<MessageUid> listAllMessageUids(Mailbox mailbox) {
        return Mono.fromCallable(() -> flags(mailbox, MessageRange.all()))
                .flatMapIterable(list -> list)
                .map(flags -> MessageUid.of(flags.uid()));
    }

    @Override
    public List<MessageUid> retrieveMessagesMarkedForDeletion(Mailbox mailbox, MessageRange range)
            throws MailboxException {
        return uidsWith(Flags.DELETED, flags(mailbox, range));
    }

    @Override
    public Flux<MessageUid> retrieveMessagesMarkedForDeletionReactive(Mailbox mailbox, MessageRange range) {
        return Mono.fromCallable(() -> retrieveMessagesMarkedForDeletion(mailbox, range))
                .flatMapIterable(list -> list);
    }

    @Override
    public long countMessagesInMailbox(Mailbox mailbox) throws MailboxException {
        return state(mailbox).messages();
    }

    @Override
    public MailboxCounters getMailboxCounters(Mailbox mailbox) throws MailboxException {
        MailboxState state = state(mailbox);
        return MailboxCounters.builder()
                .mailboxId(mailbox.getMailboxId())
                .count(state.messages())
                .unseen(state.unseen())
                .build();
    }

    @Override
    public Mono<MailboxCounters> getMailboxCountersReactive(Mailbox mailbox) {
        return Mono.fromCallable(() -> getMailboxCounters(mailbox));
    }

    @Override
    public void delete(Mailbox mailbox, MailboxMessage message) throws MailboxException {
        deleteMessages(mailbox, List.of(message.getUid()));
    }

    /** Expunges in one effect. The result's MODSEQ is that of the expunge. */
    @Override
    public Map<MessageUid, MessageMetaData> deleteMessages(Mailbox mailbox, List<MessageUid> uids)
            throws MailboxException {
        return expunge(mailbox, uids, 0);
    }

    @Override
    public Mono<Map<MessageUid, MessageMetaData>> deleteMessagesReactive(Mailbox mailbox, List<MessageUid> uids) {
        return Mono.fromCallable(() -> deleteMessages(mailbox, uids));
    }

    /** Expunges in one effect those of {@code uids} that have all of {@code required} at that moment. */
    SortedMap<MessageUid, MessageMetaData> expunge(Mailbox mailbox, List<MessageUid> uids, int required)
            throws MailboxException {
        SortedMap<MessageUid, MessageMetaData> result = new TreeMap<>();
        if (uids.isEmpty()) {
            return result;
        }
        List<ExpungedMessage> expunged = StoreCalls.on(
                mailbox,
                () -> store.messages()
                        .expunge(
                                id(mailbox),
                                uids.stream().map(MessageUid::asLong).toList(),
                                present -> (present.flags().system() & required) == required,
                                ExpungeReason.USER,
                                author,
                                gone -> List.of()));
        for (ExpungedMessage message : expunged) {
            MessageMetaData metaData = JamesModel.metaData(message);
            result.put(metaData.getUid(), metaData);
        }
        return result;
    }

    @Override
    public @Nullable MessageUid findFirstUnseenMessageUid(Mailbox mailbox) throws MailboxException {
        return firstUnseen(flags(mailbox, MessageRange.all())).orElse(null);
    }

    @Override
    public Mono<Optional<MessageUid>> findFirstUnseenMessageUidReactive(Mailbox mailbox) {
        return Mono.fromCallable(() -> firstUnseen(flags(mailbox, MessageRange.all())));
    }

    @Override
    public List<MessageUid> findRecentMessageUidsInMailbox(Mailbox mailbox) throws MailboxException {
        return uidsWith(Flags.RECENT, flags(mailbox, MessageRange.all()));
    }

    @Override
    public Mono<List<MessageUid>> findRecentMessageUidsInMailboxReactive(Mailbox mailbox) {
        return Mono.fromCallable(() -> findRecentMessageUidsInMailbox(mailbox));
    }

    @Override
    public MessageMetaData add(Mailbox mailbox, MailboxMessage message) throws MailboxException {
        return append(mailbox, message, 0, JamesFlags.toStore(message.createFlags()));
    }

    @Override
    public Publisher<MessageMetaData> addReactive(Mailbox mailbox, MailboxMessage message) {
        return Mono.fromCallable(() -> add(mailbox, message));
    }

    /** Appends, and tells {@code message} what it has become. */
    MessageMetaData append(Mailbox mailbox, MailboxMessage message, long uid, Flags flags) throws MailboxException {
        try {
            MessageMetaData metaData = append(mailbox, Arrival.of(message, uid, flags));
            message.setUid(metaData.getUid());
            message.setModSeq(metaData.getModSeq());
            metaData.getSaveDate().ifPresent(message::setSaveDate);
            return metaData;
        } catch (IOException e) {
            throw new MailboxException("the content of a message cannot be read: " + e.getMessage(), e);
        }
    }

    MessageMetaData append(Mailbox mailbox, NewMessage message) throws MailboxException {
        List<Appended> appended =
                StoreCalls.on(mailbox, () -> store.messages().append(id(mailbox), List.of(message), author));
        return JamesModel.metaData(message, appended.getFirst());
    }

    /** One effect with one new MODSEQ for all that change. */
    @Override
    public Iterator<UpdatedFlags> updateFlags(Mailbox mailbox, FlagsUpdateCalculator calculator, MessageRange set)
            throws MailboxException {
        return change(mailbox, calculator, set).iterator();
    }

    @Override
    public Mono<List<UpdatedFlags>> updateFlagsReactive(
            Mailbox mailbox, FlagsUpdateCalculator calculator, MessageRange set) {
        return Mono.fromCallable(() -> change(mailbox, calculator, set));
    }

    @Override
    public List<UpdatedFlags> resetRecent(Mailbox mailbox) throws MailboxException {
        return resetRecent(mailbox, findRecentMessageUidsInMailbox(mailbox));
    }

    @Override
    public Mono<List<UpdatedFlags>> resetRecentReactive(Mailbox mailbox) {
        return Mono.fromCallable(() -> resetRecent(mailbox));
    }

    /** Takes {@code \Recent} from those of {@code recent} that still have it; no effect where there are none. */
    List<UpdatedFlags> resetRecent(Mailbox mailbox, List<MessageUid> recent) throws MailboxException {
        if (recent.isEmpty()) {
            return List.of();
        }
        return StoreCalls.on(
                mailbox,
                () -> store
                        .messages()
                        .updateFlags(
                                id(mailbox),
                                recent.stream().map(MessageUid::asLong).toList(),
                                present -> present.flags().has(Flags.RECENT),
                                flags -> flags.without(Flags.RECENT),
                                author,
                                changes -> List.of())
                        .stream()
                        .filter(FlagsChange::changed)
                        .map(JamesModel::updatedFlags)
                        .collect(ImmutableList.toImmutableList()));
    }

    @Override
    public MessageMetaData copy(Mailbox mailbox, MailboxMessage original) throws MailboxException {
        return single(original, copy(mailbox, List.of(original)));
    }

    @Override
    public Mono<MessageMetaData> copyReactive(Mailbox mailbox, MailboxMessage original) {
        return Mono.fromCallable(() -> copy(mailbox, original));
    }

    @Override
    public Mono<List<MessageMetaData>> copyReactive(Mailbox mailbox, List<MailboxMessage> originals) {
        return Mono.fromCallable(() -> copy(mailbox, originals));
    }

    /**
     * Copies in one effect. Originals that lie in the store as they are given are copied there, and those expunged
     * meanwhile are passed over; others, such as ones with other flags, are appended with their bodies shared.
     */
    @Override
    public List<MessageMetaData> copy(Mailbox mailbox, List<MailboxMessage> originals) throws MailboxException {
        Optional<MailboxId> from = commonMailbox(originals);
        if (from.isPresent()) {
            return metaData(
                    originals,
                    StoreCalls.on(
                            mailbox, () -> store.messages().copy(from.get(), uids(originals), id(mailbox), author)));
        }
        List<NewMessage> copies = new ArrayList<>();
        for (MailboxMessage original : originals) {
            try {
                Flags flags = JamesFlags.toStore(original.createFlags()).with(Flags.RECENT);
                copies.add(Arrival.of(original, 0, flags));
            } catch (IOException e) {
                throw new MailboxException("the content of a message cannot be read: " + e.getMessage(), e);
            }
        }
        List<Appended> appended = StoreCalls.on(mailbox, () -> store.messages().append(id(mailbox), copies, author));
        List<MessageMetaData> result = new ArrayList<>();
        for (int i = 0; i < copies.size(); i++) {
            result.add(JamesModel.metaData(copies.get(i), appended.get(i)));
        }
        return result;
    }

    @Override
    public MessageMetaData move(Mailbox mailbox, MailboxMessage original) throws MailboxException {
        return single(original, move(mailbox, List.of(original)));
    }

    @Override
    public Mono<MessageMetaData> moveReactive(Mailbox mailbox, MailboxMessage original) {
        return Mono.fromCallable(() -> move(mailbox, original));
    }

    @Override
    public Mono<List<MessageMetaData>> moveReactive(Mailbox mailbox, List<MailboxMessage> originals) {
        return Mono.fromCallable(() -> move(mailbox, originals));
    }

    /** Moves in one effect; the expunge log of the source says so. */
    @Override
    public List<MessageMetaData> move(Mailbox mailbox, List<MailboxMessage> originals) throws MailboxException {
        if (originals.isEmpty()) {
            return List.of();
        }
        MailboxId from = JamesMailboxId.unwrap(originals.getFirst().getMailboxId());
        return metaData(
                originals,
                StoreCalls.on(
                        mailbox,
                        () -> store.messages()
                                .move(from, uids(originals), id(mailbox), author)
                                .to()));
    }

    @Override
    public Optional<MessageUid> getLastUid(Mailbox mailbox) throws MailboxException {
        return lastUid(state(mailbox));
    }

    @Override
    public Mono<Optional<MessageUid>> getLastUidReactive(Mailbox mailbox) {
        return Mono.fromCallable(() -> getLastUid(mailbox));
    }

    @Override
    public ModSeq getHighestModSeq(Mailbox mailbox) throws MailboxException {
        return ModSeq.of(state(mailbox).highestModSeq());
    }

    @Override
    public Mono<ModSeq> getHighestModSeqReactive(Mailbox mailbox) {
        return Mono.fromCallable(() -> getHighestModSeq(mailbox));
    }

    /** The system flags, and every keyword that a message of the mailbox has or had. */
    @Override
    public javax.mail.Flags getApplicableFlag(Mailbox mailbox) throws MailboxException {
        List<String> keywords = StoreCalls.on(mailbox, () -> store.mailboxes().keywords(id(mailbox)));
        return ApplicableFlagBuilder.builder()
                .add(JamesFlags.toJames(Flags.of(0, keywords)))
                .build();
    }

    @Override
    public Mono<javax.mail.Flags> getApplicableFlagReactive(Mailbox mailbox) {
        return Mono.fromCallable(() -> getApplicableFlag(mailbox));
    }

    MailboxState state(Mailbox mailbox) throws MailboxException {
        return StoreCalls.on(mailbox, () -> store.mailboxes().state(id(mailbox)));
    }

    List<MessageFlags> flags(Mailbox mailbox, MessageRange range) throws MailboxException {
        long first = JamesModel.firstUid(range);
        long last = JamesModel.lastUid(range);
        return first > last
                ? List.of()
                : StoreCalls.on(mailbox, () -> store.messages().flags(id(mailbox), first, last));
    }

    static Optional<MessageUid> lastUid(MailboxState state) {
        return state.uidNext() == 1 ? Optional.empty() : Optional.of(MessageUid.of(state.uidNext() - 1));
    }

    static Optional<MessageUid> firstUnseen(List<MessageFlags> all) {
        for (MessageFlags flags : all) {
            if (!flags.flags().has(Flags.SEEN)) {
                return Optional.of(MessageUid.of(flags.uid()));
            }
        }
        return Optional.empty();
    }

    static List<MessageUid> uidsWith(int bit, List<MessageFlags> all) {
        List<MessageUid> result = new ArrayList<>();
        for (MessageFlags flags : all) {
            if (flags.flags().has(bit)) {
                result.add(MessageUid.of(flags.uid()));
            }
        }
        return result;
    }

    private StoredMessages walk(Mailbox mailbox, MessageRange set, FetchType type, int limit) {
        return new StoredMessages(store, id(mailbox), JamesModel.firstUid(set), JamesModel.lastUid(set), type, limit);
    }

    private List<UpdatedFlags> change(Mailbox mailbox, FlagsUpdateCalculator calculator, MessageRange set)
            throws MailboxException {
        long first = JamesModel.firstUid(set);
        long last = JamesModel.lastUid(set);
        if (first > last) {
            return List.of();
        }
        List<FlagsChange> changes = StoreCalls.on(
                mailbox,
                () -> store.messages()
                        .updateFlags(id(mailbox), first, last, flags -> changed(calculator, flags), author));
        return changes.stream().map(JamesModel::updatedFlags).collect(ImmutableList.toImmutableList());
    }

    static Flags changed(FlagsUpdateCalculator calculator, Flags flags) {
        return JamesFlags.toStore(calculator.buildNewFlags(JamesFlags.toJames(flags)));
    }

    private static Optional<MailboxId> commonMailbox(List<MailboxMessage> originals) {
        MailboxId common = null;
        for (MailboxMessage original : originals) {
            if (!(original instanceof StoredMessage stored) || !stored.isAsStored()) {
                return Optional.empty();
            }
            MailboxId mailbox = stored.facts().mailbox();
            if (common != null && !common.equals(mailbox)) {
                return Optional.empty();
            }
            common = mailbox;
        }
        return Optional.ofNullable(common);
    }

    private static MessageMetaData single(MailboxMessage original, List<MessageMetaData> result)
            throws MailboxException {
        if (result.isEmpty()) {
            throw new MailboxException(
                    "the message with UID " + original.getUid().asLong() + " has been expunged meanwhile");
        }
        return result.getFirst();
    }

    /** What became of those {@code originals} that existed; both lists have the same order. */
    private static List<MessageMetaData> metaData(List<MailboxMessage> originals, List<Appended> appended) {
        List<MessageMetaData> result = new ArrayList<>(appended.size());
        int next = 0;
        for (MailboxMessage original : originals) {
            if (next == appended.size()) {
                break;
            }
            Appended place = appended.get(next);
            if (!JamesMessageId.unwrap(original.getMessageId()).equals(place.messageId())) {
                continue;
            }
            next++;
            javax.mail.Flags flags = original.createFlags();
            flags.add(javax.mail.Flags.Flag.RECENT);
            result.add(new MessageMetaData(
                    MessageUid.of(place.uid()),
                    ModSeq.of(place.modSeq()),
                    flags,
                    original.getFullContentOctets(),
                    original.getInternalDate(),
                    JamesModel.date(place.savedAt()),
                    original.getMessageId(),
                    original.getThreadId()));
        }
        return result;
    }

    private static List<Long> uids(List<MailboxMessage> messages) {
        return messages.stream().map(message -> message.getUid().asLong()).toList();
    }

    private static MailboxId id(Mailbox mailbox) {
        return JamesMailboxId.unwrap(mailbox.getMailboxId());
    }
}
