package org.understudy.server.mailbox;

import com.google.common.collect.ImmutableListMultimap;
import com.google.common.collect.Multimap;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.james.mailbox.MessageManager;
import org.apache.james.mailbox.exception.MailboxException;
import org.apache.james.mailbox.exception.MailboxNotFoundException;
import org.apache.james.mailbox.model.ComposedMessageIdWithMetaData;
import org.apache.james.mailbox.model.Mailbox;
import org.apache.james.mailbox.model.MailboxId;
import org.apache.james.mailbox.model.MessageId;
import org.apache.james.mailbox.model.UpdatedFlags;
import org.apache.james.mailbox.store.FlagsUpdateCalculator;
import org.apache.james.mailbox.store.mail.MessageIdMapper;
import org.apache.james.mailbox.store.mail.MessageMapper.FetchType;
import org.apache.james.mailbox.store.mail.model.MailboxMessage;
import org.reactivestreams.Publisher;
import org.understudy.storage.FlagsChange;
import org.understudy.storage.MailStore;
import org.understudy.storage.Place;
import org.understudy.storage.keyspace.Author;
import org.understudy.storage.keyspace.ExpungeReason;
import org.understudy.storage.keyspace.MailboxRow;
import org.understudy.storage.keyspace.MessageFlags;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Messages by their identity, in whichever mailboxes they lie. Writing takes one effect a mailbox. */
final class StoredMessageIdMapper implements MessageIdMapper {
    private final MailStore store;
    private final StoredMessageMapper messages;
    private final Author author;

    StoredMessageIdMapper(MailStore store, StoredMessageMapper messages, Author author) {
        this.store = store;
        this.messages = messages;
        this.author = author;
    }

    @Override
    public List<MailboxMessage> find(Collection<MessageId> ids, FetchType fetchType) {
        List<MailboxMessage> result = new ArrayList<>();
        for (MessageId id : ids) {
            result.addAll(find(id, fetchType));
        }
        return result;
    }

    @Override
    public Flux<MailboxMessage> findReactive(Collection<MessageId> ids, FetchType fetchType) {
        return Flux.fromIterable(ids).concatMapIterable(id -> find(id, fetchType));
    }

    @Override
    public Publisher<ComposedMessageIdWithMetaData> findMetadata(MessageId id) {
        return Mono.fromCallable(() -> find(id, FetchType.METADATA))
                .flatMapIterable(list -> list)
                .map(MailboxMessage::getComposedMessageIdWithMetaData);
    }

    @Override
    public List<MailboxId> findMailboxes(MessageId id) {
        return places(id).stream()
                .<MailboxId>map(place -> new JamesMailboxId(place.mailbox()))
                .toList();
    }

    /** Puts the message into the mailbox that it names; its UID is kept where that is free, else it is told the new one. */
    @Override
    public void save(MailboxMessage message) throws MailboxException {
        MailboxRow row = store.mailboxes()
                .find(JamesMailboxId.unwrap(message.getMailboxId()))
                .filter(MailboxRow::live)
                .orElseThrow(() -> new MailboxNotFoundException(message.getMailboxId()));
        Mailbox mailbox = JamesModel.mailbox(row);
        long uidNext = messages.state(mailbox).uidNext();
        long wanted = message.getUid() == null ? 0 : message.getUid().asLong();
        messages.append(mailbox, message, wanted >= uidNext ? wanted : 0, JamesFlags.toStore(message.createFlags()));
    }

    @Override
    public void copyInMailbox(MailboxMessage message, Mailbox mailbox) throws MailboxException {
        if (!findMailboxes(message.getMessageId()).contains(mailbox.getMailboxId())) {
            messages.append(mailbox, message, 0, JamesFlags.toStore(message.createFlags()));
        }
    }

    @Override
    public Mono<Void> copyInMailboxReactive(MailboxMessage message, Mailbox mailbox) {
        return Mono.fromCallable(() -> {
                    copyInMailbox(message, mailbox);
                    return mailbox;
                })
                .then();
    }

    @Override
    public void delete(MessageId id) {
        expunge(places(id));
    }

    @Override
    public void delete(MessageId id, Collection<MailboxId> mailboxes) {
        expunge(placesIn(id, mailboxes));
    }

    @Override
    public Mono<Void> deleteReactive(MessageId id, Collection<MailboxId> mailboxes) {
        return Mono.fromRunnable(() -> delete(id, mailboxes));
    }

    /** Many messages of one mailbox go in one effect. */
    @Override
    public void delete(Multimap<MessageId, MailboxId> ids) {
        List<Place> places = new ArrayList<>();
        ids.asMap().forEach((id, mailboxes) -> places.addAll(placesIn(id, mailboxes)));
        expunge(places);
    }

    @Override
    public Mono<Void> deleteReactive(Multimap<MessageId, MailboxId> ids) {
        return Mono.fromRunnable(() -> delete(ids));
    }

    @Override
    public Mono<Multimap<MailboxId, UpdatedFlags>> setFlags(
            MessageId id, List<MailboxId> mailboxes, javax.mail.Flags newState, MessageManager.FlagsUpdateMode mode) {
        return Mono.fromCallable(() -> {
            FlagsUpdateCalculator calculator = new FlagsUpdateCalculator(newState, mode);
            ImmutableListMultimap.Builder<MailboxId, UpdatedFlags> result = ImmutableListMultimap.builder();
            byMailbox(placesIn(id, mailboxes)).forEach((mailbox, uids) -> {
                for (FlagsChange change : store.messages()
                        .updateFlags(mailbox, uids, flags -> StoredMessageMapper.changed(calculator, flags), author)) {
                    result.put(new JamesMailboxId(mailbox), JamesModel.updatedFlags(change));
                }
            });
            return result.build();
        });
    }

    private List<MailboxMessage> find(MessageId id, FetchType type) {
        List<MailboxMessage> result = new ArrayList<>();
        for (Place place : places(id)) {
            Optional<MessageFlags> flags = store.messages().flags(place.mailbox(), place.uid());
            if (flags.isPresent()) {
                store.messages()
                        .facts(place.mailbox(), place.uid())
                        .ifPresent(facts -> result.add(new StoredMessage(store, facts, flags.get(), type)));
            }
        }
        return result;
    }

    private void expunge(List<Place> places) {
        byMailbox(places)
                .forEach((mailbox, uids) -> store.messages().expunge(mailbox, uids, ExpungeReason.USER, author));
    }

    private List<Place> places(MessageId id) {
        return store.messages().places(JamesMessageId.unwrap(id));
    }

    private List<Place> placesIn(MessageId id, Collection<MailboxId> mailboxes) {
        return places(id).stream()
                .filter(place -> mailboxes.contains(new JamesMailboxId(place.mailbox())))
                .toList();
    }

    private static Map<org.understudy.storage.keyspace.MailboxId, List<Long>> byMailbox(List<Place> places) {
        Map<org.understudy.storage.keyspace.MailboxId, List<Long>> result = new LinkedHashMap<>();
        for (Place place : places) {
            result.computeIfAbsent(place.mailbox(), mailbox -> new ArrayList<>())
                    .add(place.uid());
        }
        return result;
    }
}
