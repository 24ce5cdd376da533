package org.understudy.server.schedule;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.understudy.restore.drill.DrillFolders;
import org.understudy.restore.drill.DrillResult;
import org.understudy.restore.operation.Workplace;
import org.understudy.restore.repository.Repository;
import org.understudy.restore.repository.Verifications;
import org.understudy.server.schedule.BackupHealth.Alert;
import org.understudy.server.schedule.BackupHealth.Kind;
import org.understudy.storage.OperatorException;
import org.understudy.storage.Reason;
import org.understudy.storage.StoreHealth;

/** Finds out how backups are. What lies in the repository is looked up once in ten seconds at most. Thread-safe. */
public final class HealthReader {
    private static final Duration LOOKED_UP = Duration.ofSeconds(10);
    private static final DateTimeFormatter ID_TIME = DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HHmmssX", Locale.ROOT);
    private static final int ID_TIME_LENGTH = 18;

    private final Workplace workplace;
    private final Scheduler scheduler;
    private final Thresholds thresholds;
    private final Supplier<String> hold;
    private final Clock clock;
    private @Nullable Seen seen;

    /** How old what may be before it is an alert. */
    public record Thresholds(Duration snapshot, Duration verified, Duration drill) {}

    private record Seen(
            Instant at,
            BackupHealth.@Nullable Snapshot snapshot,
            BackupHealth.@Nullable Snapshot verified,
            @Nullable DrillResult goodDrill,
            @Nullable DrillResult lastDrill,
            String hold,
            String problem,
            int snapshots) {}

    /** @param hold why retention is frozen, or the empty text */
    public HealthReader(Workplace workplace, Scheduler scheduler, Thresholds thresholds, Supplier<String> hold) {
        this.workplace = workplace;
        this.scheduler = scheduler;
        this.thresholds = thresholds;
        this.hold = hold;
        this.clock = workplace.clock();
    }

    public BackupHealth read() {
        Instant now = clock.instant();
        Seen known = seen(now);
        List<JobState> jobs = scheduler.states();
        return new BackupHealth(
                now,
                scheduler.since(),
                known.snapshot(),
                known.verified(),
                drill(known.goodDrill()),
                drill(known.lastDrill()),
                known.hold(),
                known.problem(),
                jobs,
                alerts(known, jobs, now));
    }

    /** How many snapshots the repository has; 0 where it cannot be read. */
    public int snapshots() {
        return seen(clock.instant()).snapshots();
    }

    private static BackupHealth.@Nullable Drill drill(@Nullable DrillResult result) {
        return result == null
                ? null
                : new BackupHealth.Drill(
                        result.id(), result.begun(), result.verdict().word());
    }

    private synchronized Seen seen(Instant now) {
        Seen before = seen;
        if (before != null
                && !now.isBefore(before.at())
                && Duration.between(before.at(), now).compareTo(LOOKED_UP) < 0) {
            return before;
        }
        Seen fresh = look(now);
        seen = fresh;
        return fresh;
    }

    private Seen look(Instant now) {
        BackupHealth.Snapshot newest = null;
        BackupHealth.Snapshot verified = null;
        DrillResult good = null;
        DrillResult last = null;
        String problem = "";
        String held = "";
        int snapshots = 0;
        try {
            Iterator<DrillFolders.Entry> drills =
                    DrillFolders.in(workplace.dataFolder()).newestFirst().iterator();
            while (good == null && drills.hasNext()) {
                DrillResult result = drills.next().result().orElse(null);
                last = last == null ? result : last;
                good = result != null && result.good() ? result : null;
            }
            held = hold.get();
            Repository repository = Repository.open(workplace.repository());
            Verifications verifications = Verifications.read(workplace.keys(), repository);
            List<String> ids = repository.snapshotIds();
            snapshots = ids.size();
            for (String id : ids.reversed()) {
                BackupHealth.Snapshot one = snapshot(id, verifications);
                newest = newest == null ? one : newest;
                if (one.verifiedAt() != null) {
                    verified = one;
                    break;
                }
            }
        } catch (OperatorException e) {
            problem = String.valueOf(e.getMessage());
        }
        return new Seen(now, newest, verified, good, last, held, problem, snapshots);
    }

