package org.understudy.server.mailbox;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import org.apache.james.events.Event;
import org.apache.james.events.EventBus;
import org.apache.james.mailbox.MailboxSession;
import org.apache.james.mailbox.MessageUid;
import org.apache.james.mailbox.ModSeq;
import org.apache.james.mailbox.events.MailboxIdRegistrationKey;
import org.apache.james.mailbox.model.Mailbox;
import org.apache.james.mailbox.model.MailboxId;
import org.apache.james.mailbox.model.MessageId;
import org.apache.james.mailbox.model.MessageMetaData;
import org.apache.james.mailbox.model.MessageMoves;
import org.apache.james.mailbox.model.UpdatedFlags;
import org.apache.james.mailbox.store.event.EventFactory;
import org.understudy.storage.Appended;
import org.understudy.storage.FlagsChange;
import org.understudy.storage.Messages;
import org.understudy.storage.NewMessage;
import org.understudy.storage.keyspace.ExpungedMessage;
import org.understudy.storage.keyspace.Flags;

/**
 * Tells whoever listens to the event bus of what one session has done, one event for each effect; returns when they know.
 * What nobody would hear is not made.
 */
final class SessionEvents {
    private final EventBus bus;
    private final MailboxSession session;

    SessionEvents(EventBus bus, MailboxSession session) {
        this.bus = bus;
        this.session = session;
    }

    void added(Mailbox mailbox, List<NewMessage> messages, List<Appended> places) {
        if (!isHeard(mailbox)) {
            return;
        }
        SortedMap<MessageUid, MessageMetaData> added = new TreeMap<>();
        for (int i = 0; i < places.size(); i++) {
            MessageMetaData metaData = JamesModel.metaData(messages.get(i), places.get(i));
            added.put(metaData.getUid(), metaData);
        }
        tell(
                mailbox,
                EventFactory.added()
                        .randomEventId()
                        .mailboxSession(session)
                        .mailbox(mailbox)
                        .metaData(added)
                        .isDelivery(false)
                        .build());
    }

    void edited(Mailbox mailbox, List<FlagsChange> changes) {
        if (!isHeard(mailbox)) {
            return;
        }
        List<UpdatedFlags> updated = new ArrayList<>(changes.size());
        Map<Flags, javax.mail.Flags> shared = new HashMap<>();
        for (FlagsChange change : changes) {
            if (change.changed()) {
                updated.add(UpdatedFlags.builder()
                        .uid(MessageUid.of(change.uid()))
                        .modSeq(ModSeq.of(change.modSeq()))
                        .oldFlags(shared.computeIfAbsent(change.before(), JamesFlags::toJames))
                        .newFlags(shared.computeIfAbsent(change.after(), JamesFlags::toJames))
                        .build());
            }
        }
        if (!updated.isEmpty()) {
            tell(
                    mailbox,
                    EventFactory.flagsUpdated()
                            .randomEventId()
                            .mailboxSession(session)
                            .mailbox(mailbox)
                            .updatedFlags(updated)
                            .build());
        }
    }

    void copied(Mailbox from, Mailbox to, Messages.Moved moved) {
        if (!moved.to().isEmpty() && (isHeard(from) || isHeard(to))) {
            tell(to, arrived(to, moved));
            tellMoves(moved, from, to, to.getMailboxId(), from.getMailboxId());
        }
    }

    void moved(Mailbox from, Mailbox to, Messages.Moved moved) {
        if (!moved.to().isEmpty() && (isHeard(from) || isHeard(to))) {
            tell(to, arrived(to, moved));
            expunged(from, moved.from());
            tellMoves(moved, from, to, to.getMailboxId());
        }
    }

    void expunged(Mailbox mailbox, List<ExpungedMessage> messages) {
        if (messages.isEmpty() || !isHeard(mailbox)) {
            return;
        }
        SortedMap<MessageUid, MessageMetaData> gone = new TreeMap<>();
        for (ExpungedMessage message : messages) {
            MessageMetaData metaData = JamesModel.metaData(message);
            gone.put(metaData.getUid(), metaData);
        }
        tell(
                mailbox,
                EventFactory.expunged()
                        .randomEventId()
                        .mailboxSession(session)
                        .mailbox(mailbox)
                        .metaData(gone)
                        .build());
    }

    private boolean isHeard(Mailbox mailbox) {
        return HeardEvents.isHeard(bus, new MailboxIdRegistrationKey(mailbox.getMailboxId()));
    }

    private Event arrived(Mailbox to, Messages.Moved moved) {
        SortedMap<MessageUid, MessageMetaData> added = new TreeMap<>();
        for (int i = 0; i < moved.to().size(); i++) {
            MessageMetaData metaData =
                    JamesModel.metaData(moved.originals().get(i), moved.to().get(i));
            added.put(metaData.getUid(), metaData);
        }
        return EventFactory.added()
                .randomEventId()
                .mailboxSession(session)
                .mailbox(to)
                .metaData(added)
                .isDelivery(false)
                .build();
    }

    private void tellMoves(Messages.Moved moved, Mailbox from, Mailbox to, MailboxId... now) {
        MessageMoves moves = MessageMoves.builder()
                .previousMailboxIds(from.getMailboxId())
                .targetMailboxIds(now)
                .build();
        bus.dispatch(
                        EventFactory.moved()
                                .messageMoves(moves)
                                .messageId(moved.to().stream()
                                        .<MessageId>map(place -> new JamesMessageId(place.messageId()))
                                        .toList())
                                .session(session)
                                .build(),
                        Set.of(
                                new MailboxIdRegistrationKey(from.getMailboxId()),
                                new MailboxIdRegistrationKey(to.getMailboxId())))
                .block();
    }

    private void tell(Mailbox mailbox, Event event) {
        bus.dispatch(event, new MailboxIdRegistrationKey(mailbox.getMailboxId()))
                .block();
    }
}
