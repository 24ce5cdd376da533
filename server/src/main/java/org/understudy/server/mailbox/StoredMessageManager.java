package org.understudy.server.mailbox;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Date;
import java.util.EnumSet;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import javax.mail.Flags;
import org.apache.james.events.EventBus;
import org.apache.james.mailbox.MailboxPathLocker;
import org.apache.james.mailbox.MailboxSession;
import org.apache.james.mailbox.MessageUid;
import org.apache.james.mailbox.MetadataWithMailboxId;
import org.apache.james.mailbox.ModSeq;
import org.apache.james.mailbox.events.MailboxIdRegistrationKey;
import org.apache.james.mailbox.exception.MailboxException;
import org.apache.james.mailbox.exception.ReadOnlyException;
import org.apache.james.mailbox.extension.PreDeletionHook;
import org.apache.james.mailbox.model.ComposedMessageId;
import org.apache.james.mailbox.model.Content;
import org.apache.james.mailbox.model.FetchGroup;
import org.apache.james.mailbox.model.Mailbox;
import org.apache.james.mailbox.model.MailboxACL;
import org.apache.james.mailbox.model.MessageMetaData;
import org.apache.james.mailbox.model.MessageRange;
import org.apache.james.mailbox.model.MessageResult;
import org.apache.james.mailbox.model.QuotaRoot;
import org.apache.james.mailbox.model.UpdatedFlags;
import org.apache.james.mailbox.store.MailboxReactorUtils;
import org.apache.james.mailbox.store.StoreMessageManager;
import org.apache.james.mailbox.store.event.EventFactory;
import org.apache.james.mailbox.store.mail.FetchGroupConverter;
import org.apache.james.mailbox.store.quota.QuotaChecker;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import org.understudy.storage.MailStore;
import org.understudy.storage.NewMessage;
import org.understudy.storage.UidSet;
import org.understudy.storage.keyspace.MailboxId;
import org.understudy.storage.keyspace.MailboxState;
import org.understudy.storage.keyspace.MessageFlags;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * One mailbox as a session works with it. Differs from James's in that appends read the message once, SELECT scans flags
 * once, and an expunge takes one effect in which {@code \Deleted} is checked again.
 */
final class StoredMessageManager extends StoreMessageManager implements CountedMailbox {
    private static final int HEAP_LIMIT = 64 * 1024;

    private final MailboxServices services;
    private final Mailbox mailbox;

    StoredMessageManager(MailboxServices services, Mailbox mailbox) {
        super(
                StoredMailboxManager.MESSAGE_CAPABILITIES,
                services.mappers(),
                services.searchIndex(),
                services.eventBus(),
                services.turns(),
                mailbox,
                services.quotas().getQuotaManager(),
                services.quotas().getQuotaRootResolver(),
                StoredMailboxManager.CONFIGURATION.getBatchSizes(),
                services.rights(),
                services.preDeletionHooks(),
                (to, date, size, bodyStart, content, flags, properties, parsed, session, headers) -> Mono.error(
                        new IllegalStateException("appends go through this class, never through a message storer")));
        this.services = services;
        this.mailbox = mailbox;
    }

    @Override
    public long octets() {
        return services.mappers().octets(mailbox);
    }

    /** Every system flag but {@code \Recent}, and any keyword; none where the user may only read. */
    @Override
    public Flags getPermanentFlags(MailboxSession session) {
        return isWriteable(session) ? getSharedPermanentFlags(session) : new Flags();
    }

    @Override
    protected Flags getSharedPermanentFlags(MailboxSession session) {
        Flags flags = super.getPermanentFlags(session);
        flags.add(Flags.Flag.USER);
        return flags;
    }

    @Override
    public AppendResult appendMessage(AppendCommand command, MailboxSession session) throws MailboxException {
        return MailboxReactorUtils.block(append(command, session));
    }

    @Override
    public Publisher<AppendResult> appendMessageReactive(AppendCommand command, MailboxSession session) {
        return append(command, session);
    }

