package org.understudy.restore.repository.log;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.understudy.restore.progress.Progress;
import org.understudy.restore.repository.OpenedSnapshot;
import org.understudy.restore.repository.OpenedSnapshot.Assurance;
import org.understudy.restore.repository.Refusal;
import org.understudy.restore.repository.ReplayedSnapshot;
import org.understudy.restore.repository.Repository;
import org.understudy.restore.repository.Trust;
import org.understudy.restore.repository.TrustedKeys;
import org.understudy.storage.LoggedEffect;
import org.understudy.storage.OperatorException;
import org.understudy.storage.Reason;
import org.understudy.storage.StoreReplay;
import org.understudy.storage.keyspace.Keys;

/**
 * A moment that a repository can give back: the store as of it is a snapshot and the log after that, up to and with the
 * last effect at or before the moment.
 *
 * <p>For a whole store, lay the files of {@link #snapshot} into a folder and {@link #replay} there. To read from it, {@link
 * #open}.
 */
public final class PointInTime {
    private static final long BATCH_BYTES = 4L << 20;

    private final Repository repository;
    private final Path keys;
    private final Instant moment;
    private final Assurance assurance;
    private final LogFiles files;
    private final List<LogHistory.Way> ways;

    private PointInTime(
            Repository repository,
            Path keys,
            Instant moment,
            Assurance assurance,
            LogFiles files,
            List<LogHistory.Way> ways) {
        this.repository = repository;
        this.keys = keys;
        this.moment = moment;
        this.assurance = assurance;
        this.files = files;
        this.ways = ways;
    }

    /**
     * Finds the way to a moment. The log's heads are checked; its contents are when they are replayed.
     *
     * @param keys the keys folder of this machine
     * @throws OperatorException {@link Reason#NOT_FOUND} if it cannot be reached, saying which moments can; {@link
     *     Reason#REPOSITORY} if the log is not signed as {@code assurance} demands
     */
    public static PointInTime of(Repository repository, Path keys, Instant moment, Assurance assurance)
            throws InterruptedException {
        LogHistory history = LogHistory.read(repository, keys);
        List<LogHistory.Way> ways = history.to(moment);
        for (LogHistory.Way way : ways) {
            if (assurance == Assurance.TRUSTED_KEY && way.stretch().trust() != Trust.TRUSTED_KEY) {
                throw Refusal.repository(
                        "the log in " + history.files().location() + " is signed with a key that this machine does not"
                                + " trust",
                        "Bring the public key back into " + keys
                                + ". If the repository's own copy of it is yours: understudy"
                                + " repo trust ID ('understudy repo verify' names the key).");
            }
        }
        return new PointInTime(repository, keys, moment, assurance, history.files(), ways);
    }

    public Instant moment() {
        return moment;
    }

    /** Id of the snapshot from which the way begins. */
    public String snapshot() {
        return ways.getFirst().snapshot();
    }

    /**
     * What was replayed.
     *
     * @param sequence of the last row that is in the store now
     * @param last time of the last effect that was replayed, or null if there was none
     * @param passedOver rows that no version of this program writes
     */
    public record Replayed(
            long effects,
            long rows,
            long bodies,
            long sequence,
            @Nullable Instant last,
            long passedOver) {}

    /**
     * Replays the log into a folder that holds the files of {@link #snapshot}: the sorted tables may be links, all else
     * must be copies of its own. What the folder holds is as of the moment, and on disk, when this returns; when it throws,
     * the folder is to be thrown away.
     *
     * @throws OperatorException {@link Reason#REPOSITORY} if a segment is not what was signed, naming it and the last second
     *     before it
     */
    public Replayed replay(Path storeFolder, Progress progress) throws InterruptedException {
        return replay(ways.getFirst(), storeFolder, progress);
    }

    private Replayed replay(LogHistory.Way way, Path storeFolder, Progress progress) throws InterruptedException {
        try (StoreReplay store = StoreReplay.open(storeFolder)) {
            if (store.sequence() != way.sequence()) {
                throw Refusal.repository(
                        "snapshot " + way.snapshot() + " ends with row " + store.sequence() + ", and its manifest says "
                                + way.sequence(),
                        "Run 'understudy repo verify --full'.");
            }
            Replayed replayed = new Replay(way, store, progress).run();
            store.finish();
            return replayed;
        } catch (IOException e) {
            throw Refusal.io("reading", files.location(), e);
        }
    }

    /**
     * Makes the store as of the moment in a folder of its own, and opens it as if it were a snapshot. Where the nearest
     * snapshot is damaged, an earlier one is taken, and more of the log.
     *
     * @param users whose mail is going to be read
     */
    public OpenedSnapshot open(Predicate<String> users, Clock clock, Progress progress) throws InterruptedException {
        @Nullable OperatorException first = null;
        for (LogHistory.Way way : ways) {
            try {
                return open(way, users, clock, progress);
            } catch (OperatorException e) {
                if (e.reason() != Reason.REPOSITORY) {
                    throw e;
                }
                if (first == null) {
                    first = e;
                } else {
                    first.addSuppressed(e);
                }
            }
        }
        throw first == null ? new IllegalStateException("no way to " + moment) : first;
    }

