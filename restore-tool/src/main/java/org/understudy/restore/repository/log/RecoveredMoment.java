package org.understudy.restore.repository.log;

import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.understudy.restore.progress.Progress;
import org.understudy.restore.repository.ListSnapshots;
import org.understudy.restore.repository.Logbook;
import org.understudy.restore.repository.OpenedSnapshot.Assurance;
import org.understudy.restore.repository.RecoverStore;
import org.understudy.restore.repository.Refusal;
import org.understudy.restore.repository.Repository;
import org.understudy.restore.repository.RepositoryFinding;

/** Brings a recovered store from its snapshot up to a moment. */
public final class RecoveredMoment implements RecoverStore.Continuation {
    private final Instant moment;
    private final String snapshot;

    private RecoveredMoment(Instant moment, String snapshot) {
        this.moment = moment;
        this.snapshot = snapshot;
    }

    /**
     * Finds the snapshot from which the way to the moment is the shortest. Which key must have signed is looked at when
     * the log is replayed.
     *
     * @throws org.understudy.storage.OperatorException {@link org.understudy.storage.Reason#NOT_FOUND} if the moment cannot
     *     be reached
     */
    public static RecoveredMoment of(Repository repository, Path keys, Instant moment) throws InterruptedException {
        return new RecoveredMoment(
                moment,
                PointInTime.of(repository, keys, moment, Assurance.REPOSITORY_KEY)
                        .snapshot());
    }

    /**
     * The last moment that a way leads to from the newest snapshot.
     *
     * @param moment empty where that is the snapshot itself
     * @param broken what is wrong with the log after that: it was meant to lead further
     */
    public record Last(Optional<RecoveredMoment> moment, List<RepositoryFinding> broken) {
        public Last {
            broken = List.copyOf(broken);
        }
    }

    /** Finds it by the log's heads. */
    public static Last last(Repository repository, Path keys) throws InterruptedException {
        String newest = repository.resolve("latest");
        LogHistory history = LogHistory.read(repository, keys);
        List<Logbook.Reach> reaches = history.reaches();
        if (reaches.isEmpty()) {
            return new Last(Optional.empty(), history.brokenAfter(newest));
        }
        Instant end = reaches.getLast().to();
        RecoveredMoment last =
                new RecoveredMoment(end, history.to(end).getFirst().snapshot());
        boolean leads = last.snapshot().equals(newest)
                && last.moment()
                        .isAfter(ListSnapshots.one(repository, keys, newest).created());
        return new Last(leads ? Optional.of(last) : Optional.empty(), history.brokenAfter(newest));
    }

    /** Id of that snapshot, which is to be recovered. */
    public String snapshot() {
        return snapshot;
    }

    @Override
    public Instant moment() {
        return moment;
    }

    @Override
    public long replay(Repository repository, Path keys, Assurance assurance, Path store, Progress progress)
            throws InterruptedException {
        PointInTime way = PointInTime.of(repository, keys, moment, assurance);
        if (!way.snapshot().equals(snapshot)) {
            throw Refusal.repository(
                    "the way to " + moment + " begins with snapshot " + way.snapshot() + " now, not with " + snapshot,
                    "The repository was changed meanwhile. Run the command again.");
        }
        return way.replay(store, progress).effects();
    }
}
