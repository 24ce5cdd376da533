package org.understudy.storage;

import java.util.ArrayList;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.understudy.storage.engine.Effect;
import org.understudy.storage.engine.Engine;
import org.understudy.storage.engine.Ticket;
import org.understudy.storage.keyspace.Codec;
import org.understudy.storage.keyspace.Family;
import org.understudy.storage.keyspace.FlagCodec;
import org.understudy.storage.keyspace.Keys;
import org.understudy.storage.keyspace.MailboxId;
import org.understudy.storage.keyspace.MailboxRow;
import org.understudy.storage.keyspace.MailboxState;
import org.understudy.storage.reclaim.ObservedTime;

/**
 * What is kept in memory of mailboxes in use: row, counters and keywords, as they will be when all submitted effects are
 * on disk.
 *
 * <p>Design. A writer locks a mailbox's handle, builds its effect from the handle's counters, submits it, sets the
 * counters, and unlocks before it waits for the disk: so appends to one mailbox share an fsync too. Whoever must read
 * rows to build an effect first waits for the last submitted one with {@link Handle#settle}. If a commit fails, the
 * engine's epoch grows and every handle is read anew, since its counters rest on rows that are not there.
 *
 * <p>Handles are let go when there are more than {@link #most}: those not asked for since the last round, and never one
 * with an effect that is not on disk or not told yet. Under its lock a handle says that it is let go, so a writer who
 * got hold of it before takes the next one.
 */
final class Handles {
    private final Engine engine;
    private final ConcurrentHashMap<MailboxId, Handle> handles = new ConcurrentHashMap<>();
    private final LongSupplier observed;
    private final int most;
    private final ReentrantLock sweeping = new ReentrantLock();
    private Iterator<Handle> sweep = Collections.emptyIterator();

    /** For work that expunges nothing. */
    Handles(Engine engine) {
        this(engine, () -> ObservedTime.NEVER, Integer.MAX_VALUE);
    }

    /**
     * @param observed time of an expunge, as the expunge log keeps it
     * @param most how many are kept, of some 500 octets each and 100 for each keyword; at least 1
     */
    Handles(Engine engine, LongSupplier observed, int most) {
        this.engine = engine;
        this.observed = observed;
        this.most = most;
    }

    /** The handle of a live mailbox, locked. */
    Handle lock(MailboxId id) {
        Handle handle = take(id);
        try {
            handle.refresh();
            if (!handle.row().live()) {
                throw missing(id);
            }
            return handle;
        } catch (RuntimeException e) {
            handle.lock.unlock();
            throw e;
        }
    }

    /** The handle of a mailbox, locked. */
    private Handle take(MailboxId id) {
        Handle handle = find(id);
        handle.lock.lock();
        while (handle.gone) {
            handle.unlock();
            handle = find(id);
            handle.lock.lock();
        }
        return handle;
    }

    private Handle find(MailboxId id) {
        Handle present = handles.get(id);
        if (present != null) {
            present.used = true;
            return present;
        }
        Handle added = handles.computeIfAbsent(id, Handle::new);
        added.used = true;
        letGo();
        return added;
    }

    /** How many mailboxes are kept in memory now. */
    int size() {
        return handles.size();
    }

    /** Lets a mailbox go that will hardly be asked for again. */
    void letGo(MailboxId id) {
        Handle handle = handles.get(id);
        if (handle != null) {
            handle.letGo();
        }
    }

    /** Where there are too many, lets an eighth of them go; goes around at most twice. */
    private void letGo() {
        if (handles.mappingCount() <= most || !sweeping.tryLock()) {
            return;
        }
        try {
            long visits = 2 * handles.mappingCount();
            while (handles.mappingCount() > most - most / 8 && visits-- > 0) {
                if (!sweep.hasNext()) {
                    sweep = handles.values().iterator();
                } else {
                    sweep.next().passed();
                }
            }
        } finally {
            sweeping.unlock();
        }
    }