    /** Takes up to 64 KiB into heap, and more into a temporary file that is gone when this returns. */
    @Override
    public AppendResult appendMessage(
            InputStream message, Date internalDate, MailboxSession session, boolean isRecent, Flags flags)
            throws MailboxException {
        try {
            byte[] start = message.readNBytes(HEAP_LIMIT);
            if (start.length < HEAP_LIMIT) {
                return MailboxReactorUtils.block(append(
                        org.understudy.storage.Content.of(start), internalDate, session, isRecent, flags, false));
            }
            Path file = Files.createTempFile("understudy-", ".eml");
            try {
                try (var out = Files.newOutputStream(file)) {
                    out.write(start);
                    message.transferTo(out);
                }
                return MailboxReactorUtils.block(
                        append(org.understudy.storage.Content.of(file), internalDate, session, isRecent, flags, false));
            } finally {
                Files.delete(file);
            }
        } catch (IOException e) {
            throw unreadable(e);
        }
    }

    /** What FETCH reads. */
    @Override
    public Publisher<MessageResult> getMessagesReactive(MessageRange set, FetchGroup group, MailboxSession session) {
        return mapper(session)
                .findInMailboxReactive(
                        mailbox, set, FetchGroupConverter.getFetchType(group), StoredMessageMapper.UNLIMITED)
                .handle((message, sink) -> {
                    try {
                        sink.next(PartsOnDemand.of(message, group));
                    } catch (MailboxException e) {
                        sink.error(e);
                    }
                });
    }

    @Override
    public Iterator<MessageUid> expunge(MessageRange set, MailboxSession session) throws MailboxException {
        return MailboxReactorUtils.block(expungeReactive(set, session).collectList())
                .iterator();
    }

    @Override
    public Flux<MessageUid> expungeReactive(MessageRange set, MailboxSession session) {
        if (!isWriteable(session)) {
            return Flux.error(new ReadOnlyException(getMailboxPath()));
        }
        StoredMessageMapper mapper = mapper(session);
        return Mono.fromCallable(() -> mapper.retrieveMessagesMarkedForDeletion(mailbox, set))
                .flatMap(uids -> expunge(uids, org.understudy.storage.keyspace.Flags.DELETED, session))
                .flatMapIterable(Map::keySet);
    }

    @Override
    public void delete(List<MessageUid> uids, MailboxSession session) throws MailboxException {
        MailboxReactorUtils.blockOptional(deleteReactive(uids, session));
    }

    @Override
    public Mono<Void> deleteReactive(List<MessageUid> uids, MailboxSession session) {
        return expunge(uids, 0, session).then();
    }

    @Override
    public Mono<MailboxMetaData> getMetaDataReactive(
            MailboxMetaData.RecentMode mode, MailboxSession session, EnumSet<MailboxMetaData.Item> items)
            throws MailboxException {
        MailboxACL acl = getResolvedAcl(session);
        boolean writeable = isWriteable(session);
        if (!services.rights().hasRight(mailbox, MailboxACL.Right.Read, session)) {
            return Mono.just(MailboxMetaData.sensibleInformationFree(acl, mailbox.getUidValidity(), writeable));
        }
        if (mode == MailboxMetaData.RecentMode.RESET && !writeable) {
            throw new ReadOnlyException(getMailboxPath());
        }
        return Mono.fromCallable(() -> select(mode, session, items))
                .flatMap(seen -> tell(seen.reset(), session)
                        .thenReturn(new MailboxMetaData(
                                seen.recent(),
                                getPermanentFlags(session),
                                mailbox.getUidValidity(),
                                MessageUid.of(seen.state().uidNext()),
                                ModSeq.of(toldModSeq(seen.state(), items, writeable, session)),
                                seen.state().messages(),
                                seen.state().unseen(),
                                seen.firstUnseen().orElse(null),
                                writeable,
                                acl)));
    }

    private long toldModSeq(
            MailboxState state, EnumSet<MailboxMetaData.Item> items, boolean writeable, MailboxSession session) {
        boolean asked = items.contains(MailboxMetaData.Item.HighestModSeq);
        return state.highestModSeq() > 0 || !asked || !writeable
                ? state.highestModSeq()
                : store().mailboxes()
                        .begin(storeId(), JamesModel.author(session))
                        .highestModSeq();
    }

