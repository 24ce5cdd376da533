package org.understudy.storage.reclaim;

import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.understudy.storage.BodySegment;
import org.understudy.storage.CorruptionException;
import org.understudy.storage.OperatorException;
import org.understudy.storage.Reason;
import org.understudy.storage.engine.Effect;
import org.understudy.storage.engine.Engine;
import org.understudy.storage.keyspace.Author;
import org.understudy.storage.keyspace.BodyCodec;
import org.understudy.storage.keyspace.BodyId;
import org.understudy.storage.keyspace.Codec;
import org.understudy.storage.keyspace.Family;
import org.understudy.storage.keyspace.Keys;

/**
 * Deletes bodies that only expunged messages name, once the window of each of these expunges is over, and has the tables
 * rewritten in which many rows were deleted (docs/adr/0033-reclaim.md).
 *
 * <p>A round looks for what is due in one view of the store, and deletes in batches, one effect each, fsynced.
 * It may end after any batch, by an exception or by the end of the process: the next round finds what is left. Rounds take
 * place one at a time.
 */
public final class Reclaim {
    /** How long the bodies of expunged messages are kept where nobody says otherwise. */
    public static final Duration USUAL_WINDOW = Duration.ofDays(30);

    private static final Author AUTHOR = new Author.Housekeeping("reclaim");
    private static final int BATCH_BODIES = 256;
    private static final int BATCH_STRUCTURES = 4096;
    private static final long BATCH_OCTETS = 16L << 20;

    /** Room for the head of a body; one with very many keywords is read whole. */
    private static final int HEAD_OCTETS = 4096;

    private final Engine engine;
    private final BodyPins pins;
    private final ReclaimedBodies reclaimed;
    private final ObservedTime observed;
    private final Clock clock;
    private final ReentrantLock rounds = new ReentrantLock();
    /** Held while a batch is deleted, and while somebody begins what bars that. */
    private final ReentrantLock batch = new ReentrantLock();
    /** Guarded by {@link #batch}. */
    private int bars;

    private volatile Duration window = USUAL_WINDOW;
    private final LongAdder bodiesSoFar = new LongAdder();
    private final LongAdder octetsSoFar = new LongAdder();

    public Reclaim(Engine engine, BodyPins pins, ReclaimedBodies reclaimed, ObservedTime observed, Clock clock) {
        this.engine = engine;
        this.pins = pins;
        this.reclaimed = reclaimed;
        this.observed = observed;
        this.clock = clock;
    }

    /** Says what keeps bodies from being deleted at this moment, in words for an operator; empty if nothing does. */
    public interface Obstacle {
        Optional<String> now();
    }

    /** Between two pieces of work, while no lock of the store is held. */
    public interface Pace {
        /**
         * @param octets that were read or written since the last call
         * @throws InterruptedException to break off
         */
        void await(long octets) throws InterruptedException;
    }

    /**
     * What a round came to. {@code rows = rowsReclaimedBefore + rowsInWindow + rowsPastWindow}; those past the window name
     * {@code bodies = bodiesInWindow + bodiesLive + due}; {@code due = reclaimed + inUse + unreadable + left}.
     *
     * @param rows of the expunge log
     * @param rowsReclaimedBefore of which the bodies were gone already
     * @param rowsInWindow whose window is not over
     * @param bodiesInWindow that another expunge names whose window is not over
     * @param bodiesLive that messages name: copies, moved mail, equal mail of others
     * @param due bodies that nothing else names; in a dry run all of them are left
     * @param reclaimed bodies that were deleted
     * @param octets of these, or in a dry run of those that are due
     * @param inUse bodies that a writer took up meanwhile
     * @param unreadable bodies that could not be read, or are not as the expunge log says; fsck has more of them
     * @param left bodies that the round did not get to
     * @param obstacle why not, or empty
     */
    public record Round(
            long rows,
            long rowsReclaimedBefore,
            long rowsInWindow,
            long rowsPastWindow,
            long bodies,
            long bodiesInWindow,
            long bodiesLive,
            long due,
            long reclaimed,
            long octets,
            long inUse,
            long unreadable,
            long left,
            String obstacle) {
        /** The same, with the reason for which nothing was deleted. */
        public Round stoppedBy(String why) {
            return new Round(
                    rows,
                    rowsReclaimedBefore,
                    rowsInWindow,
                    rowsPastWindow,
                    bodies,
                    bodiesInWindow,
                    bodiesLive,
                    due,
                    reclaimed,
                    octets,
                    inUse,
                    unreadable,
                    left,
                    why);
        }
    }

