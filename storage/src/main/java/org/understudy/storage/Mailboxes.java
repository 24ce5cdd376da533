package org.understudy.storage;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.ToLongFunction;
import org.jspecify.annotations.Nullable;
import org.understudy.storage.engine.Effect;
import org.understudy.storage.engine.Engine;
import org.understudy.storage.engine.Ticket;
import org.understudy.storage.engine.View;
import org.understudy.storage.keyspace.Author;
import org.understudy.storage.keyspace.Codec;
import org.understudy.storage.keyspace.ExpungeReason;
import org.understudy.storage.keyspace.Family;
import org.understudy.storage.keyspace.Keys;
import org.understudy.storage.keyspace.MailboxId;
import org.understudy.storage.keyspace.MailboxPath;
import org.understudy.storage.keyspace.MailboxRow;
import org.understudy.storage.keyspace.MailboxState;

/** The mailboxes: their names, identities and counters. Writing methods are effects, as {@link Messages} describes. */
public final class Mailboxes {
    private final Engine engine;
    private final Handles handles;
    private final Messages messages;
    private final FlagTable flags;
    private final Ids ids;
    private final List<Rows> ownedRows;
    private final Observers observers;
    private @Nullable UidValidities uidValidities;

    /** @param ownedRows tables whose rows go with their mailbox */
    Mailboxes(
            Engine engine,
            Handles handles,
            Messages messages,
            FlagTable flags,
            Ids ids,
            List<Rows> ownedRows,
            Observers observers) {
        this.engine = engine;
        this.handles = handles;
        this.messages = messages;
        this.flags = flags;
        this.ids = ids;
        this.ownedRows = ownedRows;
        this.observers = observers;
    }

    /**
     * Makes an empty mailbox with a UIDVALIDITY of its own.
     *
     * @throws OperatorException {@link Reason#CONFLICT} if a mailbox has that path
     */
    public synchronized MailboxRow create(MailboxPath path, Author author) {
        return create(path, freshUidValidity(path), author);
    }

    /** A UIDVALIDITY that no mailbox of this store has had, larger than any that one of this path had. */
    public synchronized long freshUidValidity(MailboxPath path) {
        return uidValidities().next(path, messages.now());
    }

    private UidValidities uidValidities() {
        if (uidValidities == null) {
            List<MailboxRow> had = new ArrayList<>();
            engine.latest().scan(Family.MAILBOX, new byte[0], null, (key, value) -> {
                had.add(Codec.mailboxRow(key, value));
                return true;
            });
            uidValidities = new UidValidities(had);
        }
        return uidValidities;
    }

    /**
     * Makes an empty mailbox.
     *
     * @param uidValidity 1 to 2^32-1
     * @throws OperatorException {@link Reason#CONFLICT} if a mailbox has that path
     */
    public synchronized MailboxRow create(MailboxPath path, long uidValidity, Author author) {
        requireFree(path);
        MailboxId id = new MailboxId(ids.next());
        MailboxRow row = new MailboxRow(id, path, uidValidity, messages.now(), null);
        byte[] key = Keys.mailbox(id);
        engine.commit(new Effect(author)
                .put(Family.MAILBOX, key, Codec.encode(row))
                .put(Family.PATH, Keys.path(path), Codec.encodeId(id.value()))
                .put(Family.STATE, key, Codec.encode(MailboxState.EMPTY)));
        uidValidities().used(row);
        return row;
    }

    /** Renames one mailbox, none below it; id and UIDVALIDITY stay. */
    public synchronized MailboxRow rename(MailboxId id, MailboxPath to, Author author) {
        return handles.effect(id, handle -> {
            MailboxRow row = handle.row();
            if (row.path().equals(to)) {
                return new Handles.Submitted<>(row, Optional.empty());
            }
            requireFree(to);
            MailboxRow renamed = new MailboxRow(id, to, row.uidValidity(), row.createdAt(), null);
            Ticket ticket = engine.submit(new Effect(author)
                    .put(Family.MAILBOX, Keys.mailbox(id), Codec.encode(renamed))
                    .delete(Family.PATH, Keys.path(row.path()))
                    .put(Family.PATH, Keys.path(to), Codec.encodeId(id.value())));
            handle.renamed(ticket, renamed);
            engine.await(ticket);
            return new Handles.Submitted<>(renamed, Optional.empty());
        });
    }

