package org.understudy.restore.cohort;

import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import org.understudy.restore.job.Approval;

/**
 * A cohort as it stands, for people and programs.
 *
 * @param hash of the list of plans: what is to be approved, or empty if none is ready
 * @param missing how many more persons must approve
 * @param file cohort.json
 * @param millis how long this run took
 */
public record CohortReport(
        String id,
        String source,
        Instant createdAt,
        Instant changedAt,
        String hash,
        int approvalsNeeded,
        int missing,
        List<Approval> approvals,
        CohortSummary summary,
        List<CohortMember> members,
        String file,
        long millis) {
    public CohortReport {
        approvals = List.copyOf(approvals);
        members = List.copyOf(members);
    }

    static CohortReport of(Cohort cohort, Path folder, long millis) {
        return new CohortReport(
                cohort.id(),
                cohort.source().kind() + ", " + cohort.source().location(),
                cohort.createdAt(),
                cohort.changedAt(),
                cohort.plans().isEmpty() ? "" : cohort.hash(),
                cohort.approvalsNeeded(),
                Math.max(0, cohort.approvalsNeeded() - cohort.approvals().size()),
                cohort.approvals(),
                CohortSummary.of(cohort.members()),
                cohort.members(),
                folder.resolve("cohort.json").toString(),
                millis);
    }
}