    /** Lets no body be deleted until it is closed. */
    public final class Bar implements AutoCloseable {
        private boolean ended;

        private Bar() {}

        /** Does nothing the second time. */
        @Override
        public void close() {
            batch.lock();
            try {
                if (!ended) {
                    ended = true;
                    bars--;
                }
            } finally {
                batch.unlock();
            }
        }
    }

    /** For work that relies on bodies that no message names yet. Waits for a batch that is being deleted. */
    public Bar bar() {
        batch.lock();
        try {
            bars++;
            return new Bar();
        } finally {
            batch.unlock();
        }
    }

    /** How long the bodies of expunged messages are kept, as the configuration says. */
    public void keepFor(Duration configured) {
        window = configured;
    }

    /** See {@link #keepFor}. */
    public Duration window() {
        return window;
    }

    /** Bodies that were deleted since the store was opened. */
    public long bodiesSoFar() {
        return bodiesSoFar.sum();
    }

    /** Octets of these. */
    public long octetsSoFar() {
        return octetsSoFar.sum();
    }

    /** Whether a round is under way. */
    public boolean running() {
        return rounds.isLocked();
    }

    /** Writes down how long the store was open so far; to be called now and then, and before a server ends. */
    public void keepTime() {
        observed.keep();
    }

    /** How long the store was open so far, as far as that is known. */
    public Duration observed() {
        return Duration.ofMillis(observed.now());
    }

    /** Takes rows of bodies in, which may have been reclaimed before; nothing is deleted meanwhile. */
    public void bringing(Collection<BodySegment> segments, Runnable ingestion) {
        Bar bar = bar();
        try {
            ingestion.run();
            batch.lock();
            try {
                segments.forEach(segment -> reclaimed.cameAgain(segment.first(), segment.last()));
            } finally {
                batch.unlock();
            }
        } finally {
            bar.close();
        }
    }

    /**
     * Looks for all that is due, and deletes it.
     *
     * @param window how long the bodies of expunged messages are kept, counted by {@link ObservedTime} and by the clock
     * @param dryRun delete nothing
     * @throws CorruptionException if a row cannot be read that may name a body: then nothing is deleted
     * @throws OperatorException {@link Reason#BUSY} if a round is under way
     */
    public Round round(Duration window, boolean dryRun, Obstacle obstacle, Pace pace) throws InterruptedException {
        if (window.isNegative()) {
            throw new IllegalArgumentException("window " + window);
        }
        if (!rounds.tryLock()) {
            throw new OperatorException(
                    Reason.BUSY, "expunged mail is being reclaimed already", "Wait until that round is over.");
        }
        try {
            pins.begin();
            try {
                Sought sought = new Sought(window);
                Sweeping sweeping = new Sweeping(obstacle, pace, dryRun);
                try (LongView view = new LongView(engine, pace)) {
                    sought.run(view);
                    if (!dryRun && sought.due.size() > 0) {
                        sweeping.structures(view, sought.due);
                    }
                }
                sweeping.run(sought.due);
                return sweeping.result(sought);
            } finally {
                pins.end();
            }
        } finally {
            rounds.unlock();
        }
    }

    /** What is due, as of one view. */
    private final class Sought {
        private final Duration window;
        private final IdSet due = new IdSet();
        private final IdSet young = new IdSet();
        private long rows;
        private long rowsReclaimedBefore;
        private long rowsInWindow;
        private long rowsPastWindow;
        private long bodies;
        private long bodiesInWindow;
        private long bodiesLive;

        Sought(Duration window) {
            this.window = window;
        }

