package org.understudy.restore.workflow;

import java.util.EnumSet;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.understudy.restore.job.Approval;
import org.understudy.restore.job.JobFolder;
import org.understudy.restore.job.RestoreJob;
import org.understudy.restore.job.RestoreState;
import org.understudy.restore.job.Steps;
import org.understudy.restore.operation.ApprovalRules;
import org.understudy.restore.operation.Operation;
import org.understudy.restore.operation.Role;
import org.understudy.restore.operation.Workplace;
import org.understudy.restore.progress.Progress;
import org.understudy.storage.OperatorException;

/** {@code restore.approve}: one person's consent to one plan, named by its hash. */
public final class ApproveRestore implements Operation<ApproveRestore.Request, ApproveRestore.Result> {
    /**
     * @param hash of the plan, or its first 12 or more digits
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

        /** By name only. */
        public Request(String id, String hash, String by) {
            this(id, hash, by, null);
        }

        /** Without the password. */
        @Override
        public String toString() {
            return "Request[id=" + id + ", hash=" + hash + ", by=" + by + "]";
        }
    }

    /** @param missing how many more persons must approve */
    public record Result(String id, RestoreState state, String hash, List<Approval> approvals, int missing) {}

    private final Steps steps;

    public ApproveRestore(Steps steps) {
        this.steps = steps;
    }

    @Override
    public String name() {
        return "restore.approve";
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
    public Class<Result> resultType() {
        return Result.class;
    }

    @Override
    public Result run(Request request, Workplace workplace, Progress progress) throws InterruptedException {
        try (JobFolder folder = JobFolder.open(workplace.restores(), request.id(), steps)) {
            RestoreJob job = folder.job();
            job.require("restore approve", EnumSet.of(RestoreState.PLANNED, RestoreState.APPROVED));
            PlanFile.read(folder, job);
            ApprovalRules rules = workplace.approvals();
            int needed = Consent.needed(rules, job.approvalsNeeded());
            Approval approval;
            try {
                if (job.state() == RestoreState.APPROVED
                        && Consent.lacks(
                                        rules,
                                        Consent.ofOthers(job.stagedBy(), job.approvals(), needed),
                                        Objects.requireNonNull(job.planHash()),
                                        needed)
                                .isEmpty()) {
                    job.require("restore approve", EnumSet.of(RestoreState.PLANNED));
                }
                approval = Consent.given(
                        rules,
                        new Consent.Voice(request.by(), request.password(), workplace.caller()),
                        standing(rules, job.approvals()),
                        request.hash(),
                        job.planHash(),
                        "understudy restore plan " + job.id(),
                        workplace.clock().instant());
                Consent.requireAnother(job.stagedBy(), approval, needed);
            } catch (OperatorException e) {
                folder.log(workplace.clock().instant(), "not approved: " + e.getMessage());
                throw e;
            }
            List<Approval> before = Consent.ofOthers(job.stagedBy(), standing(rules, job.approvals()), needed);
            RestoreJob approved = folder.save(job.approved(before, approval, needed));
            folder.log(
                    approval.at(),
                    "approved by " + approval.by() + " (" + approval.identity().text() + "), "
                            + approved.approvals().size() + " of " + needed + ": " + approval.planHash());
            return new Result(
                    job.id(),
                    approved.state(),
                    approval.planHash(),
                    approved.approvals(),
                    Math.max(0, needed - approved.approvals().size()));
        }
    }

    /** Those that still count; where logins are asked for by now, names alone do not. */
    private static List<Approval> standing(ApprovalRules rules, List<Approval> approvals) {
        return approvals.stream()
                .filter(one -> !rules.needLogin() || one.identity() == Approval.Identity.AUTHENTICATED)
                .toList();
    }
}
