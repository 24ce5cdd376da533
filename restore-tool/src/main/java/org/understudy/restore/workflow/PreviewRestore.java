package org.understudy.restore.workflow;

import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.EnumSet;
import java.util.List;
import java.util.Objects;
import org.understudy.restore.job.JobFolder;
import org.understudy.restore.job.RestoreJob;
import org.understudy.restore.job.RestoreState;
import org.understudy.restore.job.Steps;
import org.understudy.restore.merge.LiveState;
import org.understudy.restore.operation.Operation;
import org.understudy.restore.operation.Role;
import org.understudy.restore.operation.Workplace;
import org.understudy.restore.pages.PlanIndex;
import org.understudy.restore.plan.MergePlan;
import org.understudy.restore.plan.MergePlanner;
import org.understudy.restore.plan.MergePolicy;
import org.understudy.restore.plan.PlanStep;
import org.understudy.restore.plan.PlanTotals;
import org.understudy.restore.progress.Progress;
import org.understudy.restore.shadow.ShadowContents;
import org.understudy.restore.shadow.ShadowStore;

/** {@code restore.preview}: draws up the plan of a merge, and drops the one before with its approvals. */
public final class PreviewRestore implements Operation<PreviewRestore.Request, PreviewRestore.Result> {
    private static final String PLAN = "plan.json";
    private static final int MOST_APPROVALS = 2;

    /**
     * @param approvals how many persons must approve, 1 or 2; fewer than the configuration asks for count as that
     * @param lines how many steps to give in the result
     */
    public record Request(String id, MergePolicy policy, int approvals, int lines) {
        public Request {
            id = Objects.requireNonNullElse(id, "");
            policy = Objects.requireNonNullElse(policy, MergePolicy.defaults());
            approvals = Math.clamp(approvals, 1, MOST_APPROVALS);
        }

        public static Request of(String id) {
            return new Request(id, MergePolicy.defaults(), 1, 20);
        }
    }

    /**
     * @param hash SHA-256 of the plan's file: what is to be approved
     * @param lines the first steps as text
     * @param steps how many there are
     * @param approvalsNeeded how many persons must approve: what was asked for, or what the configuration asks for if
     *     that is more
     */
    public record Result(
            String id,
            RestoreState state,
            String hash,
            PlanTotals totals,
            List<String> lines,
            long steps,
            String planFile,
            int approvalsNeeded) {}

    private final Steps steps;

    public PreviewRestore(Steps steps) {
        this.steps = steps;
    }

    @Override
    public String name() {
        return "restore.preview";
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
        try (JobFolder folder = JobFolder.open(workplace.restores(), request.id(), steps)) {
            RestoreJob job = folder.job();
            job.require(
                    "restore preview",
                    EnumSet.of(
                            RestoreState.VALIDATED, RestoreState.PLANNED, RestoreState.APPROVED, RestoreState.UNDONE));
            return Attempted.attempt(
                    folder, workplace.clock(), () -> preview(request, folder, job, workplace, progress));
        }
    }

    private Result preview(Request request, JobFolder folder, RestoreJob job, Workplace workplace, Progress progress) {
        progress.begin("planning", -1, "messages");
        Instant now = workplace.clock().instant();
        MergePlan plan;
        try (ShadowStore shadow = ShadowStore.openExisting(workplace.shadows(), job.id(), workplace.clock())) {
            plan = MergePlanner.plan(
                    job.id(),
                    job.attempt(),
                    LocalDate.ofInstant(now, ZoneOffset.UTC),
                    request.policy(),
                    new LiveState(workplace.live()),
                    new ShadowContents(shadow));
        }
        progress.advance(plan.totals().messages(), plan.totals().addBytes());
        String json = plan.json();
        String hash = MergePlan.hash(json);
        PlanIndex.remove(folder.path());
        folder.write(PLAN, json);
        PlanIndex.make(folder.path());
        steps.passed(Steps.Step.PLAN_WRITTEN);
        int needed = Consent.needed(workplace.approvals(), request.approvals());
        folder.save(job.planned(hash, needed, now));
        folder.log(
                now,
                "planned " + hash + ", " + needed + (needed == 1 ? " person" : " persons") + " must approve: "
                        + plan.totals());
        return new Result(
                job.id(),
                RestoreState.PLANNED,
                hash,
                plan.totals(),
                plan.steps().stream().limit(request.lines()).map(PlanStep::text).toList(),
                plan.steps().size(),
                folder.path().resolve(PLAN).toString(),
                needed);
    }
}
