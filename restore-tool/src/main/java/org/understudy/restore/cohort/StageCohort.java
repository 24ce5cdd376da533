package org.understudy.restore.cohort;

import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.random.RandomGenerator;
import org.understudy.restore.job.RestoreIds;
import org.understudy.restore.job.RestoreJob;
import org.understudy.restore.job.Steps;
import org.understudy.restore.operation.Operation;
import org.understudy.restore.operation.Role;
import org.understudy.restore.operation.Workplace;
import org.understudy.restore.plan.MergePolicy;
import org.understudy.restore.progress.Progress;
import org.understudy.restore.replay.Examiner;
import org.understudy.restore.workflow.Consent;
import org.understudy.restore.workflow.SharedSource;
import org.understudy.restore.workflow.SourceOpener;
import org.understudy.storage.OperatorException;
import org.understudy.storage.Reason;

/** {@code cohort.stage}: stages, validates and plans a restore for each of many users; live is not changed. */
public final class StageCohort implements Operation<StageCohort.Request, CohortReport> {
    private static final int MOST_AT_ONCE = 16;

    /**
     * @param id of the cohort to go on with, or empty for a new one, for which the rest is read
     * @param kind as in {@link org.understudy.restore.workflow.StageRestore.Request}, and so are location and renames
     * @param users by the names after renaming; empty for all of the source
     * @param policy of each plan; its {@code users} are not read
     * @param approvals how many persons must approve; fewer than the configuration asks for count as that
     * @param hold whom to hold back; damage if null
     * @param bytesPerSecond at most so much is written, over all users; 0 for no limit
     * @param atOnce how many users to work on at the same time, 1 to 16; 0 for 2
     */
    public record Request(
            String id,
            String kind,
            String location,
            Map<String, String> renames,
            Set<String> users,
            MergePolicy policy,
            int approvals,
            Hold hold,
            long bytesPerSecond,
            int atOnce) {
        public Request {
            id = Objects.requireNonNullElse(id, "");
            kind = Objects.requireNonNullElse(kind, "");
            location = Objects.requireNonNullElse(location, "");
            renames = Map.copyOf(Objects.requireNonNullElse(renames, Map.of()));
            users = Set.copyOf(Objects.requireNonNullElse(users, Set.of()));
            policy = Objects.requireNonNullElse(policy, MergePolicy.defaults()).ofAllUsers();
            approvals = Math.clamp(approvals, 1, 2);
            hold = Objects.requireNonNullElse(hold, Hold.DAMAGE);
            atOnce = atOnce == 0 ? 2 : Math.clamp(atOnce, 1, MOST_AT_ONCE);
        }

        /** Goes on with one that was cut short, and tries again what failed. */
        public static Request resume(String id) {
            return new Request(id, "", "", Map.of(), Set.of(), MergePolicy.defaults(), 1, Hold.DAMAGE, 0, 0);
        }
    }

    private final SourceOpener sources;
    private final Examiner examiner;
    private final RandomGenerator random;
    private final Steps steps;

    public StageCohort(SourceOpener sources, Examiner examiner, RandomGenerator random, Steps steps) {
        this.sources = sources;
        this.examiner = examiner;
        this.random = random;
        this.steps = steps;
    }

    @Override
    public String name() {
        return "cohort.stage";
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
    public Class<CohortReport> resultType() {
        return CohortReport.class;
    }

    @Override
    public CohortReport run(Request request, Workplace workplace, Progress progress) throws InterruptedException {
        Instant begun = workplace.clock().instant();
        RestoreJob.Source source = request.id().isEmpty()
                ? sources.pinned(
                        new RestoreJob.Source(request.kind(), request.location(), request.renames(), request.users()),
                        workplace)
                : CohortFolder.read(workplace.cohorts(), request.id()).source();
        progress.begin("opening the source", -1, "users");
        try (SharedSource shared = sources.share(
                        new RestoreJob.Source(source.kind(), source.location(), source.renames(), Set.of()),
                        workplace);
                CohortFolder folder = request.id().isEmpty()
                        ? begin(request, source, shared, workplace)
                        : CohortFolder.open(workplace.cohorts(), request.id(), steps)) {
            Cohort cohort = folder.cohort();
            MemberWork work = new MemberWork(cohort, workplace, steps);
            cohort = folder.save(
                    cohort.eachMember(one -> MemberFiles.refreshed(work.withFreeName(one, random), workplace)));
            cohort = new CohortRun(folder, workplace.clock(), progress)
                    .each(
                            cohort,
                            one -> one.state() == MemberState.WAITING || one.state() == MemberState.FAILED,
                            cohort.atOnce(),
                            "preparing",
                            (one, shown) -> work.prepare(one, shared, examiner, random, shown));
            Instant now = workplace.clock().instant();
            cohort = folder.save(cohort.listed(now));
            CohortReport report = CohortReport.of(cohort, folder.path(), now.toEpochMilli() - begun.toEpochMilli());
            folder.log(
                    now,
                    "prepared: " + report.summary().ready() + " of "
                            + report.summary().users() + " users ready, "
                            + report.summary().nothing() + " with nothing to do, "
                            + report.summary().held()
                            + " held, " + report.summary().failed() + " failed; list " + report.hash());
            return report;
        } catch (IOException e) {
            throw new OperatorException(
                    Reason.SOURCE,
                    source.location() + " cannot be closed: " + e.getMessage(),
                    "Look into the system log for disk errors, then run it again.",
                    e);
        }
    }

    private CohortFolder begin(Request request, RestoreJob.Source source, SharedSource shared, Workplace workplace) {
        Collection<String> users = request.users().isEmpty() ? shared.users() : new TreeSet<>(request.users());
        if (users.isEmpty()) {
            throw new OperatorException(
                    Reason.SOURCE,
                    source.location() + " holds no user's mail",
                    "Name the folder that holds the users' mail, or another snapshot.");
        }
        Instant now = workplace.clock().instant();
        Set<String> ids = new HashSet<>();
        List<CohortMember> members = new ArrayList<>();
        for (String user : users) {
            members.add(CohortMember.waiting(user, RestoreIds.fresh(workplace.restores(), now, random, ids)));
        }
        Cohort cohort = new Cohort(
                CohortIds.fresh(workplace.cohorts(), now, random),
                new RestoreJob.Source(shared.describe().kind(), source.location(), source.renames(), source.only()),
                request.policy(),
                request.hold(),
                request.bytesPerSecond(),
                request.atOnce(),
                Consent.needed(workplace.approvals(), request.approvals()),
                now,
                now,
                List.of(),
                List.of(),
                members,
                workplace.person());
        CohortFolder folder = CohortFolder.create(workplace.cohorts(), cohort, steps);
        folder.log(
                now,
                "preparing " + members.size() + " users of " + cohort.source().kind() + " "
                        + cohort.source().location());
        return folder;
    }
}