    /**
     * Gives a mailbox another UIDVALIDITY, so that no client takes its messages for those that it knows; UIDs stay.
     *
     * @param uidValidity 1 to 2^32-1
     */
    public synchronized MailboxRow renew(MailboxId id, long uidValidity, Author author) {
        return handles.effect(id, handle -> {
            MailboxRow row = handle.row();
            MailboxRow renewed = new MailboxRow(id, row.path(), uidValidity, row.createdAt(), null);
            uidValidities().used(renewed);
            Ticket ticket =
                    engine.submit(new Effect(author).put(Family.MAILBOX, Keys.mailbox(id), Codec.encode(renewed)));
            handle.renamed(ticket, renewed);
            return new Handles.Submitted<>(renewed, Optional.of(ticket));
        });
    }

    /**
     * Deletes a mailbox. Its messages go to the expunge log; its row stays, marked, so that both can be brought back;
     * annotations and access list go. Of a very large mailbox most go in effects of their own before; where the process ends
     * between, the mailbox is still there with the rest.
     */
    public synchronized void delete(MailboxId id, Author author) {
        List<UidSet> pieces = messages.pieces(id, UidSet.ALL);
        for (UidSet piece : pieces.subList(0, pieces.size() - 1)) {
            messages.expunge(id, piece, 0, ExpungeReason.MAILBOX_DELETED, author, gone -> {});
        }
        Function<Handles.Handle, Handles.Submitted<Expunges>> deletion = handle -> {
            handle.settle();
            Effect effect = new Effect(author);
            Messages.Emptied emptied = messages.expungeAll(effect, handle, author);
            MailboxRow row = handle.row();
            MailboxRow deleted = new MailboxRow(id, row.path(), row.uidValidity(), row.createdAt(), messages.now());
            effect.put(Family.MAILBOX, Keys.mailbox(id), Codec.encode(deleted))
                    .delete(Family.PATH, Keys.path(row.path()));
            ownedRows.forEach(rows -> rows.clear(effect, id.toString()));
            Ticket ticket = engine.submit(effect);
            handle.submitted(ticket, emptied.state());
            handle.renamed(ticket, deleted);
            return new Handles.Submitted<>(emptied.gone(), Optional.of(ticket));
        };
        handles.effect(id, deletion, gone -> {
            observers.expunged(id, gone, author);
            observers.deleted(id, author);
        });
        handles.letGo(id);
    }

    /** The live mailbox of that path. */
    public Optional<MailboxRow> find(MailboxPath path) {
        byte[] key = Keys.path(path);
        return engine.latest()
                .get(Family.PATH, key)
                .flatMap(value -> find(new MailboxId(Codec.id(Family.PATH, key, value))))
                .filter(MailboxRow::live);
    }

    /** The mailbox of that id, deleted ones too. */
    public Optional<MailboxRow> find(MailboxId id) {
        byte[] key = Keys.mailbox(id);
        return engine.latest().get(Family.MAILBOX, key).map(value -> Codec.mailboxRow(key, value));
    }

    /** The live mailboxes of one owner, by name. */
    public List<MailboxRow> ofOwner(String namespace, String owner) {
        return byPath(Keys.paths(namespace, owner));
    }

    /** All live mailboxes, by path. */
    public List<MailboxRow> all() {
        return byPath(new byte[0]);
    }

    private List<MailboxRow> byPath(byte[] prefix) {
        List<MailboxRow> found = new ArrayList<>();
        try (View view = engine.view()) {
            view.scanPrefix(Family.PATH, prefix, (key, value) -> {
                byte[] rowKey = Keys.mailbox(new MailboxId(Codec.id(Family.PATH, key, value)));
                found.add(view.get(Family.MAILBOX, rowKey)
                        .map(row -> Codec.mailboxRow(rowKey, row))
                        .orElseThrow(() -> new CorruptionException(
                                Family.PATH.columnFamily(),
                                HexFormat.of().formatHex(key),
                                "a path without its mailbox",
                                null)));
                return true;
            });
        }
        return found;
    }

