package org.understudy.restore.cohort;

import java.time.Instant;
import java.util.List;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.understudy.restore.job.Approval;
import org.understudy.restore.job.RestoreJob;
import org.understudy.restore.plan.MergePlan;
import org.understudy.restore.plan.MergePolicy;

/**
 * A cohort as cohort.json keeps it.
 *
 * @param source what is restored from; its {@code only} names the users that were asked for, none for all
 * @param policy of each user's plan
 * @param bytesPerSecond at which staging writes at most, over all users; 0 for no limit
 * @param atOnce how many users are prepared at the same time
 * @param approvalsNeeded how many persons must approve, 1 or 2
 * @param approvals of the list of plans, by its hash
 * @param plans the list: who was ready when preparing ended last, by user
 * @param members by user
 * @param stagedBy the person who began it, or null where no credential said; cohort.json may lack it
 */
public record Cohort(
        String id,
        RestoreJob.Source source,
        MergePolicy policy,
        Hold hold,
        long bytesPerSecond,
        int atOnce,
        int approvalsNeeded,
        Instant createdAt,
        Instant changedAt,
        List<Approval> approvals,
        List<Plan> plans,
        List<CohortMember> members,
        @Nullable String stagedBy) {
    /** One line of what is approved. */
    public record Plan(String user, String restoreId, String planHash) {
        String line() {
            return user + " " + restoreId + " " + planHash + "\n";
        }
    }

    public Cohort {
        approvals = List.copyOf(approvals);
        plans = List.copyOf(plans);
        members = List.copyOf(members);
    }

    /**
     * What is approved: SHA-256 of the list of plans, one line each, {@code user restoreId planHash} and a line feed, in
     * UTF-8 and ordered by user.
     */
    public String hash() {
        StringBuilder list = new StringBuilder();
        plans.forEach(plan -> list.append(plan.line()));
        return MergePlan.hash(list.toString());
    }

    Cohort withMembers(List<CohortMember> changed, Instant now) {
        return new Cohort(
                id,
                source,
                policy,
                hold,
                bytesPerSecond,
                atOnce,
                approvalsNeeded,
                createdAt,
                now,
                approvals,
                plans,
                changed,
                stagedBy);
    }

    Cohort eachMember(UnaryOperator<CohortMember> change) {
        return withMembers(members.stream().map(change).toList(), changedAt);
    }

    /** With the list of those that are ready now. Approvals of another list are dropped. */
    Cohort listed(Instant now) {
        List<Plan> ready = members.stream()
                .filter(one -> one.state() == MemberState.READY && one.planHash() != null)
                .map(one -> new Plan(one.user(), one.restoreId(), String.valueOf(one.planHash())))
                .toList();
        return new Cohort(
                id,
                source,
                policy,
                hold,
                bytesPerSecond,
                atOnce,
                approvalsNeeded,
                createdAt,
                now,
                ready.equals(plans) ? approvals : List.of(),
                ready,
                members,
                stagedBy);
    }

    Cohort approved(List<Approval> all, int needed) {
        Instant now = all.getLast().at();
        return new Cohort(
                id,
                source,
                policy,
                hold,
                bytesPerSecond,
                atOnce,
                needed,
                createdAt,
                now,
                all,
                plans,
                members,
                stagedBy);
    }
}
