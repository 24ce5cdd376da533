package org.understudy.restore.workflow;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import org.understudy.restore.job.JobFolder;
import org.understudy.restore.job.OnDisk;
import org.understudy.restore.job.RestoreJob;
import org.understudy.restore.plan.MergePlan;
import org.understudy.storage.OperatorException;
import org.understudy.storage.Reason;

/** Reads a restore's plan, and refuses one that is not the one that the job names. */
public final class PlanFile {
    private PlanFile() {}

    static MergePlan read(JobFolder folder, RestoreJob job) {
        return read(folder.path(), job);
    }

    /**
     * @param folder of the restore
     * @throws OperatorException {@link Reason#CONFLICT} if the file's hash is another, or the file is gone
     */
    public static MergePlan read(Path folder, RestoreJob job) {
        Path file = folder.resolve("plan.json");
        String json;
        try {
            json = Files.readString(file);
        } catch (NoSuchFileException e) {
            throw changed(file, job, "is missing", e);
        } catch (IOException e) {
            throw OnDisk.failure("cannot read " + file, e);
        }
        String hash = MergePlan.hash(json);
        if (!hash.equals(job.planHash())) {
            throw changed(file, job, "has the hash " + hash + ", and " + job.planHash() + " was planned", null);
        }
        try {
            return MergePlan.parse(json);
        } catch (IllegalArgumentException e) {
            throw changed(file, job, "cannot be used: " + e.getMessage(), e);
        }
    }

    private static OperatorException changed(Path file, RestoreJob job, String how, @Nullable Throwable cause) {
        return new OperatorException(
                Reason.CONFLICT,
                file + " " + how + "; nothing was merged",
                "Run 'understudy restore preview " + job.id() + "' again, look at the plan, and have it approved.",
                cause);
    }
}