    /** All mailboxes that were deleted, by id. */
    public List<MailboxRow> deleted() {
        List<MailboxRow> found = new ArrayList<>();
        engine.latest().scan(Family.MAILBOX, new byte[0], null, (key, value) -> {
            MailboxRow row = Codec.mailboxRow(key, value);
            if (!row.live()) {
                found.add(row);
            }
            return true;
        });
        return found;
    }

    /** The counters of a mailbox, as they are on disk. */
    public MailboxState state(MailboxId id) {
        byte[] key = Keys.mailbox(id);
        return engine.latest()
                .get(Family.STATE, key)
                .map(value -> Codec.mailboxState(key, value))
                .orElseThrow(() -> Handles.missing(id));
    }

    /** Gives out the next UID, durably, without a message: for callers that place the message themselves. */
    public long reserveUid(MailboxId id, Author author) {
        return reserve(id, author, MailboxChange::skipUid);
    }

    /** Gives out the next MODSEQ, durably, without a change. */
    public long reserveModSeq(MailboxId id, Author author) {
        return reserve(id, author, MailboxChange::skipModSeq);
    }

    /**
     * Takes UIDs and MODSEQs out of circulation that may have been given out where nobody remembers it; counters never
     * fall.
     *
     * @param uidNextAtLeast what UIDNEXT is to be at least; of more than 2^32-1, that
     * @param highestModSeqAtLeast what HIGHESTMODSEQ is to be at least
     */
    public MailboxState raise(MailboxId id, long uidNextAtLeast, long highestModSeqAtLeast, Author author) {
        return handles.effect(id, handle -> {
            Effect effect = new Effect(author);
            MailboxChange change = new MailboxChange(effect, handle, flags, author, messages.now());
            change.raise(uidNextAtLeast, highestModSeqAtLeast);
            MailboxState state = change.finish();
            Ticket ticket = engine.submit(effect);
            handle.submitted(ticket, state);
            return new Handles.Submitted<>(state, Optional.of(ticket));
        });
    }

    /**
     * Gives a mailbox that was never changed a MODSEQ, so that one can be told: 0 is none (RFC 7162 section 7), and a change
     * must not get what was told.
     *
     * @return its counters, with a HIGHESTMODSEQ of 1 or more
     */
    public MailboxState begin(MailboxId id, Author author) {
        MailboxState state = state(id);
        return state.highestModSeq() > 0 ? state : raise(id, 1, 1, author);
    }

    private long reserve(MailboxId id, Author author, ToLongFunction<MailboxChange> kind) {
        return handles.effect(id, handle -> {
            Effect effect = new Effect(author);
            MailboxChange change = new MailboxChange(effect, handle, flags, author, messages.now());
            long reserved = kind.applyAsLong(change);
            MailboxState state = change.finish();
            Ticket ticket = engine.submit(effect);
            handle.submitted(ticket, state);
            return new Handles.Submitted<>(reserved, Optional.of(ticket));
        });
    }

    /** Every keyword that a message of the mailbox has or had. */
    public List<String> keywords(MailboxId id) {
        return handles.keywordNames(id);
    }

    private void requireFree(MailboxPath path) {
        if (path.namespace().indexOf('\0') >= 0
                || path.owner().indexOf('\0') >= 0
                || path.name().indexOf('\0') >= 0
                || path.name().isEmpty()) {
            throw new OperatorException(
                    Reason.CONFLICT, "a mailbox name must not be empty or contain NUL", "Choose another name.");
        }
        if (path.name().getBytes(StandardCharsets.UTF_8).length > Keys.MAX_TEXT) {
            throw new OperatorException(
                    Reason.CONFLICT,
                    "a mailbox name may have " + Keys.MAX_TEXT + " bytes in UTF-8",
                    "Choose a shorter name.");
        }
        if (find(path).isPresent()) {
            throw new OperatorException(
                    Reason.CONFLICT, "there is a mailbox " + path + " already", "Choose another name.");
        }
    }
}