    /** The handles of two live mailboxes, locked in an order that all threads keep. */
    Pair lock(MailboxId first, MailboxId second) {
        if (first.equals(second)) {
            Handle handle = lock(first);
            return new Pair(handle, handle);
        }
        boolean inOrder = first.compareTo(second) < 0;
        Handle low = lock(inOrder ? first : second);
        try {
            Handle high = lock(inOrder ? second : first);
            return inOrder ? new Pair(low, high) : new Pair(high, low);
        } catch (RuntimeException e) {
            low.unlock();
            throw e;
        }
    }

    record Pair(Handle first, Handle second) {
        void unlock() {
            first.unlock();
            if (first != second) {
                second.unlock();
            }
        }
    }

    /** The keywords of a mailbox, for readers; deleted mailboxes too. */
    FlagCodec.Keywords keywords(MailboxId id) {
        return table(id);
    }

    List<String> keywordNames(MailboxId id) {
        return table(id).names();
    }

    private Handle.KeywordTable table(MailboxId id) {
        Handle handle = find(id);
        if (handle.loadedEpoch != engine.epoch()) {
            handle = take(id);
            try {
                handle.refresh();
            } finally {
                handle.lock.unlock();
            }
        }
        return handle.keywords;
    }

    static OperatorException missing(MailboxId id) {
        return new OperatorException(
                Reason.NOT_FOUND, "there is no mailbox with id " + id, "List the mailboxes and try again.");
    }

    /** One mailbox in use. Fields are guarded by {@link #lock}. */
    final class Handle {
        private final MailboxId id;
        private final ReentrantLock lock = new ReentrantLock();
        private final KeywordTable keywords = new KeywordTable();
        private volatile long loadedEpoch = -1;
        private @Nullable MailboxRow row;
        private MailboxState state = MailboxState.EMPTY;
        private @Nullable Ticket last;
        private final Turns turns = new Turns();
        /** Whether somebody asked for it since the last round of those that let handles go. */
        private volatile boolean used;
        /** Whether it has left the map; guarded by the lock for writers. */
        private volatile boolean gone;

        int overrides;

        private Handle(MailboxId id) {
            this.id = id;
        }

        MailboxId id() {
            return id;
        }

        MailboxRow row() {
            MailboxRow present = row;
            if (present == null) {
                throw missing(id);
            }
            return present;
        }

        MailboxState state() {
            return state;
        }

        KeywordTable keywords() {
            return keywords;
        }

        /** In which effects on this mailbox are told; guarded by the lock. */
        Turns turns() {
            return turns;
        }

        void unlock() {
            lock.unlock();
        }

        /** The time of an expunge, as the expunge log keeps it. */
        long observed() {
            return observed.getAsLong();
        }

        /** Waits until all that was submitted for this mailbox is on disk, so that rows can be read. */
        void settle() {
            Ticket ticket = last;
            if (ticket != null) {
                try {
                    engine.await(ticket);
                } finally {
                    last = null;
                    refresh();
                }
            }
        }

        /** Takes an effect on this mailbox as given: it has been submitted. */
        void submitted(Ticket ticket, MailboxState after) {
            last = ticket;
            state = after;
        }

        void renamed(Ticket ticket, MailboxRow after) {
            last = ticket;
            row = after;
        }

        /** A round of letting go comes by. */
        private void passed() {
            if (used) {
                used = false;
            } else {
                letGo();
            }
        }

        /** Leaves the map, unless somebody works with it, or an effect is not on disk or not told. */
        private void letGo() {
            if (lock.isHeldByCurrentThread() || !lock.tryLock()) {
                return;
            }
            try {
                Ticket ticket = last;
                if ((ticket == null || ticket.done()) && turns.over() && keywords.unwritten.isEmpty()) {
                    leave();
                }
            } finally {
                lock.unlock();
            }
        }

        private void leave() {
            gone = true;
            handles.remove(id, this);
        }