    /**
     * What SELECT has found in the counters and one scan of the flags.
     *
     * @param reset those whose {@code \Recent} has been taken away
     */
    private record Seen(
            MailboxState state, Optional<MessageUid> firstUnseen, List<MessageUid> recent, List<UpdatedFlags> reset) {}

    private Seen select(MailboxMetaData.RecentMode mode, MailboxSession session, EnumSet<MailboxMetaData.Item> items)
            throws MailboxException {
        StoredMessageMapper mapper = mapper(session);
        boolean wantsUnseen = items.contains(MailboxMetaData.Item.FirstUnseen);
        boolean wantsRecent = mode != MailboxMetaData.RecentMode.IGNORE;
        List<MessageFlags> flags = wantsUnseen || wantsRecent ? mapper.flags(mailbox, MessageRange.all()) : List.of();
        List<MessageUid> recent = wantsRecent
                ? StoredMessageMapper.uidsWith(org.understudy.storage.keyspace.Flags.RECENT, flags)
                : List.of();
        List<UpdatedFlags> reset = List.of();
        if (mode == MailboxMetaData.RecentMode.RESET) {
            reset = mapper.resetRecent(mailbox, recent);
            recent = reset.stream().map(UpdatedFlags::getUid).toList();
        }
        return new Seen(
                mapper.state(mailbox),
                wantsUnseen ? StoredMessageMapper.firstUnseen(flags) : Optional.empty(),
                recent,
                reset);
    }

    private Mono<Void> tell(List<UpdatedFlags> updated, MailboxSession session) {
        if (updated.isEmpty()) {
            return Mono.empty();
        }
        return services.eventBus()
                .dispatch(
                        EventFactory.flagsUpdated()
                                .randomEventId()
                                .mailboxSession(session)
                                .mailbox(mailbox)
                                .updatedFlags(updated)
                                .build(),
                        new MailboxIdRegistrationKey(mailbox.getMailboxId()));
    }

    private Mono<AppendResult> append(AppendCommand command, MailboxSession session) {
        Content content = command.getMsgIn();
        return Mono.defer(() -> {
            try {
                return append(
                        stored(content),
                        command.getInternalDate(),
                        session,
                        command.isRecent(),
                        command.getFlags(),
                        command.isDelivery());
            } catch (MailboxException e) {
                return Mono.error(e);
            }
        });
    }

    private Mono<AppendResult> append(
            org.understudy.storage.Content content,
            @Nullable Date internalDate,
            MailboxSession session,
            boolean isRecent,
            @Nullable Flags given,
            boolean isDelivery) {
        if (!isWriteable(session)) {
            return Mono.error(new ReadOnlyException(getMailboxPath()));
        }
        Flags flags = given == null ? new Flags() : given;
        if (isRecent) {
            flags.add(Flags.Flag.RECENT); // in the caller's object too, as James does and callers expect
        }
        org.understudy.storage.keyspace.Flags all = JamesFlags.toStore(flags);
        Date date = internalDate == null ? Date.from(services.clock().instant()) : internalDate;
        Mono<AppendResult> effect = Mono.fromCallable(() -> read(content, date, all))
                .flatMap(message ->
                        inTurn(Mono.fromCallable(() -> mapper(session).append(mailbox, message))
                                .flatMap(metaData ->
                                        tellAdded(metaData, session, isDelivery).thenReturn(result(metaData)))));
        return checkQuota(content.size()).then(effect);
    }

    private NewMessage read(
            org.understudy.storage.Content content, Date date, org.understudy.storage.keyspace.Flags flags)
            throws MailboxException {
        try {
            return Arrival.read(content, date.toInstant(), flags);
        } catch (IOException e) {
            throw unreadable(e);
        }
    }

    private Mono<Void> checkQuota(long octets) {
        return Mono.defer(() -> {
            try {
                QuotaRoot root = services.quotas().getQuotaRootResolver().getQuotaRoot(mailbox);
                return Mono.from(services.quotas().getQuotaManager().getQuotasReactive(root))
                        .<Void>handle((quotas, sink) -> {
                            try {
                                new QuotaChecker(quotas, root).tryAddition(1, octets);
                                sink.complete();
                            } catch (MailboxException e) {
                                sink.error(e);
                            }
                        });
            } catch (MailboxException e) {
                return Mono.error(e);
            }
        });
    }