    private static BackupHealth.Snapshot snapshot(String id, Verifications verifications) {
        Instant verifiedAt = verifications
                .of(id)
                .filter(Verifications.Verification::sound)
                .map(Verifications.Verification::at)
                .orElse(null);
        return new BackupHealth.Snapshot(id, time(id), verifiedAt);
    }

    /** The time that a snapshot's id begins with. */
    private static Instant time(String id) {
        try {
            return ID_TIME.parse(id.substring(0, Math.min(id.length(), ID_TIME_LENGTH)), Instant::from);
        } catch (DateTimeParseException e) {
            throw new OperatorException(
                    Reason.REPOSITORY,
                    "'" + id + "' is no name of a snapshot",
                    "Look into the repository: something was put there that Understudy did not write.",
                    e);
        }
    }

    private List<Alert> alerts(Seen known, List<JobState> jobs, Instant now) {
        List<Alert> alerts = new ArrayList<>();
        StoreHealth store = workplace.live().health();
        if (store.state() != StoreHealth.State.SOUND) {
            alerts.add(new Alert(
                    Kind.STORE,
                    "the store can only be read"
                            + (store.since() == null
                                    ? ""
                                    : " since " + store.since().truncatedTo(ChronoUnit.SECONDS))
                            + ": " + store.problem(),
                    store.hint()));
        }
        if (!known.hold().isEmpty()) {
            alerts.add(new Alert(
                    Kind.HOLD,
                    "incident hold: " + known.hold(),
                    "Find out what happened before anything is pruned; 'understudy repo hold' shows it."));
        }
        boolean before = jobs.stream().anyMatch(job -> job.name().equals("snapshot") && job.lastGood() != null);
        if (!known.problem().isEmpty() && before) {
            alerts.add(new Alert(
                    Kind.REPOSITORY,
                    "the repository cannot be read: " + known.problem(),
                    "Look at its disk or network; 'understudy repo verify' says more."));
        }
        DrillResult last = known.lastDrill();
        if (last != null && last.verdict() == DrillResult.Verdict.FAILED) {
            alerts.add(new Alert(
                    Kind.DRILL_FAILED,
                    "drill " + last.id() + " failed: a restore would not bring back what it should",
                    "'understudy drill status' shows why; docs/runbooks/drill.md goes on from there."));
        }
        for (JobState job : jobs) {
            if (job.failures() > 0) {
                alerts.add(new Alert(
                        Kind.JOB_FAILED,
                        "scheduled " + job.name() + " has failed " + times(job.failures()) + ": " + job.message(),
                        "Mend what it says, then run it by hand, or wait until it is tried again"
                                + (job.due() == null
                                        ? "."
                                        : " at " + job.due().truncatedTo(ChronoUnit.SECONDS) + ".")));
            }
        }
        age(
                alerts,
                Kind.SNAPSHOT_AGE,
                "snapshot",
                known.snapshot() == null ? null : known.snapshot().taken(),
                thresholds.snapshot(),
                "Take one: understudy snapshot",
                now);
        age(
                alerts,
                Kind.VERIFIED_AGE,
                "snapshot that was verified and found sound",
                known.verified() == null ? null : known.verified().taken(),
                thresholds.verified(),
                "Verify: understudy repo verify --full",
                now);
        age(
                alerts,
                Kind.DRILL_AGE,
                "good drill",
                known.goodDrill() == null ? null : known.goodDrill().begun(),
                thresholds.drill(),
                "Run one while the server runs: understudy drill",
                now);
        return alerts;
    }

    private void age(
            List<Alert> alerts,
            Kind kind,
            String what,
            @Nullable Instant last,
            Duration limit,
            String hint,
            Instant now) {
        Duration age = Duration.between(last == null ? scheduler.since() : last, now);
        if (age.compareTo(limit) > 0) {
            alerts.add(new Alert(
                    kind,
                    last == null
                            ? "there was never a " + what + ", and the server has been here for " + words(age)
                            : "the last " + what + " is " + words(age) + " old; more than " + words(limit)
                                    + " is an alert",
                    hint));
        }
    }

    private static String times(int count) {
        return count == 1 ? "once" : count + " times in a row";
    }

    /** {@code 31 h}, or days from two on. */
    static String words(Duration age) {
        return age.toHours() < 48 ? age.toHours() + " h" : age.toDays() + " days";
    }
}
