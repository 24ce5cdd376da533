package org.understudy.restore.workflow;

import java.util.List;
import java.util.Objects;
import org.understudy.restore.job.Approval;
import org.understudy.restore.job.RestoreJob;
import org.understudy.restore.job.RestoreJobs;
import org.understudy.restore.job.RestoreState;
import org.understudy.restore.operation.Operation;
import org.understudy.restore.operation.Role;
import org.understudy.restore.operation.Workplace;
import org.understudy.restore.plan.MergePlan;
import org.understudy.restore.plan.PlanStep;
import org.understudy.restore.plan.PlanTotals;
import org.understudy.restore.progress.Progress;
import org.understudy.storage.OperatorException;
import org.understudy.storage.Reason;

/** {@code restore.plan}: the plan that there is, some steps of it at a time. Takes no lock. */
public final class ShowPlan implements Operation<ShowPlan.Request, ShowPlan.Result> {
    private static final int MOST = 1_000;

    /**
     * @param after skip so many steps
     * @param limit give so many, 1,000 at most; 0 for 100
     */
    public record Request(String id, long after, int limit) {
        public Request {
            id = Objects.requireNonNullElse(id, "");
            after = Math.max(0, after);
            limit = limit <= 0 ? 100 : Math.min(limit, MOST);
        }
    }

    /**
     * @param hash what is to be approved
     * @param steps one line each
     * @param all how many steps the plan has
     */
    public record Result(
            String id,
            RestoreState state,
            String hash,
            int approvalsNeeded,
            List<Approval> approvals,
            PlanTotals totals,
            List<String> steps,
            long all) {}

    @Override
    public String name() {
        return "restore.plan";
    }

    @Override
    public Role role() {
        return Role.VIEWER;
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
        RestoreJob job = RestoreJobs.one(workplace.restores(), request.id());
        String hash = job.planHash();
        if (hash == null) {
            throw new OperatorException(
                    Reason.CONFLICT,
                    "restore " + job.id() + " is " + job.state().word() + " and has no plan",
                    "The next step is 'understudy " + job.state().next() + " " + job.id() + "'.");
        }
        MergePlan plan = PlanFile.read(workplace.restores().resolve(job.id()), job);
        return new Result(
                job.id(),
                job.state(),
                hash,
                Consent.needed(workplace.approvals(), job.approvalsNeeded()),
                job.approvals(),
                plan.totals(),
                plan.steps().stream()
                        .skip(request.after())
                        .limit(request.limit())
                        .map(PlanStep::text)
                        .toList(),
                plan.steps().size());
    }
}
