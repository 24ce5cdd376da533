package org.understudy.restore.repair;

import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.understudy.storage.CorruptionException;
import org.understudy.storage.MailStore;
import org.understudy.storage.StoreView;
import org.understudy.storage.keyspace.Digest;
import org.understudy.storage.keyspace.MailboxId;
import org.understudy.storage.keyspace.MailboxRow;
import org.understudy.storage.keyspace.MailboxState;
import org.understudy.storage.keyspace.MessageFacts;
import org.understudy.storage.keyspace.MessageFlags;

/** Reads a store that was opened for rescue, of which a row is there, not there, or cannot be read. */
final class DamagedStore {
    /** What became of looking for a row. */
    sealed interface Row<T> {
        record Found<T>(T value) implements Row<T> {}

        record Absent<T>() implements Row<T> {}

        record Unreadable<T>(String why) implements Row<T> {}
    }

    /**
     * Messages of a range of UIDs.
     *
     * @param unreadable UIDs of which it cannot be told whether there is a message
     * @param flags null where those of the range cannot be read
     */
    record Range(
            Map<Long, MessageFacts> facts,
            Set<Long> unreadable,
            @Nullable Map<Long, MessageFlags> flags) {}

    private static final long MOST_UID = 0xFFFF_FFFFL;
    /** Ids are taken out of circulation in blocks; so many blocks beyond the known ones are looked through. */
    private static final long FURTHER_IDS = 4L << 16;

    private final MailStore store;

    DamagedStore(MailStore store) {
        this.store = store;
    }

    MailStore store() {
        return store;
    }

    static <T> Row<T> look(Supplier<Optional<T>> row) {
        try {
            return row.get().<Row<T>>map(Row.Found::new).orElseGet(Row.Absent::new);
        } catch (CorruptionException e) {
            return new Row.Unreadable<>(String.valueOf(e.getMessage()));
        }
    }

    /** What is known of every mailbox that there is or may be, deleted ones too. */
    Map<MailboxId, Row<MailboxRow>> mailboxes(Set<MailboxId> known) {
        Map<MailboxId, Row<MailboxRow>> rows = new TreeMap<>();
        try (StoreView view = store.view()) {
            view.mailboxes().forEach(row -> rows.put(row.id(), new Row.Found<>(row)));
            known.forEach(id -> rows.putIfAbsent(id, new Row.Absent<>()));
        } catch (CorruptionException e) {
            rows.clear();
            long last = known.stream().mapToLong(MailboxId::value).max().orElse(0) + FURTHER_IDS;
            for (long id = 1; id <= last; id++) {
                MailboxId mailbox = new MailboxId(id);
                Row<MailboxRow> row = look(() -> store.mailboxes().find(mailbox));
                if (row instanceof Row.Found || known.contains(mailbox)) {
                    rows.put(mailbox, row);
                }
            }
        }
        return rows;
    }

    Row<MailboxState> state(MailboxId id) {
        try (StoreView view = store.view()) {
            return look(() -> view.state(id));
        }
    }

    /** The greatest UID that flags tell of; empty where they cannot be read. */
    Optional<Long> lastFlagged(MailboxId id) {
        try {
            return Optional.of(store.messages().flags(id, 1, MOST_UID).stream()
                    .mapToLong(MessageFlags::uid)
                    .max()
                    .orElse(0));
        } catch (CorruptionException e) {
            return Optional.empty();
        }
    }

    Range range(MailboxId id, long from, long to) {
        Map<Long, MessageFacts> facts = new TreeMap<>();
        Set<Long> unreadable = new TreeSet<>();
        try {
            store.messages().scan(id, from, to, one -> facts.put(one.uid(), one));
        } catch (CorruptionException e) {
            for (long uid = from; uid <= to; uid++) {
                long at = uid;
                switch (look(() -> store.messages().facts(id, at))) {
                    case Row.Found<MessageFacts> found -> facts.put(at, found.value());
                    case Row.Absent<MessageFacts> absent -> facts.remove(at);
                    case Row.Unreadable<MessageFacts> damaged -> unreadable.add(at);
                }
            }
        }
        return new Range(facts, unreadable, flags(id, from, to));
    }

    private @Nullable Map<Long, MessageFlags> flags(MailboxId id, long from, long to) {
        Map<Long, MessageFlags> flags = new TreeMap<>();
        try {
            store.messages().flags(id, from, to).forEach(one -> flags.put(one.uid(), one));
            return flags;
        } catch (CorruptionException e) {
            return null;
        }
    }

    /** The bytes of a message's body, if they are those that were stored. */
    Row<byte[]> body(MessageFacts facts) {
        return look(() -> {
            byte[] bytes = store.bodies().reread(facts.body());
            Digest stated = store.bodies().head(facts.body()).rawDigest();
            if (bytes.length != facts.size()
                    || !Digest.of(Digest.sha256().digest(bytes)).equals(stated)) {
                throw new CorruptionException(
                        "body", facts.body().toString(), "it does not have the digest that was stored with it", null);
            }
            return Optional.of(bytes);
        });
    }
}
