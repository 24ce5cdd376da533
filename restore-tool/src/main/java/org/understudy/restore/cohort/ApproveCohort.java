package org.understudy.restore.cohort;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.understudy.restore.job.Approval;
import org.understudy.restore.job.Steps;
import org.understudy.restore.operation.ApprovalRules;
import org.understudy.restore.operation.Operation;
import org.understudy.restore.operation.Role;
import org.understudy.restore.operation.Workplace;
import org.understudy.restore.progress.Progress;
import org.understudy.restore.workflow.Consent;
import org.understudy.storage.OperatorException;
import org.understudy.storage.Reason;

/** {@code cohort.approve}: one person's consent to all plans of a cohort, named by the hash of their list. */
public final class ApproveCohort implements Operation<ApproveCohort.Request, CohortReport> {
    /**
     * @param hash of the list, or its first 12 or more digits
     * @param by who approves
     * @param password of that account, or null where the name is enough
     */
    public record Request(
            String id, String hash, String by, @Nullable String password) {
        public Request {
            id = Objects.requireNonNullElse(id, "");
            hash = Objects.requireNonNullElse(hash, "");
            by = Objects.requireNonNullElse(by, "").strip();
        }

        /** Without the password. */
        @Override
        public String toString() {
            return "Request[id=" + id + ", hash=" + hash + ", by=" + by + "]";
        }
    }

    private final Steps steps;

    public ApproveCohort(Steps steps) {
        this.steps = steps;
    }

    @Override
    public String name() {
        return "cohort.approve";
    }

    @Override
    public Role role() {
        return Role.APPROVER;
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
        Instant now = workplace.clock().instant();
        try (CohortFolder folder = CohortFolder.open(workplace.cohorts(), request.id(), steps)) {
            Cohort cohort = folder.cohort();
            ApprovalRules rules = workplace.approvals();
            int needed = Consent.needed(rules, cohort.approvalsNeeded());
            try {
                check(cohort, rules, needed);
                List<Approval> all = new ArrayList<>(cohort.approvals().stream()
                        .filter(one -> !rules.needLogin() || one.identity() == Approval.Identity.AUTHENTICATED)
                        .toList());
                Approval approval = Consent.given(
                        rules,
                        new Consent.Voice(request.by(), request.password(), workplace.caller()),
                        List.copyOf(all),
                        request.hash(),
                        cohort.hash(),
                        "understudy restore cohort status " + cohort.id(),
                        now);
                Consent.requireAnother(cohort.stagedBy(), approval, needed);
                all.add(approval);
                folder.save(cohort.approved(all, needed));
                folder.log(
                        now,
                        "approved by " + approval.by() + " ("
                                + approval.identity().text() + "), " + all.size() + " of " + needed + ": "
                                + approval.planHash());
            } catch (OperatorException e) {
                folder.log(now, "not approved: " + e.getMessage());
                throw e;
            }
            return CohortReport.of(
                    folder.cohort().eachMember(one -> MemberFiles.refreshed(one, workplace)), folder.path(), 0);
        }
    }

    private static void check(Cohort cohort, ApprovalRules rules, int needed) {
        long waiting = cohort.members().stream()
                .filter(one -> one.state() == MemberState.WAITING)
                .count();
        if (waiting > 0) {
            throw new OperatorException(
                    Reason.CONFLICT,
                    waiting + " of " + cohort.members().size() + " users of cohort " + cohort.id()
                            + " are not prepared yet, so there is no list to approve",
                    "Run 'understudy restore cohort --id " + cohort.id() + "' first; it goes on where it stopped.");
        }
        if (cohort.plans().isEmpty()) {
            throw new OperatorException(
                    Reason.CONFLICT,
                    "no user of cohort " + cohort.id() + " is ready to be merged, so there is nothing to approve",
                    "'understudy restore cohort status " + cohort.id() + "' says why.");
        }
        if (!cohort.approvals().isEmpty()
                && Consent.lacks(rules, cohort.approvals(), cohort.hash(), needed)
                        .isEmpty()) {
            throw new OperatorException(
                    Reason.CONFLICT,
                    "cohort " + cohort.id() + " is approved already",
                    "The next step is 'understudy restore cohort merge " + cohort.id() + "'.");
        }
    }
}
