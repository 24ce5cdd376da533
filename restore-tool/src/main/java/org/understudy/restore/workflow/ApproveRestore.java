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
import org.understudy.restore.operation.Operation;
import org.understudy.restore.operation.Workplace;
import org.understudy.restore.progress.Progress;
import org.understudy.storage.OperatorException;
import org.understudy.storage.Reason;

/** {@code restore.approve}: one person's consent to one plan, named by its hash. */
public final class ApproveRestore implements Operation<ApproveRestore.Request, ApproveRestore.Result> {
    private static final int SHORTEST_HASH = 12;

    /**
     * @param hash of the plan, or its first 12 or more digits
     * @param by who approves
     */
    public record Request(String id, String hash, String by) {
        public Request {
            id = Objects.requireNonNullElse(id, "");
            hash = Objects.requireNonNullElse(hash, "");
            by = Objects.requireNonNullElse(by, "").strip();
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
    public Class<Request> requestType() {
        return Request.class;
    }

    @Override
    public Class<Result> resultType() {
        return Result.class;
    }

    @Override
    public Result run(Request request, Workplace workplace, Progress progress) {
        try (JobFolder folder = JobFolder.open(workplace.restores(), request.id(), steps)) {
            RestoreJob job = folder.job();
            job.require("restore approve", EnumSet.of(RestoreState.PLANNED));
            PlanFile.read(folder, job);
            String hash = checked(request, job.planHash());
            if (job.approvals().stream().anyMatch(one -> one.by().equals(request.by()))) {
                throw new OperatorException(
                        Reason.CONFLICT,
                        request.by() + " has approved this plan already, and " + job.approvalsNeeded()
                                + " persons must",
                        "Let somebody else approve it.");
            }
            Approval approval =
                    new Approval(request.by(), hash, workplace.clock().instant());
            RestoreJob approved = folder.save(job.approved(approval));
            folder.log(approval.at(), "approved by " + approval.by() + ": " + hash);
            return new Result(
                    job.id(),
                    approved.state(),
                    hash,
                    approved.approvals(),
                    Math.max(
                            0, approved.approvalsNeeded() - approved.approvals().size()));
        }
    }

    private static String checked(Request request, @Nullable String planHash) {
        if (request.by().isEmpty()) {
            throw new OperatorException(Reason.USAGE, "nobody is named as approving", "Say who you are with '--by'.");
        }
        if (planHash == null || request.hash().length() < SHORTEST_HASH || !planHash.startsWith(request.hash())) {
            throw new OperatorException(
                    Reason.CONFLICT,
                    "the plan's hash is " + planHash + ", and '" + request.hash() + "' was approved",
                    "Look at the plan that there is now ('understudy restore preview'), and name at least "
                            + SHORTEST_HASH + " digits of its hash.");
        }
        return planHash;
    }
}
