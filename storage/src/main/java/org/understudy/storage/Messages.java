package org.understudy.storage;

import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.understudy.storage.engine.Effect;
import org.understudy.storage.engine.Engine;
import org.understudy.storage.engine.Ticket;
import org.understudy.storage.engine.View;
import org.understudy.storage.keyspace.Author;
import org.understudy.storage.keyspace.BodyId;
import org.understudy.storage.keyspace.ChangeCodec;
import org.understudy.storage.keyspace.Codec;
import org.understudy.storage.keyspace.ExpungeReason;
import org.understudy.storage.keyspace.ExpungedMessage;
import org.understudy.storage.keyspace.Family;
import org.understudy.storage.keyspace.Flags;
import org.understudy.storage.keyspace.Keys;
import org.understudy.storage.keyspace.MailboxId;
import org.understudy.storage.keyspace.MailboxState;
import org.understudy.storage.keyspace.MessageFacts;
import org.understudy.storage.keyspace.MessageFlags;
import org.understudy.storage.keyspace.MessageId;
import org.understudy.storage.keyspace.MessageRow;

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
    /** Up to this many messages are looked up one by one, more by a scan. */
    private static final int FEW = 16;

    /** Heap for each message of an effect, several effects at once included; of itself a message takes some 1 KiB. */
    private static final long HEAP_EACH = 8 << 10;

    /** An effect that cannot be split may take so many times what one usually does. */
    private static final int WHOLE = 4;

    private final Engine engine;
    private final Handles handles;
    private final FlagTable flags;
    private final Structures structures;
    private final BodyTable bodies;
    private final Ids messageIds;
    private final Clock clock;
    private final Observers observers;
    private final Summaries summaries;
    private volatile int atOnce = Math.clamp(Runtime.getRuntime().maxMemory() / HEAP_EACH, 10_000, 1 << 20);

    Messages(
            Engine engine,
            Handles handles,
            FlagTable flags,
            Structures structures,
            BodyTable bodies,
            Ids messageIds,
            Clock clock,
            Observers observers,
            Summaries summaries) {
        this.engine = engine;
        this.handles = handles;
        this.flags = flags;
        this.structures = structures;
        this.bodies = bodies;
        this.messageIds = messageIds;
        this.clock = clock;
        this.observers = observers;
        this.summaries = summaries;
    }

    public List<Appended> append(MailboxId mailbox, List<NewMessage> messages, Author author) {
        return append(mailbox, messages, author, appended -> List.of());
    }

    /** Appends, and writes the journal rows that {@code journal} makes of the result in the same effect. */
    public List<Appended> append(
            MailboxId mailbox,
            List<NewMessage> messages,
            Author author,
            Function<List<Appended>, List<JournalRow>> journal) {
        return append(mailbox, messages, author, journal, appended -> {});
    }

    /**
     * The same. {@code tell} is given the result once it is on disk, in the order of the effects on this mailbox; it
     * must begin no effect.
     */
    public List<Appended> append(
            MailboxId mailbox,
            List<NewMessage> messages,
            Author author,
            Function<List<Appended>, List<JournalRow>> journal,
            Consumer<List<Appended>> tell) {
        List<BodyId> pinned = new ArrayList<>();
        try {
            return append(mailbox, messages, author, journal, tell, pinned);
        } finally {
            bodies.letGo(pinned);
        }
    }

    private List<Appended> append(
            MailboxId mailbox,
            List<NewMessage> messages,
            Author author,
            Function<List<Appended>, List<JournalRow>> journal,
            Consumer<List<Appended>> tell,
            List<BodyId> pinned) {
        List<BodyTable.Ready> ready = new ArrayList<>(messages.size());
        for (NewMessage message : messages) {
            BodyTable.Ready one = switch (message.body()) {
                case NewMessage.Body.Bytes bytes -> bodies.prepare(bytes, author);
                case NewMessage.Body.Stored stored ->
                    new BodyTable.Ready(
                            bodies.pin(stored.id()), true, BodyTable.Chunks.NONE, message.size(), message.digest());
                case NewMessage.Body.Adopted adopted ->
                    new BodyTable.Ready(
                            bodies.pin(adopted.id()), false, BodyTable.Chunks.NONE, message.size(), message.digest());
            };
            if (one.stored() || message.body() instanceof NewMessage.Body.Adopted) {
                pinned.add(one.id());
            }
            ready.add(one);
        }
        List<MessageId> newIds = messages.stream()
                .map(m -> m.messageId() == null ? nextMessageId() : m.messageId())
                .toList();
        List<byte @Nullable []> structured = new ArrayList<>(messages.size());
        messages.forEach(message -> structured.add(structures.rowOf(message)));
        Instant now = now();
        return handles.effect(
                mailbox,
                handle -> {
                    Effect effect = new Effect(author);
                    MailboxChange change = new MailboxChange(effect, handle, flags, author, now);
                    List<Appended> added = new ArrayList<>(messages.size());
                    for (int i = 0; i < messages.size(); i++) {
                        added.add(change.add(messages.get(i), ready.get(i), newIds.get(i), structured.get(i)));
                    }
                    return submit(effect, handle, change, added, journal.apply(added));
                },
                appended -> {
                    observers.appended(mailbox, appended, author);
                    tell.accept(appended);
                });
    }

    /**
     * Copies messages into another mailbox, or the same; flags and keywords go along, with {@code \\Recent} set. UIDs
     * that do not exist are passed over.
     *
     * @return in the order of {@code uids}, for those that existed
     */
    public List<Appended> copy(MailboxId from, List<Long> uids, MailboxId to, Author author) {
        return transfer(from, uids, to, author, false).to();
    }

    /**
     * Like copy and expunge in one effect; the expunge log says {@link ExpungeReason#MOVE}. {@code uids} may be in any
     * order and are taken in UID order.
     */
    public Moved move(MailboxId from, List<Long> uids, MailboxId to, Author author) {
        return transfer(from, uids.stream().sorted().distinct().toList(), to, author, true);
    }

    /** {@code originals.get(i)} has become {@code to.get(i)}; {@code from} is the same for a move and empty for a copy. */
    public record Moved(List<Original> originals, List<ExpungedMessage> from, Copies to) {}

    private Moved transfer(MailboxId from, List<Long> uids, MailboxId to, Author author, boolean remove) {
        return transfer(from, () -> present(from, uids), to, author, remove, moved -> {});
    }

    private Moved transfer(
            MailboxId from,
            Supplier<List<Original>> selection,
            MailboxId to,
            Author author,
            boolean remove,
            Consumer<Moved> tell) {
        Instant now = now();
        Handles.Pair pair = handles.lock(from, to);
        Copies added = new Copies(now);
        List<Original> originals;
        Expunges gone;
        Ticket ticket;
        List<Turns.Turn> turns;
        try {
            pair.first().settle();
            pair.second().settle();
            Effect effect = new Effect(author);
            MailboxChange target = new MailboxChange(effect, pair.second(), flags, author, now);
            MailboxChange origin = pair.first() == pair.second()
                    ? target
                    : new MailboxChange(effect, pair.first(), flags, author, now);
            List<Original> chosen = selection.get();
            for (Original message : chosen) {
                target.addCopy(message, added);
                if (remove) {
                    origin.remove(message, ExpungeReason.MOVE);
                }
            }
            if (added.isEmpty()) {
                return new Moved(List.of(), List.of(), added);
            }
            originals = chosen;
            gone = origin.expunges();
            MailboxState originState =
                    origin != target && remove ? origin.finish() : pair.first().state();
            ticket = submit(effect, pair.second(), target, added, List.of())
                    .ticket()
                    .orElseThrow();
            if (origin != target && remove) {
                pair.first().submitted(ticket, originState);
            }
            turns = Turns.of(pair.first().turns(), pair.second().turns());
        } finally {
            pair.unlock();
        }
        Moved moved = new Moved(originals, gone, added);
        Turns.tell(turns, () -> engine.await(ticket), () -> {
            observers.appended(to, added, author);
            observers.expunged(from, gone, author);
            tell.accept(moved);
        });
        return moved;
    }

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
        return updateFlags(mailbox, () -> flagsOf(mailbox, uids), condition, change, author, journal);
    }

    /** The same for all messages of a UID range. */
    public List<FlagsChange> updateFlags(
            MailboxId mailbox, long fromUid, long toUid, UnaryOperator<Flags> change, Author author) {
        return updateFlags(
                mailbox,
                () -> flags.get(engine.latest(), mailbox, fromUid, toUid),
                present -> true,
                change,
                author,
                changes -> List.of());
    }

    private List<FlagsChange> updateFlags(
            MailboxId mailbox,
            Supplier<List<MessageFlags>> selection,
            Predicate<MessageFlags> condition,
            UnaryOperator<Flags> change,
            Author author,
            Function<List<FlagsChange>, List<JournalRow>> journal) {
        Instant now = now();
        return handles.effect(
                mailbox,
                handle -> {
                    handle.settle();
                    List<MessageFlags> selected =
                            selection.get().stream().filter(condition).toList();
                    java.util.Map<Long, MessageId> ids = messageIds(mailbox, selected);
                    Effect effect = new Effect(author);
                    MailboxChange draft = new MailboxChange(effect, handle, flags, author, now);
                    List<FlagsChange> made = new ArrayList<>(selected.size());
                    for (MessageFlags message : selected) {
                        made.add(draft.setFlags(
                                idOf(ids, mailbox, message.uid()), message, change.apply(message.flags())));
                    }
                    return submit(effect, handle, draft, made, journal.apply(made));
                },
                changes -> observers.flagsChanged(mailbox, changes, author));
    }

    /**
     * What an edit of flags came to.
     *
     * @param changes one entry for each message that exists and was not left, changed or not, by UID
     * @param left UIDs of those that were left since they had changed, ascending
     */
    public record Edited(List<FlagsChange> changes, List<Long> left) {}

    /**
     * Edits the flags of all messages of a set. All that change get one new MODSEQ and one row of the change log, and
     * where many of a chunk do, the chunk is written. The message ids of the result are null.
     *
     * @param unchangedSince messages with a greater MODSEQ are left as they are; {@link Long#MAX_VALUE} for none
     * @param tell is given the result once it is on disk, in the order of the effects on this mailbox
     */
    public Edited editFlags(
            MailboxId mailbox, UidSet uids, FlagEdit edit, long unchangedSince, Author author, Consumer<Edited> tell) {
        Instant now = now();
        return handles.effect(
                mailbox,
                handle -> {
                    handle.settle();
                    Effect effect = new Effect(author);
                    MailboxChange draft = new MailboxChange(effect, handle, flags, author, now);
                    Edited edited = new Edited(new ArrayList<>(), new ArrayList<>());
                    draft.edit(uids, edit, unchangedSince, edited.changes(), edited.left());
                    return submit(effect, handle, draft, edited, List.of());
                },
                edited -> {
                    observers.flagsChanged(mailbox, edited.changes(), author);
                    tell.accept(edited);
                });
    }

    /**
     * How many messages one effect takes: until it is on disk each of them takes memory. By itself a part of the heap, at
     * least 10,000.
     */
    public void atOnce(int messages) {
        atOnce = messages;
    }

    /** How many messages {@link #copy} should be asked for at most: it cannot be split. */
    public int mostCopied() {
        return Math.multiplyExact(atOnce, WHOLE);
    }

    /** Whether a set holds more messages than {@link #mostCopied}. */
    public boolean isTooMuchToCopy(MailboxId mailbox, UidSet uids) {
        int most = mostCopied();
        return isLarger(mailbox, most) && chosen(mailbox, uids).size() > most;
    }

    /** By its counters: flags of mailboxes that are not large need not be read, and may be damaged. */
    private boolean isLarger(MailboxId mailbox, int messages) {
        return Summaries.state(engine.latest(), mailbox).messages() > messages;
    }

    private UidRanges chosen(MailboxId mailbox, UidSet uids) {
        UidRanges.Builder set = new UidRanges.Builder();
        uids.ranges().forEach(range -> set.add(range.from(), range.to()));
        return summary(mailbox).uids().and(set.build());
    }

    /** A set in parts of as many messages as one effect should take, ascending, together the whole; mostly in one. */
    public List<UidSet> pieces(MailboxId mailbox, UidSet uids) {
        int most = atOnce;
        UidRanges chosen = isLarger(mailbox, most) ? chosen(mailbox, uids) : UidRanges.EMPTY;
        if (chosen.size() <= most) {
            return List.of(uids);
        }
        List<UidSet> pieces = new ArrayList<>();
        long from = 1;
        for (int end = most; end < chosen.size(); end += most) {
            long to = chosen.at(end);
            pieces.add(uids.within(from, to));
            from = to + 1;
        }
        pieces.add(uids.within(from, chosen.last()));
        return pieces;
    }

    /** Copies all messages of a set as one effect; flags and keywords go along, with {@code \\Recent} set. */
    public Moved copy(MailboxId from, UidSet uids, MailboxId to, Author author, Consumer<Moved> tell) {
        return transfer(from, () -> present(from, uids), to, author, false, tell);
    }

    /** Moves all messages of a set as one effect. */
    public Moved move(MailboxId from, UidSet uids, MailboxId to, Author author, Consumer<Moved> tell) {
        return transfer(from, () -> present(from, uids), to, author, true, tell);
    }

    /** Expunges those of a set that have all of {@code required} when it is done. */
    public Expunges expunge(
            MailboxId mailbox,
            UidSet uids,
            int required,
            ExpungeReason reason,
            Author author,
            Consumer<Expunges> tell) {
        return expunge(
                mailbox,
                () -> present(mailbox, having(mailbox, uids, required)),
                present -> true,
                reason,
                author,
                gone -> List.of(),
                tell);
    }

    /** Those of a set that have all of {@code required}. */
    private UidSet having(MailboxId mailbox, UidSet uids, int required) {
        if (uids.isEmpty()) {
            return uids;
        }
        UidSet.Ascending found = new UidSet.Ascending();
        UidSet.Membership wanted = uids.membership();
        flags.pass(engine.latest(), mailbox, uids.first(), uids.last(), (first, last, bits) -> {
            if ((bits & required) == required) {
                for (long uid = first; uid <= last; uid++) {
                    if (wanted.has(uid)) {
                        found.add(uid);
                    }
                }
            }
        });
        return found.set();
    }

    /** The messages of a set that exist, by UID. The mailbox is settled. */
    private List<Original> present(MailboxId mailbox, UidSet uids) {
        List<Original> present = new ArrayList<>();
        if (uids.ranges().size() <= FEW) {
            uids.ranges().forEach(range -> addPresent(mailbox, range, uids.membership(), present));
        } else {
            addPresent(mailbox, new UidSet.Range(uids.first(), uids.last()), uids.membership(), present);
        }
        return present;
    }

    private void addPresent(MailboxId mailbox, UidSet.Range range, UidSet.Membership wanted, List<Original> out) {
        List<MessageFlags> all = flags.get(engine.latest(), mailbox, range.from(), range.to());
        Iterator<MessageFlags> next = all.iterator();
        scan(mailbox, range.from(), range.to(), (key, row) -> {
            long uid = Keys.uidOf(Family.MESSAGE, key);
            MessageFlags found = next.hasNext() ? next.next() : null;
            if (found != null && found.uid() != uid) {
                throw found.uid() < uid
                        ? orphan(Family.MESSAGE, mailbox, found.uid(), "flags without a message")
                        : orphan(Family.FLAG_CHUNK, mailbox, uid, "a message without flags");
            }
            if (wanted.has(uid)) {
                out.add(together(key, row, found));
            }
            return true;
        });
    }

    public Expunges expunge(MailboxId mailbox, Collection<Long> uids, ExpungeReason reason, Author author) {
        return expunge(mailbox, uids, present -> true, reason, author, expunged -> List.of());
    }

    /**
     * Expunges those of {@code uids} that exist and meet {@code condition}; what is expunged stays in the expunge log.
     *
     * @return what was expunged, by UID
     */
    public Expunges expunge(
            MailboxId mailbox,
            Collection<Long> uids,
            Predicate<MessageFlags> condition,
            ExpungeReason reason,
            Author author,
            Function<List<ExpungedMessage>, List<JournalRow>> journal) {
        List<Long> ordered = uids.stream().sorted().distinct().toList();
        return expunge(mailbox, () -> present(mailbox, ordered), condition, reason, author, journal, gone -> {});
    }

    private Expunges expunge(
            MailboxId mailbox,
            Supplier<List<Original>> selection,
            Predicate<MessageFlags> condition,
            ExpungeReason reason,
            Author author,
            Function<List<ExpungedMessage>, List<JournalRow>> journal,
            Consumer<Expunges> tell) {
        Instant now = now();
        return handles.effect(
                mailbox,
                handle -> {
                    handle.settle();
                    Effect effect = new Effect(author);
                    MailboxChange draft = new MailboxChange(effect, handle, flags, author, now);
                    for (Original message : selection.get()) {
                        if (condition.test(message.messageFlags())) {
                            draft.remove(message, reason);
                        }
                    }
                    Expunges gone = draft.expunges();
                    return submit(effect, handle, draft, gone, journal.apply(gone));
                },
                expunged -> {
                    observers.expunged(mailbox, expunged, author);
                    tell.accept(expunged);
                });
    }

    /** Adds counters and journal, and submits; without a change of messages or a journal row nothing is written. */
    private <T> Handles.Submitted<T> submit(
            Effect effect, Handles.Handle handle, MailboxChange change, T result, List<JournalRow> journal) {
        if (change.isEmpty() && journal.isEmpty()) {
            return new Handles.Submitted<>(result, Optional.empty());
        }
        MailboxState state = change.isEmpty() ? handle.state() : change.finish();
        Journal.write(effect, journal);
        Ticket ticket = engine.submit(effect);
        handle.submitted(ticket, state);
        return new Handles.Submitted<>(result, Optional.of(ticket));
    }

    public Optional<MessageFacts> facts(MailboxId mailbox, long uid) {
        byte[] key = Keys.message(mailbox, uid);
        return engine.latest().get(Family.MESSAGE, key).map(value -> Codec.messageFacts(key, value));
    }

    /** Gives {@code out} the facts of a UID range in UID order, as of one moment. */
    public void scan(MailboxId mailbox, long fromUid, long toUid, Consumer<MessageFacts> out) {
        scan(engine.latest(), mailbox, fromUid, toUid, out);
    }

    private void scan(MailboxId mailbox, long fromUid, long toUid, View.Visitor rows) {
        engine.latest().scan(Family.MESSAGE, Keys.message(mailbox, fromUid), Keys.message(mailbox, toUid + 1), rows);
    }

    static void scan(View view, MailboxId mailbox, long fromUid, long toUid, Consumer<MessageFacts> out) {
        if (fromUid > toUid) {
            return;
        }
        view.scan(Family.MESSAGE, Keys.message(mailbox, fromUid), Keys.message(mailbox, toUid + 1), (key, value) -> {
            out.accept(Codec.messageFacts(key, value));
            return true;
        });
    }

    public Optional<MessageFlags> flags(MailboxId mailbox, long uid) {
        try (View view = engine.view()) {
            return flags.get(view, mailbox, uid);
        }
    }

    /** Flags and MODSEQ of a UID range, by UID, as of one moment; 100,000 take a few milliseconds. */
    public List<MessageFlags> flags(MailboxId mailbox, long fromUid, long toUid) {
        try (View view = engine.view()) {
            return flags.get(view, mailbox, fromUid, toUid);
        }
    }

    /** Flags and MODSEQ of all messages of a mailbox as of one moment, without an object a message. */
    public FlagColumns flagColumns(MailboxId mailbox) {
        try (View view = engine.view()) {
            return flags.columns(view, mailbox);
        }
    }

    /** Adds the unchanging facts of a UID range to {@code columns}, in UID order, as of one moment. */
    public void columns(MailboxId mailbox, long fromUid, long toUid, MessageColumns columns) {
        if (fromUid > toUid) {
            return;
        }
        engine.latest()
                .scan(
                        Family.MESSAGE,
                        Keys.message(mailbox, fromUid),
                        Keys.message(mailbox, toUid + 1),
                        (key, value) -> {
                            Codec.messageColumns(key, value, columns::add);
                            return true;
                        });
    }

    /** All places of a message, by mailbox and UID; empty if there is no such message. */
    public List<Place> places(MessageId message) {
        List<Place> places = new ArrayList<>();
        engine.latest().scanPrefix(Family.PLACE, Keys.places(message), (key, value) -> {
            places.add(new Place(Keys.placeMailbox(key), Keys.placeUid(key)));
            return true;
        });
        return places;
    }

    /** What changed after {@code modSeq}; for 0, everything. */
    public Changes changesSince(MailboxId mailbox, long modSeq) {
        SortedSet<Long> changed = new TreeSet<>();
        SortedSet<Long> vanished = new TreeSet<>();
        engine.latest()
                .scan(
                        Family.CHANGE,
                        Keys.change(mailbox, modSeq + 1),
                        Keys.mailbox(new MailboxId(mailbox.value() + 1)),
                        (key, value) -> {
                            ChangeCodec.Change change = ChangeCodec.decode(key, value);
                            switch (change.kind()) {
                                case CHANGED -> changed.addAll(change.uids());
                                case VANISHED -> vanished.addAll(change.uids());
                            }
                            return true;
                        });
        changed.removeAll(vanished);
        return new Changes(List.copyOf(changed), List.copyOf(vanished));
    }

    /**
     * The UIDs that changed and vanished after {@code modSeq}, as SELECT with QRESYNC and FETCH with CHANGEDSINCE and
     * VANISHED want them (RFC 7162); costs a row of the change log for each effect since.
     */
    public UidChanges uidChanges(MailboxId mailbox, long modSeq) {
        return Summaries.changes(engine.latest(), mailbox, modSeq);
    }

    /** Gives {@code out} each row of the change log after {@code modSeq}. */
    public void changes(MailboxId mailbox, long modSeq, ChangeVisitor out) {
        Summaries.changes(engine.latest(), mailbox, modSeq, out);
    }

    /**
     * Counters and sets of UIDs as of one moment; from memory where the mailbox was asked for before, brought up to date.
     * The first time costs a scan of the packed flags, 2 MB for 100,000 messages.
     */
    public MailboxSummary summary(MailboxId mailbox) {
        return summaries.of(mailbox);
    }

    /** The expunge log of a mailbox by UID, of deleted mailboxes too. */
    public void scanExpunged(MailboxId mailbox, Consumer<ExpungedMessage> out) {
        engine.latest().scanPrefix(Family.EXPUNGED, Keys.mailbox(mailbox), (key, value) -> {
            out.accept(Codec.expungedMessage(key, value));
            return true;
        });
    }

    /** A new message id that no message has. */
    public MessageId nextMessageId() {
        return new MessageId(messageIds.next());
    }

    /** What became of a mailbox that was emptied. */
    record Emptied(MailboxState state, Expunges gone) {}

    /** Expunges all messages of a locked and settled mailbox, in an effect of the caller's. */
    Emptied expungeAll(Effect effect, Handles.Handle handle, Author author) {
        MailboxChange draft = new MailboxChange(effect, handle, flags, author, now());
        for (Original message : present(handle.id(), UidSet.ALL)) {
            draft.remove(message, ExpungeReason.MAILBOX_DELETED);
        }
        return new Emptied(draft.isEmpty() ? handle.state() : draft.finish(), draft.expunges());
    }

    Instant now() {
        return clock.instant().truncatedTo(ChronoUnit.MILLIS);
    }

    private List<Original> presentInRange(MailboxId mailbox, long fromUid, long toUid) {
        java.util.Map<Long, MessageFlags> byUid = new java.util.HashMap<>();
        flags.get(engine.latest(), mailbox, fromUid, toUid).forEach(f -> byUid.put(f.uid(), f));
        List<Original> present = new ArrayList<>(byUid.size());
        scan(mailbox, fromUid, toUid, (key, row) -> {
            present.add(together(key, row, byUid.get(Keys.uidOf(Family.MESSAGE, key))));
            return true;
        });
        return present;
    }

    /** The messages of these UIDs that exist, in the order of the UIDs. The mailbox is settled. */
    private List<Original> present(MailboxId mailbox, List<Long> uids) {
        if (uids.size() <= FEW) {
            List<Original> present = new ArrayList<>(uids.size());
            for (long uid : uids) {
                byte[] key = Keys.message(mailbox, uid);
                engine.latest()
                        .get(Family.MESSAGE, key)
                        .ifPresent(row -> present.add(together(
                                key,
                                row,
                                flags.get(engine.latest(), mailbox, uid).orElse(null))));
            }
            return present;
        }
        java.util.Map<Long, Original> byUid = new java.util.HashMap<>();
        presentInRange(mailbox, Collections.min(uids), Collections.max(uids)).forEach(p -> byUid.put(p.uid(), p));
        return uids.stream().map(byUid::get).filter(Objects::nonNull).toList();
    }

    private List<MessageFlags> flagsOf(MailboxId mailbox, Collection<Long> uids) {
        if (uids.isEmpty()) {
            return List.of();
        }
        if (uids.size() <= FEW) {
            return uids.stream()
                    .sorted()
                    .distinct()
                    .flatMap(uid -> flags.get(engine.latest(), mailbox, uid).stream())
                    .toList();
        }
        java.util.Set<Long> wanted = new java.util.HashSet<>(uids);
        return flags.get(engine.latest(), mailbox, Collections.min(uids), Collections.max(uids)).stream()
                .filter(f -> wanted.contains(f.uid()))
                .toList();
    }

    private java.util.Map<Long, MessageId> messageIds(MailboxId mailbox, List<MessageFlags> messages) {
        java.util.Map<Long, MessageId> ids = new java.util.HashMap<>();
        if (messages.size() <= FEW) {
            messages.forEach(m -> facts(mailbox, m.uid()).ifPresent(facts -> ids.put(m.uid(), facts.messageId())));
        } else {
            scan(
                    mailbox,
                    messages.get(0).uid(),
                    messages.get(messages.size() - 1).uid(),
                    facts -> ids.put(facts.uid(), facts.messageId()));
        }
        return ids;
    }

    private static MessageId idOf(java.util.Map<Long, MessageId> ids, MailboxId mailbox, long uid) {
        MessageId id = ids.get(uid);
        if (id == null) {
            throw orphan(Family.MESSAGE, mailbox, uid, "flags without a message");
        }
        return id;
    }

    private static Original together(byte[] key, byte[] row, @Nullable MessageFlags flags) {
        if (!MessageRow.isWhole(row)) {
            Codec.messageFacts(key, row);
            throw new IllegalStateException("a row that is not whole was read");
        }
        if (flags == null) {
            throw orphan(
                    Family.FLAG_CHUNK,
                    Keys.mailboxOf(Family.MESSAGE, key),
                    Keys.uidOf(Family.MESSAGE, key),
                    "a message without flags");
        }
        return new Original(key, row, flags);
    }

    private static CorruptionException orphan(Family family, MailboxId mailbox, long uid, String what) {
        return new CorruptionException(
                family.columnFamily(),
                java.util.HexFormat.of().formatHex(Keys.message(mailbox, uid)),
                what + ", UID " + uid,
                null);
    }
}
