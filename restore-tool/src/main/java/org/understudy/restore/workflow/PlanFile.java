package org.understudy.restore.workflow;

import org.understudy.restore.job.JobFolder;
import org.understudy.restore.job.RestoreJob;
import org.understudy.restore.plan.MergePlan;
import org.understudy.storage.OperatorException;
import org.understudy.storage.Reason;

/** Reads a restore's plan, and refuses one that is not the one that the job names. */
final class PlanFile {
    private PlanFile() {}

    /** @throws OperatorException {@link Reason#CONFLICT} if the file's hash is another, or the file is gone */
    static MergePlan read(JobFolder folder, RestoreJob job) {
        String json = folder.read("plan.json").orElseThrow(() -> changed(folder, "is missing"));
        String hash = MergePlan.hash(json);
        if (!hash.equals(job.planHash())) {
            throw changed(folder, "has the hash " + hash + ", and " + job.planHash() + " was planned");
        }
        try {
            return MergePlan.parse(json);
        } catch (IllegalArgumentException e) {
            throw changed(folder, "cannot be used: " + e.getMessage());
        }
    }

    private static OperatorException changed(JobFolder folder, String how) {
        return new OperatorException(
                Reason.CONFLICT,
                folder.path().resolve("plan.json") + " " + how + "; nothing was merged",
                "Run 'understudy restore preview' again, look at the plan, and have it approved.");
    }
}
