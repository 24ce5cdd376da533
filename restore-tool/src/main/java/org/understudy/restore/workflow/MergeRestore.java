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
import org.understudy.restore.merge.Throttle;
import org.understudy.restore.operation.Operation;
import org.understudy.restore.operation.Role;
import org.understudy.restore.operation.Workplace;
import org.understudy.restore.plan.MergePlan;
import org.understudy.restore.progress.Progress;
import org.understudy.restore.proof.ProofFile;
import org.understudy.restore.shadow.ShadowStore;
import org.understudy.storage.OperatorException;
import org.understudy.storage.Reason;

/** {@code restore.merge}: carries out the approved plan and reads back what it merged. */
public final class MergeRestore implements Operation<MergeRestore.Request, MergeRestore.Result> {
    /**
     * @param bytesPerSecond body files are written at this rate at most; 0 for {@link Throttle#standard}, below 0 for no
     *     limit of anything
     * @param deep compare every message of all other mailboxes before and after, not only their counters; and read every
     *     body before it is merged, not only after
     */
    public record Request(String id, long bytesPerSecond, boolean deep) {
        public Request {
            id = Objects.requireNonNullElse(id, "");
        }

        public static Request of(String id) {
            return new Request(id, 0, false);
        }
    }

    /**
     * @param receipt without its lists of messages, which are in the file
     * @param millis until the last row was on disk
     * @param proof of what it touched
     * @param proofMillis what reading the log and reading back took after that
     */
    public record Result(
            String id,
            RestoreState state,
            Receipt receipt,
            String receiptFile,
            long millis,
            ProofFile.Summary proof,
            long proofMillis) {}

    private final Steps steps;

    public MergeRestore(Steps steps) {
        this.steps = steps;
    }

    @Override
    public String name() {
        return "restore.merge";
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
            Consent.lacks(
                            workplace.approvals(),
                            Consent.ofOthers(
                                    job.stagedBy(),
                                    job.approvals(),
                                    Consent.needed(workplace.approvals(), job.approvalsNeeded())),
                            hash,
                            job.approvalsNeeded())
                    .ifPresent(why -> {
                        throw unapproved(hash, why);
                    });
        }
        Merger.Merged done;
        try (ShadowStore shadow = ShadowStore.openExisting(workplace.shadows(), job.id(), workplace.clock())) {
            Merger merger = new Merger(workplace.live(), shadow, plan, hash, workplace.clock(), steps);
            if (job.state() == RestoreState.APPROVED) {
                merger.check();
                folder.save(job.to(RestoreState.MERGING, begun));
                folder.log(begun, "merging " + hash);
            }
            keep(folder, job);
            done = merger.merge(folder, throttle(request), request.deep(), progress);
        }
        Receipt receipt = done.receipt();
        folder.write("receipt.json", RestoreJson.write(receipt));
        folder.write("receipt-" + job.attempt() + ".json", RestoreJson.write(receipt));
        steps.passed(Steps.Step.RECEIPT_WRITTEN);
        ProofFile.Summary proof = Proving.write(folder, job, "merge", workplace, done.radius(), receipt.proof(), steps);
        Instant now = workplace.clock().instant();
        RestoreJob merged = job.to(RestoreState.MERGED, now);
        if (!proof.holds()) {
            merged = merged.failed(Proving.failure(proof), now);
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
                done.ended().toEpochMilli() - begun.toEpochMilli(),
                proof,
                now.toEpochMilli() - done.ended().toEpochMilli());
    }

    private static OperatorException unapproved(String hash, String why) {
        return new OperatorException(
                Reason.CONFLICT,
                "plan " + hash + " is not approved: " + why,
                "Run 'understudy restore approve' with the plan's hash.");
    }

    /** Keeps the plan and who approved it with the attempt's number, since a later plan takes their place. */
    private static void keep(JobFolder folder, RestoreJob job) {
        folder.read("plan.json").ifPresent(plan -> folder.write("plan-" + job.attempt() + ".json", plan));
        folder.write("approvals-" + job.attempt() + ".json", RestoreJson.write(job.approvals()));
    }

    private static Throttle throttle(Request request) {
        long rate = request.bytesPerSecond();
        return rate < 0 ? Throttle.none() : rate == 0 ? Throttle.standard() : Throttle.files(rate);
    }
}
