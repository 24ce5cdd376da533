package org.understudy.restore.workflow;

import java.time.Instant;
import java.util.EnumSet;
import java.util.Objects;
import org.understudy.restore.job.JobFolder;
import org.understudy.restore.job.RestoreJob;
import org.understudy.restore.job.RestoreState;
import org.understudy.restore.job.Steps;
import org.understudy.restore.json.RestoreJson;
import org.understudy.restore.merge.Merger;
import org.understudy.restore.merge.Receipt;
import org.understudy.restore.operation.Operation;
import org.understudy.restore.operation.Workplace;
import org.understudy.restore.plan.MergePlan;
import org.understudy.restore.progress.Progress;
import org.understudy.restore.shadow.Pace;
import org.understudy.restore.shadow.ShadowStore;
import org.understudy.storage.OperatorException;
import org.understudy.storage.Reason;

/** {@code restore.merge}: carries out the approved plan and reads back what it merged. */
public final class MergeRestore implements Operation<MergeRestore.Request, MergeRestore.Result> {
    /** Body files are written at 40 MiB/s where nobody says otherwise: the live store then hardly notices. */
    public static final long DEFAULT_PACE = 40L << 20;

    /**
     * @param bytesPerSecond body files are written at this rate at most; 0 for {@link #DEFAULT_PACE}, below 0 for no
     *     limit
     * @param deep compare every message of all other mailboxes before and after, not only their counters
     */
    public record Request(String id, long bytesPerSecond, boolean deep) {
        public Request {
            id = Objects.requireNonNullElse(id, "");
        }

        public static Request of(String id) {
            return new Request(id, 0, false);
        }
    }

    /** @param receipt without its lists of messages, which are in the file */
    public record Result(String id, RestoreState state, Receipt receipt, String receiptFile, long millis) {}

    private final Steps steps;

    public MergeRestore(Steps steps) {
        this.steps = steps;
    }

    @Override
    public String name() {
        return "restore.merge";
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
        Instant begun = workplace.clock().instant();
        try (JobFolder folder = JobFolder.open(workplace.restores(), request.id(), steps)) {
            RestoreJob job = folder.job();
            job.require("restore merge", EnumSet.of(RestoreState.APPROVED, RestoreState.MERGING));
            return Attempted.attempt(
                    folder, workplace.clock(), () -> merge(request, folder, job, workplace, progress, begun));
        }
    }

    private Result merge(
            Request request, JobFolder folder, RestoreJob job, Workplace workplace, Progress progress, Instant begun)
            throws InterruptedException {
        MergePlan plan = PlanFile.read(folder, job);
        String hash = Objects.requireNonNull(job.planHash(), "PlanFile found the hash");
        if (plan.attempt() != job.attempt()) {
            throw unapproved(hash, "it was made before the last undo");
        }
        if (job.state() == RestoreState.APPROVED) {
            Consent.lacks(workplace.approvals(), job.approvals(), hash, job.approvalsNeeded())
                    .ifPresent(why -> {
                        throw unapproved(hash, why);
                    });
        }
        Receipt receipt;
        try (ShadowStore shadow = ShadowStore.openExisting(workplace.shadows(), job.id(), workplace.clock())) {
            Merger merger = new Merger(workplace.live(), shadow, plan, hash, workplace.clock(), steps);
            if (job.state() == RestoreState.APPROVED) {
                merger.check();
                folder.save(job.to(RestoreState.MERGING, begun));
                folder.log(begun, "merging " + hash);
            }
            receipt = merger.merge(folder, pace(request), request.deep(), progress);
        }
        folder.write("receipt.json", RestoreJson.write(receipt));
        steps.passed(Steps.Step.RECEIPT_WRITTEN);
        Instant now = workplace.clock().instant();
        RestoreJob merged = job.to(RestoreState.MERGED, now);
        if (!receipt.proof().holds()) {
            merged = merged.failed(
                    receipt.proof().different().size()
                            + " merged messages differ from the plan; see receipt.json, and undo the merge",
                    now);
        }
        folder.save(merged);
        folder.log(
                now,
                "merged " + receipt.added() + " messages; read back "
                        + receipt.proof().equal() + " equal, "
                        + receipt.proof().different().size() + " different");
        return new Result(
                job.id(),
                RestoreState.MERGED,
                receipt.summary(),
                folder.path().resolve("receipt.json").toString(),
                now.toEpochMilli() - begun.toEpochMilli());
    }

    private static OperatorException unapproved(String hash, String why) {
        return new OperatorException(
                Reason.CONFLICT,
                "plan " + hash + " is not approved: " + why,
                "Run 'understudy restore approve' with the plan's hash.");
    }

    private static Pace pace(Request request) {
        long rate = request.bytesPerSecond();
        return new Pace(rate == 0 ? DEFAULT_PACE : Math.max(rate, 0));
    }
}