        private void refresh() {
            long epoch = engine.epoch();
            if (loadedEpoch == epoch) {
                return;
            }
            last = null;
            byte[] key = Keys.mailbox(id);
            row = engine.latest()
                    .get(Family.MAILBOX, key)
                    .map(value -> Codec.mailboxRow(key, value))
                    .orElse(null);
            if (row == null) {
                leave();
                throw missing(id);
            }
            state = engine.latest()
                    .get(Family.STATE, key)
                    .map(value -> Codec.mailboxState(key, value))
                    .orElseThrow(() -> new CorruptionException(
                            Family.STATE.columnFamily(), key(key), "the counters of a mailbox are missing", null));
            keywords.load();
            int[] count = new int[1];
            engine.latest().scanPrefix(Family.FLAG_OVERRIDE, key, (k, v) -> {
                count[0]++;
                return true;
            });
            overrides = count[0];
            loadedEpoch = epoch;
        }

        private String key(byte[] key) {
            return java.util.HexFormat.of().formatHex(key);
        }

        /** The keywords of a mailbox by index. Only grows; readers meet no index that it does not know. */
        final class KeywordTable implements FlagCodec.Keywords {
            private volatile List<String> names = List.of();
            private volatile Map<String, Integer> indexes = Map.of();
            private final List<Integer> unwritten = new ArrayList<>();

            private void load() {
                List<String> loaded = new ArrayList<>();
                engine.latest().scanPrefix(Family.KEYWORD, Keys.mailbox(id), (key, value) -> {
                    loaded.add(new String(
                            Codec.blob(Family.KEYWORD, key, value), java.nio.charset.StandardCharsets.UTF_8));
                    return true;
                });
                Map<String, Integer> index = new ConcurrentHashMap<>();
                for (int i = 0; i < loaded.size(); i++) {
                    index.put(loaded.get(i).toLowerCase(Locale.ROOT), i);
                }
                unwritten.clear();
                names = List.copyOf(loaded);
                indexes = index;
            }

            List<String> names() {
                return names;
            }

            @Override
            public int indexOf(String keyword) {
                String folded = keyword.toLowerCase(Locale.ROOT);
                Integer known = indexes.get(folded);
                if (known != null) {
                    return known;
                }
                int index = names.size();
                if (index >= FlagCodec.MAX_KEYWORDS) {
                    throw new OperatorException(
                            Reason.CONFLICT,
                            "mailbox " + row().path() + " has " + index + " keywords, which is the most it can have",
                            "Use fewer different keywords in this mailbox.");
                }
                List<String> more = new ArrayList<>(names);
                more.add(keyword);
                names = List.copyOf(more);
                indexes.put(folded, index);
                unwritten.add(index);
                return index;
            }

            @Override
            public @Nullable String keyword(int index) {
                List<String> present = names;
                if (index >= present.size() && gone) {
                    // Whoever has the mailbox now may have given keywords that this reader meets.
                    present = keywordNames(id);
                }
                return index < present.size() ? present.get(index) : null;
            }

            /** Adds the rows of keywords that were given an index since the last time. */
            void writeNew(Effect effect) {
                for (int index : unwritten) {
                    effect.put(
                            Family.KEYWORD,
                            Keys.keyword(id, index),
                            Codec.encodeBlob(names.get(index).getBytes(java.nio.charset.StandardCharsets.UTF_8)));
                }
                unwritten.clear();
            }
        }
    }

    /** Runs {@code work} on a locked mailbox; what it returns is given back once its effect is on disk. */
    <T> T effect(MailboxId id, Function<Handle, Submitted<T>> work) {
        return effect(id, work, result -> {});
    }

    /** The same; the result is given to {@code tell} in the order of the effects on this mailbox. */
    <T> T effect(MailboxId id, Function<Handle, Submitted<T>> work, Consumer<T> tell) {
        Handle handle = lock(id);
        Submitted<T> submitted;
        List<Turns.Turn> turns;
        try {
            submitted = work.apply(handle);
            turns = submitted.ticket().isPresent() ? List.of(handle.turns().next()) : List.of();
        } finally {
            handle.unlock();
        }
        Turns.tell(turns, () -> submitted.ticket().ifPresent(engine::await), () -> tell.accept(submitted.result()));
        return submitted.result();
    }

    /**
     * An effect on its way.
     *
     * @param ticket empty if there was nothing to write
     */
    record Submitted<T>(T result, Optional<Ticket> ticket) {}
}