        void run(LongView view) throws InterruptedException {
            long observedNow = observed.now();
            long wallNow = clock.instant().toEpochMilli();
            IdSet gone = ReclaimedBodies.inMemory(view.rows());
            view.scan(Family.EXPUNGED, (key, value) -> {
                Codec.Expunge expunge = Codec.expunge(key, value);
                rows++;
                if (gone.has(expunge.body())) {
                    rowsReclaimedBefore++;
                } else if (isOver(expunge, observedNow, wallNow)) {
                    rowsPastWindow++;
                    bodies += due.add(expunge.body()) ? 1 : 0;
                } else {
                    rowsInWindow++;
                    young.add(expunge.body());
                }
                return true;
            });
            young.each(id -> {
                bodiesInWindow += due.remove(id) ? 1 : 0;
                return true;
            });
            if (due.size() > 0) {
                view.scan(Family.MESSAGE, (key, value) -> {
                    bodiesLive += due.remove(Codec.bodyOf(key, value)) ? 1 : 0;
                    return true;
                });
            }
        }

        private boolean isOver(Codec.Expunge expunge, long observedNow, long wallNow) {
            return expunge.observedAt() != ObservedTime.NEVER
                    && observedNow - expunge.observedAt() >= window.toMillis()
                    && wallNow - expunge.expungedAt() >= window.toMillis();
        }
    }

    /** Deletes what is due in batches. */
    private final class Sweeping {
        private final Obstacle obstacle;
        private final Pace pace;
        private final boolean dryRun;
        private final byte[] front = new byte[HEAD_OCTETS];
        private final List<BodyId> next = new ArrayList<>();
        private long done;
        private long octets;
        private long inUse;
        private long unreadable;
        private long sinceAwait;
        private String stopped = "";

        Sweeping(Obstacle obstacle, Pace pace, boolean dryRun) {
            this.obstacle = obstacle;
            this.pace = pace;
            this.dryRun = dryRun;
        }

        /**
         * Deletes the structures of expunged messages whose bodies are due. No message shares them, since a copy would name
         * the same body, and who names it from now on has a structure of his own.
         *
         * @param view the one in which nothing else named these bodies
         */
        void structures(LongView view, IdSet due) throws InterruptedException {
            List<byte[]> keys = new ArrayList<>(BATCH_STRUCTURES);
            view.scan(Family.EXPUNGED, (key, value) -> {
                if (due.has(Codec.expunge(key, value).body())) {
                    keys.add(key);
                }
                return keys.size() < BATCH_STRUCTURES || deleteStructures(keys);
            });
            deleteStructures(keys);
        }

        /** Empties the list; answers whether to go on. */
        private boolean deleteStructures(List<byte[]> keys) {
            batch.lock();
            try {
                if (isBarred()) {
                    return false;
                }
                Effect effect = new Effect(AUTHOR);
                keys.forEach(key -> effect.delete(Family.STRUCTURE, key));
                keys.clear();
                if (!effect.isEmpty()) {
                    engine.commit(effect);
                }
                return true;
            } finally {
                batch.unlock();
            }
        }

        /** Notes what keeps anything from being deleted now, if anything does. */
        private boolean isBarred() {
            stopped = bars > 0
                    ? "a merge or another work on stored bodies is under way"
                    : obstacle.now().orElse("");
            return !stopped.isEmpty();
        }

        void run(IdSet due) throws InterruptedException {
            if (!stopped.isEmpty()) {
                return;
            }
            List<Long> ids = new ArrayList<>(BATCH_BODIES);
            InterruptedException[] interrupted = new InterruptedException[1];
            due.each(id -> {
                ids.add(id);
                if (ids.size() < BATCH_BODIES) {
                    return true;
                }
                try {
                    return all(ids);
                } catch (InterruptedException e) {
                    interrupted[0] = e;
                    return false;
                }
            });
            if (interrupted[0] != null) {
                throw interrupted[0];
            }
            if (stopped.isEmpty()) {
                all(ids);
            }
        }

        /** Deletes these, in one batch or several, and empties the list; answers whether to go on. */
        private boolean all(List<Long> ids) throws InterruptedException {
            int at = 0;
            while (at < ids.size() && stopped.isEmpty()) {
                at = dryRun ? look(ids, at) : delete(ids, at);
                pace.await(sinceAwait);
                sinceAwait = 0;
            }
            ids.clear();
            return stopped.isEmpty();
        }

        private int look(List<Long> ids, int from) {
            for (int i = from; i < ids.size(); i++) {
                BodyCodec.Head head = head(new BodyId(ids.get(i)));
                if (head != null) {
                    octets += head.size();
                }
            }
            return ids.size();
        }