    private OpenedSnapshot open(LogHistory.Way way, Predicate<String> users, Clock clock, Progress progress)
            throws InterruptedException {
        ReplayedSnapshot laid = ReplayedSnapshot.lay(
                repository, way.snapshot(), TrustedKeys.load(keys), assurance, users, clock, progress);
        boolean replayed = false;
        Replayed done;
        try {
            done = replay(way, laid.folder(), progress);
            replayed = true;
        } finally {
            if (!replayed) {
                laid.discard();
            }
        }
        List<String> notes = new ArrayList<>();
        notes.add(done.effects() + " effects of the log were replayed"
                + (done.last() == null ? "" : ", the last of " + done.last()));
        return laid.opened(moment, done.sequence(), way.stretch().trust(), notes, progress);
    }

    /** One replay. */
    private final class Replay {
        private final LogHistory.Way way;
        private final StoreReplay store;
        private final Progress progress;
        private final List<LoggedEffect.Row> batch = new ArrayList<>();
        private long batchBytes;
        private long effects;
        private long rows;
        private long bodies;
        private long passedOver;
        private long next;
        private @Nullable Instant last;

        Replay(LogHistory.Way way, StoreReplay store, Progress progress) {
            this.way = way;
            this.store = store;
            this.progress = progress;
            this.next = way.sequence() + 1;
        }

        Replayed run() throws IOException, InterruptedException {
            long behind = way.stretch().last().lastSequence() - way.sequence();
            progress.begin("replaying the log", behind, "rows");
            for (Stretch.Segment segment : way.stretch().segments()) {
                if (segment.head().lastSequence() <= way.sequence()) {
                    continue;
                }
                if (!read(segment)) {
                    break;
                }
            }
            apply();
            return new Replayed(effects, rows, bodies, next - 1, last, passedOver);
        }

        /** Answers whether the moment is not reached yet. */
        private boolean read(Stretch.Segment segment) throws IOException, InterruptedException {
            LogHead head = segment.head();
            try {
                boolean all = SegmentFile.read(
                        files, segment.name(), segment.signed(), way.sequence(), entry -> entry(segment, entry));
                if (all) {
                    skip(head, head.lastSequence() + 1, segment);
                }
                return all;
            } catch (SegmentFile.FrameException e) {
                Instant damaged = head.frames().get(e.frame()).firstAt();
                if (damaged.isAfter(moment)) {
                    return false;
                }
                throw Refusal.repository(
                        "the log is damaged: " + files.location(segment.name()) + ", frame " + (e.frame() + 1) + " of "
                                + head.frames().size() + ": expected "
                                + e.damage().expected() + ", found "
                                + e.damage().found() + ". " + moment + " lies behind it",
                        "The last second that can be reached before it is "
                                + Words.second(damaged.minusMillis(1)) + ". Bring the file back from a copy of the"
                                + " repository to go beyond it.");
            }
        }

        private boolean entry(Stretch.Segment segment, LogEntry entry) throws InterruptedException {
            if (Thread.interrupted()) {
                throw new InterruptedException("stopped on request");
            }
            if (entry.at() > moment.toEpochMilli()) {
                return false;
            }
            if (entry.kind() == LogEntry.Kind.BODY) {
                if (entry.sequence() > way.sequence()) {
                    bodies += isFirstChunk(entry) ? 1 : 0;
                    add(entry.rows());
                }
                return true;
            }
            if (entry.next() <= next) {
                return true;
            }
            if (entry.sequence() < next) {
                throw wrong(segment, "an effect that begins with row " + next, "one that began before it");
            }
            skip(segment.head(), entry.sequence(), segment);
            add(entry.rows());
            rows += entry.rows().size();
            effects += entry.kind() == LogEntry.Kind.EFFECT ? 1 : 0;
            next = entry.next();
            last = Instant.ofEpochMilli(entry.at());
            progress.advance(next - 1 - way.sequence(), 0);
            return true;
        }

        private static boolean isFirstChunk(LogEntry entry) {
            return Keys.chunkOf(entry.rows().getFirst().key()) == 0;
        }

        /** Numbers before {@code sequence} must be known to have no row. */
        private void skip(LogHead head, long sequence, Stretch.Segment segment) {
            while (next < sequence) {
                if (!head.skipped().contains(next)) {
                    throw wrong(segment, "row " + next, "row " + sequence);
                }
                next++;
            }
        }

        private OperatorException wrong(Stretch.Segment segment, String expected, String found) {
            return Refusal.repository(
                    "the log is not whole: " + files.location(segment.name()) + ": expected " + expected + ", found "
                            + found,
                    "Run 'understudy repo verify --full', and choose a moment before "
                            + Words.second(segment.head().start().baseAt()) + " or after the next snapshot.");
        }

        private void add(List<LoggedEffect.Row> more) {
            batch.addAll(more);
            for (LoggedEffect.Row row : more) {
                batchBytes += row.key().length + (long) row.value().length;
            }
            if (batchBytes >= BATCH_BYTES) {
                apply();
            }
        }

        private void apply() {
            if (!batch.isEmpty()) {
                passedOver += store.apply(batch);
                batch.clear();
                batchBytes = 0;
            }
        }
    }
}
