package org.understudy.restore.cohort;

import java.time.Instant;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.understudy.restore.job.RestoreJobs;
import org.understudy.restore.job.RestoreState;
import org.understudy.restore.job.Steps;
import org.understudy.restore.operation.Operation;
import org.understudy.restore.operation.Role;
import org.understudy.restore.operation.Workplace;
import org.understudy.restore.progress.Progress;
import org.understudy.storage.OperatorException;
import org.understudy.storage.Reason;

/** {@code cohort.undo}: takes back the merges of some users, or of all. */
public final class UndoCohort implements Operation<UndoCohort.Request, CohortReport> {
    /** @param users empty for all that were merged */
    public record Request(String id, Set<String> users) {
        public Request {
            id = Objects.requireNonNullElse(id, "");
            users = Set.copyOf(Objects.requireNonNullElse(users, Set.of()));
        }
    }

    private final Steps steps;

    public UndoCohort(Steps steps) {
        this.steps = steps;
    }

    @Override
    public String name() {
        return "cohort.undo";
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
            check(cohort, request.users());
            folder.log(begun, "undoing " + (request.users().isEmpty() ? "all" : String.join(", ", request.users())));
            MemberWork work = new MemberWork(cohort, workplace, steps);
            cohort = new CohortRun(folder, workplace.clock(), progress)
                    .each(
                            cohort,
                            one -> (request.users().isEmpty() || request.users().contains(one.user()))
                                    && inLive(one, workplace),
                            1,
                            "undoing",
                            work::undo);
            Instant now = workplace.clock().instant();
            CohortReport report = CohortReport.of(cohort, folder.path(), now.toEpochMilli() - begun.toEpochMilli());
            folder.log(
                    now,
                    "undone: " + report.summary().undone() + " users, "
                            + report.summary().undoneFigures().expunged() + " messages expunged, "
                            + report.summary().undoneFigures().left() + " left");
            return report;
        }
    }

    /** Whether something of the user's restore is in live. */
    private static boolean inLive(CohortMember member, Workplace workplace) {
        return RestoreJobs.find(workplace.restores(), member.restoreId())
                .map(job -> job.state() == RestoreState.MERGED
                        || job.state() == RestoreState.MERGING
                        || job.state() == RestoreState.UNDOING)
                .orElse(false);
    }

    private static void check(Cohort cohort, Set<String> users) {
        Set<String> known = cohort.members().stream().map(CohortMember::user).collect(Collectors.toSet());
        Set<String> strange = new TreeSet<>(users);
        strange.removeAll(known);
        if (!strange.isEmpty()) {
            throw new OperatorException(
                    Reason.NOT_FOUND,
                    "cohort " + cohort.id() + " has no user " + String.join(", ", strange) + "; nothing was undone",
                    "'understudy restore cohort status " + cohort.id() + "' lists its users.");
        }
    }
}
