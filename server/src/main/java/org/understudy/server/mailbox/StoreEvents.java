package org.understudy.server.mailbox;

import com.google.common.collect.ImmutableList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.apache.james.core.Username;
import org.apache.james.events.Event;
import org.apache.james.events.EventBus;
import org.apache.james.mailbox.MailboxSession;
import org.apache.james.mailbox.MessageUid;
import org.apache.james.mailbox.events.MailboxIdRegistrationKey;
import org.apache.james.mailbox.model.Mailbox;
import org.apache.james.mailbox.model.MessageMetaData;
import org.apache.james.mailbox.model.UpdatedFlags;
import org.apache.james.mailbox.store.event.EventFactory;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.understudy.storage.Appended;
import org.understudy.storage.CommitObserver;
import org.understudy.storage.FlagsChange;
import org.understudy.storage.MailStore;
import org.understudy.storage.keyspace.Author;
import org.understudy.storage.keyspace.ExpungedMessage;
import org.understudy.storage.keyspace.MailboxId;
import org.understudy.storage.keyspace.MailboxRow;
import org.understudy.storage.keyspace.MessageFlags;

/**
 * Tells sessions of what happens to their mailboxes without a session: merges, undos, the server's own work. Effects of
 * sessions are left out, since James's code tells of those itself.
 *
 * <p>Runs on the thread that caused the effect, in the order of the mailbox's effects; the store sees to that.
 */
final class StoreEvents implements CommitObserver {
    private static final Logger LOG = LoggerFactory.getLogger(StoreEvents.class);

    /** No session has this id, so every session counts these events as another's. */
    private static final MailboxSession.SessionId NO_SESSION = MailboxSession.SessionId.of(0);

    private final MailStore store;
    private final EventBus eventBus;

    StoreEvents(MailStore store, EventBus eventBus) {
        this.store = store;
        this.eventBus = eventBus;
    }

    @Override
    public void appended(MailboxId id, List<Appended> messages, Author author) {
        tell(id, author, mailbox -> {
            SortedMap<MessageUid, MessageMetaData> added = new TreeMap<>();
            long first = messages.getFirst().uid();
            long last = messages.getLast().uid();
            Set<Long> uids = messages.stream().map(Appended::uid).collect(Collectors.toSet());
            Map<Long, MessageFlags> flags = store.messages().flags(id, first, last).stream()
                    .collect(Collectors.toMap(MessageFlags::uid, Function.identity()));
            store.messages().scan(id, first, last, facts -> {
                MessageFlags present = flags.get(facts.uid());
                if (present != null && uids.contains(facts.uid())) {
                    MessageMetaData metaData = JamesModel.metaData(facts, present.flags(), present.modSeq());
                    added.put(metaData.getUid(), metaData);
                }
            });
            return EventFactory.added()
                    .randomEventId()
                    .user(owner(mailbox))
                    .sessionId(NO_SESSION)
                    .mailbox(mailbox)
                    .metaData(added)
                    .isDelivery(false)
                    .build();
        });
    }

    @Override
    public void flagsChanged(MailboxId id, List<FlagsChange> changes, Author author) {
        if (author instanceof Author.Session) {
            return;
        }
        List<UpdatedFlags> updated = changes.stream()
                .filter(FlagsChange::changed)
                .map(JamesModel::updatedFlags)
                .collect(ImmutableList.toImmutableList());
        if (!updated.isEmpty()) {
            tell(
                    id,
                    author,
                    mailbox -> EventFactory.flagsUpdated()
                            .randomEventId()
                            .user(owner(mailbox))
                            .sessionId(NO_SESSION)
                            .mailbox(mailbox)
                            .updatedFlags(updated)
                            .build());
        }
    }

    @Override
    public void expunged(MailboxId id, List<ExpungedMessage> messages, Author author) {
        tell(id, author, mailbox -> {
            SortedMap<MessageUid, MessageMetaData> gone = new TreeMap<>();
            for (ExpungedMessage message : messages) {
                MessageMetaData metaData = JamesModel.metaData(message);
                gone.put(metaData.getUid(), metaData);
            }
            return EventFactory.expunged()
                    .randomEventId()
                    .user(owner(mailbox))
                    .sessionId(NO_SESSION)
                    .mailbox(mailbox)
                    .metaData(gone)
                    .build();
        });
    }

    private interface EventOf {
        Event of(Mailbox mailbox);
    }

    private void tell(MailboxId id, Author author, EventOf event) {
        switch (author) {
            case Author.Session ignored -> {}
            case Author.Restore ignored -> dispatch(id, event);
            case Author.Housekeeping ignored -> dispatch(id, event);
        }
    }

    private void dispatch(MailboxId id, EventOf event) {
        Optional<MailboxRow> row = store.mailboxes().find(id).filter(MailboxRow::live);
        if (row.isPresent()
                && HeardEvents.isHeard(
                        eventBus,
                        new MailboxIdRegistrationKey(
                                new JamesMailboxId(row.get().id())))) {
            Mailbox mailbox = JamesModel.mailbox(row.get());
            // Waits until sessions know: what is told next must not overtake it.
            eventBus.dispatch(event.of(mailbox), new MailboxIdRegistrationKey(mailbox.getMailboxId()))
                    .doOnError(failure -> LOG.error(
                            "sessions could not be told of a change of mailbox {}; they see it when they select the mailbox again",
                            row.get().path(),
                            failure))
                    .onErrorComplete()
                    .block();
        }
    }

    private static Username owner(Mailbox mailbox) {
        return mailbox.getUser();
    }
}
