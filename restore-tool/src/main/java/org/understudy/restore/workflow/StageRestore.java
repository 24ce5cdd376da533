package org.understudy.restore.workflow;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.time.Instant;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;
import org.understudy.restore.copies.BestOfSources;
import org.understudy.restore.job.JobFolder;
import org.understudy.restore.job.RestoreIds;
import org.understudy.restore.job.RestoreJob;
import org.understudy.restore.job.RestoreState;
import org.understudy.restore.job.Steps;
import org.understudy.restore.operation.Operation;
import org.understudy.restore.operation.Role;
import org.understudy.restore.operation.Workplace;
import org.understudy.restore.progress.Progress;
import org.understudy.restore.replay.Examiner;
import org.understudy.restore.replay.Replayer;
import org.understudy.restore.shadow.Courtesy;
import org.understudy.restore.shadow.ItemOutcome;
import org.understudy.restore.shadow.ReplayTotals;
import org.understudy.restore.shadow.ShadowStore;
import org.understudy.restore.source.BackupSource;
import org.understudy.storage.OperatorException;
import org.understudy.storage.Reason;

/** {@code restore.stage}: replays a source into a shadow; nothing of the live store changes. */
public final class StageRestore implements Operation<StageRestore.Request, StageRestore.Result> {
    /** Octets a second that are read and written while users are at work, where nobody says otherwise. */
    public static final long BESIDE_USERS = 20_000_000;

    private static final int LISTED = 1_000;

    /**
     * @param id of the restore to go on with, or empty for a new one, for which the rest is read
     * @param kind {@code maildir} and so on where the operator says, or empty
     * @param location absolute path of the source, or {@code snapshot:} and the name of one, as {@link StandardSources}
     *     says
     * @param renames user names as the source gives them, to those that they get
     * @param only users to read, after renaming; empty for all
     * @param bytesPerSecond at most so much is read and written; 0 for {@link #BESIDE_USERS} while users are at work and
     *     no limit while nobody is ({@link Courtesy}), below 0 for no limit
     * @param against locations of other sources that hold the same mail, of which the best copies are taken
     */
    public record Request(
            String id,
            String kind,
            String location,
            Map<String, String> renames,
            Set<String> only,
            long bytesPerSecond,
            List<String> against) {
        public Request {
            id = Objects.requireNonNullElse(id, "");
            kind = Objects.requireNonNullElse(kind, "");
            location = Objects.requireNonNullElse(location, "");
            renames = Map.copyOf(Objects.requireNonNullElse(renames, Map.of()));
            only = Set.copyOf(Objects.requireNonNullElse(only, Set.of()));
            against = List.copyOf(Objects.requireNonNullElse(against, List.of()));
        }

        /** Of one source alone. */
        public Request(
                String id,
                String kind,
                String location,
                Map<String, String> renames,
                Set<String> only,
                long bytesPerSecond) {
            this(id, kind, location, renames, only, bytesPerSecond, List.of());
        }

        /** A new restore of everything in a source. */
        public static Request of(String location) {
            return new Request("", "", location, Map.of(), Set.of(), 0);
        }

        /** Goes on with a restore whose staging was cut short. */
        public static Request resume(String id) {
            return new Request(id, "", "", Map.of(), Set.of(), 0);
        }
    }

    /**
     * @param source what was recognised, one line
     * @param left items that are not in the shadow and are not ignored, up to 1,000
     * @param millis how long this run took
     */
    public record Result(
            String id, RestoreState state, String source, ReplayTotals totals, List<ItemOutcome> left, long millis) {}

    private final SourceOpener sources;
    private final Examiner examiner;
    private final RandomGenerator random;
    private final Steps steps;

    public StageRestore(SourceOpener sources, Examiner examiner, RandomGenerator random, Steps steps) {
        this.sources = sources;
        this.examiner = examiner;
        this.random = random;
        this.steps = steps;
    }

    @Override
    public String name() {
        return "restore.stage";
    }

    @Override
    public Role role() {
        return Role.ENGINEER;
    }

    @Override
    public Class<Request> requestType() {
        return Request.class;
    }

    @Override
    public Class<Result> resultType() {
        return Result.class;
    }

    @Override
    public Result run(Request request, Workplace workplace, Progress progress) throws InterruptedException {
        return run(
                workplace,
                progress,
                () -> request.id().isEmpty()
                        ? begin(
                                request,
                                RestoreIds.fresh(
                                        workplace.restores(), workplace.clock().instant(), random),
                                workplace,
                                progress)
                        : JobFolder.open(workplace.restores(), request.id(), steps));
    }

