package org.understudy.restore.cohort;

import java.time.Instant;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import org.understudy.restore.job.Steps;
import org.understudy.restore.operation.Operation;
import org.understudy.restore.operation.Role;
import org.understudy.restore.operation.Workplace;
import org.understudy.restore.progress.Progress;
import org.understudy.restore.workflow.Consent;
import org.understudy.restore.workflow.MergeRestore;
import org.understudy.storage.OperatorException;
import org.understudy.storage.Reason;

/** {@code cohort.merge}: carries out the approved plans, one user after the other; one who fails is passed over. */
public final class MergeCohort implements Operation<MergeCohort.Request, CohortReport> {
    /**
     * @param bytesPerSecond as in {@link MergeRestore.Request}
     * @param deep compare every message of all other mailboxes before and after each user's merge
     */
    public record Request(String id, long bytesPerSecond, boolean deep) {
        public Request {
            id = Objects.requireNonNullElse(id, "");
        }
    }

    private final Steps steps;

    public MergeCohort(Steps steps) {
        this.steps = steps;
    }

    @Override
    public String name() {
        return "cohort.merge";
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
        try (CohortFolder folder = CohortFolder.open(workplace.cohorts(), request.id(), steps)) {
            Cohort cohort = folder.cohort().eachMember(one -> MemberFiles.refreshed(one, workplace));
            check(cohort, workplace);
            folder.log(begun, "merging list " + cohort.hash());
            Set<String> listed = cohort.plans().stream().map(Cohort.Plan::user).collect(Collectors.toSet());
            MemberWork work = new MemberWork(cohort, workplace, steps);
            cohort = new CohortRun(folder, workplace.clock(), progress)
                    .each(
                            cohort,
                            one -> listed.contains(one.user())
                                    && (one.state() == MemberState.READY || one.state() == MemberState.FAILED),
                            1,
                            "merging",
                            (one, shown) -> work.merge(
                                    one,
                                    new MergeRestore.Request(one.restoreId(), request.bytesPerSecond(), request.deep()),
                                    shown));
            Instant now = workplace.clock().instant();
            CohortReport report = CohortReport.of(cohort, folder.path(), now.toEpochMilli() - begun.toEpochMilli());
            folder.log(
                    now,
                    "merged " + report.summary().merged() + " of "
                            + report.summary().users() + " users, "
                            + report.summary().mergedFigures().added() + " messages; "
                            + report.summary().failed() + " failed");
            return report;
        }
    }

    private static void check(Cohort cohort, Workplace workplace) {
        if (cohort.plans().isEmpty()) {
            throw new OperatorException(
                    Reason.CONFLICT,
                    "no user of cohort " + cohort.id() + " is ready to be merged",
                    "'understudy restore cohort status " + cohort.id() + "' says why.");
        }
        Consent.lacks(
                        workplace.approvals(),
                        Consent.ofOthers(
                                cohort.stagedBy(),
                                cohort.approvals(),
                                Consent.needed(workplace.approvals(), cohort.approvalsNeeded())),
                        cohort.hash(),
                        cohort.approvalsNeeded())
                .ifPresent(why -> {
                    throw new OperatorException(
                            Reason.CONFLICT,
                            "the list " + cohort.hash() + " of cohort " + cohort.id() + " is not approved: " + why,
                            "Run 'understudy restore cohort approve " + cohort.id() + "' with the list's hash.");
                });
    }
}