        private int delete(List<Long> ids, int from) {
            batch.lock();
            try {
                return isBarred() ? from : deleteUnbarred(ids, from);
            } finally {
                batch.unlock();
            }
        }

        private int deleteUnbarred(List<Long> ids, int from) {
            Effect effect = new Effect(AUTHOR);
            TreeMap<Long, ReclaimedBodies.Row> marks = new TreeMap<>();
            List<BodyId> condemned = new ArrayList<>();
            long size = 0;
            int at = from;
            boolean submitted = false;
            try {
                for (; at < ids.size() && size < BATCH_OCTETS; at++) {
                    BodyId id = new BodyId(ids.get(at));
                    if (!pins.condemn(id)) {
                        inUse++;
                        continue;
                    }
                    condemned.add(id);
                    BodyCodec.Head head = head(id);
                    if (head == null) {
                        continue;
                    }
                    rows(effect, id, head);
                    long number = id.value() / ReclaimedBodies.IDS;
                    marks.put(
                            number,
                            marks.computeIfAbsent(number, reclaimed::rowOrNew).with(id.value(), head.size()));
                    next.add(id);
                    size += head.size();
                }
                marks.values().forEach(row -> ReclaimedBodies.put(effect, row));
                if (!effect.isEmpty()) {
                    submitted = true;
                    engine.commit(effect);
                }
                submitted = false;
                done += next.size();
                octets += size;
                bodiesSoFar.add(next.size());
                octetsSoFar.add(size);
            } finally {
                next.clear();
                // Whether a failed deletion is on the disk nobody knows until the store is opened anew: until then
                // nobody
                // may name these bodies.
                if (!submitted) {
                    condemned.forEach(pins::absolve);
                }
            }
            return at;
        }

        private void rows(Effect effect, BodyId id, BodyCodec.Head head) {
            for (int chunk = 0; chunk < head.chunks(); chunk++) {
                effect.delete(Family.BODY, Keys.body(id, chunk));
            }
            byte[] index = Keys.bodyIndex(head.rawDigest());
            engine.latest()
                    .get(Family.BODY_INDEX, index)
                    .filter(value -> Codec.id(Family.BODY_INDEX, index, value) == id.value())
                    .ifPresent(value -> effect.delete(Family.BODY_INDEX, index));
        }

        /** What a body says of itself, or null where it is not there or cannot be read. */
        private BodyCodec.@Nullable Head head(BodyId id) {
            byte[] key = Keys.body(id, 0);
            try {
                int length = engine.uncached().read(Family.BODY, key, front);
                sinceAwait += Math.max(length, 0);
                if (length < Integer.BYTES + 1 || BodyCodec.headLength(key, front) > length) {
                    unreadable++;
                    return null;
                }
                byte[] row = front;
                if (BodyCodec.headLength(key, front) > front.length) {
                    row = new byte[length];
                    engine.uncached().read(Family.BODY, key, row);
                }
                return BodyCodec.head(key, row);
            } catch (CorruptionException e) {
                unreadable++;
                return null;
            }
        }

        Round result(Sought sought) {
            long due = sought.due.size();
            return new Round(
                    sought.rows,
                    sought.rowsReclaimedBefore,
                    sought.rowsInWindow,
                    sought.rowsPastWindow,
                    sought.bodies,
                    sought.bodiesInWindow,
                    sought.bodiesLive,
                    due,
                    done,
                    octets,
                    inUse,
                    unreadable,
                    due - done - inUse - unreadable,
                    stopped);
        }
    }

    /**
     * What the rewriting of tables came to.
     *
     * @param ranges of body ids that were rewritten
     * @param octetsBefore of tables that held them
     * @param octetsAfter the same now
     * @param pendingOctets of deleted bodies that still lie in tables, in ranges of which less than a quarter was deleted
     */
    public record Compacted(long ranges, long octetsBefore, long octetsAfter, long pendingOctets) {}

    /** Rewrites the tables of which a quarter or more was deleted, a quarter of a gigabyte at a time. */
    public Compacted compact(Obstacle obstacle, Pace pace) throws InterruptedException {
        return new Compaction(engine, reclaimed, batch).run(obstacle, pace);
    }

    /** Whether the body of an expunged message was reclaimed, so that only a snapshot has it. */
    public boolean isGone(BodyId id) {
        return reclaimed.has(id);
    }
}