    /**
     * Begins a restore under an id that the caller has set aside and that no restore has.
     *
     * @param request its id is empty
     */
    public Result runAs(String id, Request request, Workplace workplace, Progress progress)
            throws InterruptedException {
        return run(workplace, progress, () -> begin(request, id, workplace, progress));
    }

    private Result run(Workplace workplace, Progress progress, Supplier<JobFolder> opening)
            throws InterruptedException {
        Instant begun = workplace.clock().instant();
        try (JobFolder folder = opening.get()) {
            RestoreJob job = folder.job();
            job.require("restore stage", EnumSet.of(RestoreState.STAGING, RestoreState.STAGED));
            return Attempted.attempt(folder, workplace.clock(), () -> stage(folder, job, workplace, progress, begun));
        }
    }

    /** The source is opened once before the restore is made, so that a wrong path leaves nothing behind. */
    private JobFolder begin(Request request, String id, Workplace workplace, Progress progress) {
        RestoreJob.Source asked = sources.pinned(
                new RestoreJob.Source(
                        request.kind(),
                        request.location(),
                        request.renames(),
                        request.only(),
                        request.against().stream().map(RestoreJob.Other::new).toList()),
                workplace);
        RestoreJob.Source source;
        try (BackupSource opened = sources.open(asked, workplace, progress)) {
            source = new RestoreJob.Source(
                    opened.describe().kind(), asked.location(), request.renames(), request.only(), asked.others());
        } catch (IOException e) {
            throw closing(request.location(), e);
        }
        Instant now = workplace.clock().instant();
        RestoreJob job = new RestoreJob(
                id,
                RestoreState.STAGING,
                source,
                request.bytesPerSecond(),
                now,
                now,
                1,
                null,
                List.of(),
                1,
                null,
                workplace.person());
        JobFolder folder = JobFolder.create(workplace.restores(), job, steps);
        folder.log(now, "staging " + source.kind() + " " + source.text());
        return folder;
    }

    private Result stage(JobFolder folder, RestoreJob job, Workplace workplace, Progress progress, Instant begun)
            throws InterruptedException {
        try (ShadowStore shadow = ShadowStore.open(workplace.shadows(), job.id(), workplace.clock());
                BackupSource source = sources.open(job.source(), workplace, progress)) {
            Replayer replayer =
                    new Replayer(shadow, workplace.live()::reserveBodyIds, examiner, rate(job, workplace), steps);
            if (source instanceof BestOfSources best && !shadow.totals().ended()) {
                compare(best, progress);
            }
            ReplayTotals totals = replayer.replay(source, progress);
            Instant now = workplace.clock().instant();
            if (job.state() == RestoreState.STAGING) {
                folder.save(job.to(RestoreState.STAGED, now));
                folder.log(now, "staged " + totals.text());
            }
            List<ItemOutcome> left = shadow.outcomes().stream()
                    .filter(outcome -> outcome.bin() != ItemOutcome.Bin.IGNORED)
                    .limit(LISTED)
                    .toList();
            return new Result(
                    job.id(),
                    RestoreState.STAGED,
                    source.describe().kind() + ", " + source.describe().details(),
                    totals,
                    left,
                    now.toEpochMilli() - begun.toEpochMilli());
        } catch (IOException e) {
            throw closing(job.source().location(), e);
        }
    }

    private static void compare(BestOfSources sources, Progress progress) throws InterruptedException {
        try {
            sources.prepare(progress);
        } catch (InterruptedIOException e) {
            throw new InterruptedException("interrupted while the sources were compared");
        } catch (IOException e) {
            throw new OperatorException(
                    Reason.SOURCE,
                    "the sources cannot be compared: " + e.getMessage(),
                    "Mend the source that cannot be read, then run 'understudy restore stage' again with the same id.",
                    e);
        }
    }

    private static LongSupplier rate(RestoreJob job, Workplace workplace) {
        long asked = job.bytesPerSecond();
        return asked == 0 ? new Courtesy(workplace.live()::calls, BESIDE_USERS) : () -> Math.max(asked, 0);
    }

    private static OperatorException closing(String location, IOException e) {
        return new OperatorException(
                Reason.SOURCE,
                location + " cannot be closed: " + e.getMessage(),
                "Look into the system log for disk errors, then run it again.",
                e);
    }
}