    private <T> Mono<T> inTurn(Mono<T> work) {
        return Mono.from(services.turns()
                .executeReactiveWithLockReactive(getMailboxPath(), work, MailboxPathLocker.LockType.Write));
    }

    private Mono<Void> tellAdded(MessageMetaData metaData, MailboxSession session, boolean isDelivery) {
        return services.eventBus()
                .dispatch(
                        EventFactory.added()
                                .randomEventId()
                                .mailboxSession(session)
                                .mailbox(mailbox)
                                .addMetaData(metaData)
                                .isDelivery(isDelivery)
                                .build(),
                        new MailboxIdRegistrationKey(mailbox.getMailboxId()));
    }

    private AppendResult result(MessageMetaData metaData) {
        return new AppendResult(
                new ComposedMessageId(mailbox.getMailboxId(), metaData.getMessageId(), metaData.getUid()),
                metaData.getSize(),
                Optional.empty(),
                metaData.getThreadId());
    }

    private Mono<SortedMap<MessageUid, MessageMetaData>> expunge(
            List<MessageUid> uids, int required, MailboxSession session) {
        StoredMessageMapper mapper = mapper(session);
        EventBus bus = services.eventBus();
        return beforeDeletion(uids, mapper)
                .then(Mono.fromCallable(() -> mapper.expunge(mailbox, uids, required)))
                .flatMap(expunged -> bus.dispatch(
                                EventFactory.expunged()
                                        .randomEventId()
                                        .mailboxSession(session)
                                        .mailbox(mailbox)
                                        .metaData(expunged)
                                        .build(),
                                new MailboxIdRegistrationKey(mailbox.getMailboxId()))
                        .thenReturn(expunged));
    }

    private Mono<Void> beforeDeletion(List<MessageUid> uids, StoredMessageMapper mapper) {
        if (uids.isEmpty() || !services.hasPreDeletionHooks()) {
            return Mono.empty();
        }
        return Flux.fromIterable(MessageRange.toRanges(uids))
                .concatMap(range -> mapper.findInMailboxReactive(
                        mailbox, range, StoredMessageMapper.FetchType.METADATA, StoredMessageMapper.UNLIMITED))
                .map(message -> MetadataWithMailboxId.from(message.metaData(), message.getMailboxId()))
                .collect(ArrayList<MetadataWithMailboxId>::new, List::add)
                .flatMap(list -> services.preDeletionHooks().runHooks(PreDeletionHook.DeleteOperation.from(list)));
    }

    /** Lets the hooks see what is about to be expunged: those of a set that have all of {@code required}. */
    void runHooks(UidSet uids, int required, MailboxSession session) throws MailboxException {
        List<MessageUid> found = new ArrayList<>();
        for (UidSet.Range range : uids.ranges()) {
            MessageRange all = MessageRange.range(MessageUid.of(range.from()), MessageUid.of(range.to()));
            for (MessageFlags message : mapper(session).flags(mailbox, all)) {
                if ((message.flags().system() & required) == required) {
                    found.add(MessageUid.of(message.uid()));
                }
            }
        }
        MailboxReactorUtils.blockOptional(beforeDeletion(found, mapper(session)));
    }

    MailboxServices services() {
        return services;
    }

    MailStore store() {
        return services.mappers().store();
    }

    Mailbox entity() {
        return mailbox;
    }

    MailboxId storeId() {
        return JamesMailboxId.unwrap(mailbox.getMailboxId());
    }

    private StoredMessageMapper mapper(MailboxSession session) {
        return services.mappers().createMessageMapper(session);
    }

    private static org.understudy.storage.Content stored(Content content) throws MailboxException {
        long size = content.size();
        return new org.understudy.storage.Content() {
            @Override
            public long size() {
                return size;
            }

            @Override
            public InputStream open() throws IOException {
                return content.getInputStream();
            }
        };
    }

    private static MailboxException unreadable(IOException e) {
        return new MailboxException("the message cannot be read to its end: " + e.getMessage(), e);
    }
}
