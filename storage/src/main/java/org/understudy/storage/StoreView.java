package org.understudy.storage;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.understudy.storage.engine.View;
import org.understudy.storage.keyspace.ChangeCodec;
import org.understudy.storage.keyspace.Codec;
import org.understudy.storage.keyspace.ExpungedMessage;
import org.understudy.storage.keyspace.Family;
import org.understudy.storage.keyspace.Keys;
import org.understudy.storage.keyspace.MailboxId;
import org.understudy.storage.keyspace.MailboxRow;
import org.understudy.storage.keyspace.MailboxState;
import org.understudy.storage.keyspace.MessageFacts;
import org.understudy.storage.keyspace.MessageId;

/**
 * The rows of a store as of one moment, for readers that compare many of them: what is moved meanwhile is neither seen
 * twice nor missed. While one is open, RocksDB keeps every row that it shows, so close it soon. One thread at a time.
 *
 * <p>Every method throws {@link CorruptionException} for a row that cannot be read; the methods for one row allow a
 * caller to go round it.
 */
public final class StoreView implements AutoCloseable {
    private final View view;

    StoreView(View view) {
        this.view = view;
    }

    /** Every mailbox row, deleted mailboxes too, by id. */
    public List<MailboxRow> mailboxes() {
        List<MailboxRow> rows = new ArrayList<>();
        view.scan(Family.MAILBOX, new byte[0], null, (key, value) -> rows.add(Codec.mailboxRow(key, value)));
        return rows;
    }

    /** The mailbox of that id, deleted ones too. */
    public Optional<MailboxRow> mailbox(MailboxId id) {
        byte[] key = Keys.mailbox(id);
        return view.get(Family.MAILBOX, key).map(value -> Codec.mailboxRow(key, value));
    }

    /** The mailboxes that a name leads to: those that clients can see. */
    public Set<MailboxId> named() {
        Set<MailboxId> named = new HashSet<>();
        view.scan(Family.PATH, new byte[0], null, (key, value) -> {
            named.add(new MailboxId(Codec.id(Family.PATH, key, value)));
            return true;
        });
        return named;
    }

    /** The counters of a mailbox; empty where it has none. */
    public Optional<MailboxState> state(MailboxId id) {
        byte[] key = Keys.mailbox(id);
        return view.get(Family.STATE, key).map(value -> Codec.mailboxState(key, value));
    }

    /** The messages of a mailbox by UID, until {@code out} answers false. */
    public void messages(MailboxId mailbox, Predicate<MessageFacts> out) {
        view.scanPrefix(
                Family.MESSAGE, Keys.mailbox(mailbox), (key, value) -> out.test(Codec.messageFacts(key, value)));
    }

    public Optional<MessageFacts> message(MailboxId mailbox, long uid) {
        byte[] key = Keys.message(mailbox, uid);
        return view.get(Family.MESSAGE, key).map(value -> Codec.messageFacts(key, value));
    }

    /** The expunge log of a mailbox by UID, of deleted mailboxes too, until {@code out} answers false. */
    public void expunged(MailboxId mailbox, Predicate<ExpungedMessage> out) {
        view.scanPrefix(
                Family.EXPUNGED, Keys.mailbox(mailbox), (key, value) -> out.test(Codec.expungedMessage(key, value)));
    }

    public Optional<ExpungedMessage> expunged(MailboxId mailbox, long uid) {
        byte[] key = Keys.message(mailbox, uid);
        return view.get(Family.EXPUNGED, key).map(value -> Codec.expungedMessage(key, value));
    }

    /** The whole change log of a mailbox by MODSEQ. */
    public void changes(MailboxId mailbox, Consumer<ChangeCodec.Change> out) {
        view.scanPrefix(Family.CHANGE, Keys.mailbox(mailbox), (key, value) -> {
            out.accept(ChangeCodec.decode(key, value));
            return true;
        });
    }

    /** All places of a message, by mailbox and UID. */
    public List<Place> places(MessageId message) {
        List<Place> places = new ArrayList<>();
        view.scanPrefix(Family.PLACE, Keys.places(message), (key, value) -> {
            places.add(new Place(Keys.placeMailbox(key), Keys.placeUid(key)));
            return true;
        });
        return places;
    }

    @Override
    public void close() {
        view.close();
    }
}
