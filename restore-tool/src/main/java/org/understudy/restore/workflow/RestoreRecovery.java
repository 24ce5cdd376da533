package org.understudy.restore.workflow;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.understudy.restore.job.RestoreJob;
import org.understudy.restore.job.RestoreJobs;
import org.understudy.restore.job.RestoreState;
import org.understudy.restore.job.Steps;
import org.understudy.restore.operation.Workplace;
import org.understudy.restore.progress.Progress;

/**
 * Completes merges and undos that a crash cut short. A starting server calls it before it serves, so that no client sees
 * half a merge. Staging that was cut short waits for the operator: nothing of it is in live.
 */
public final class RestoreRecovery {
    private static final Logger LOG = LoggerFactory.getLogger(RestoreRecovery.class);

    /** @param failure why it could not be completed, or null */
    public record Resumed(
            String id,
            RestoreState from,
            RestoreState to,
            @Nullable String failure) {}

    private RestoreRecovery() {}

    /** One that cannot be completed does not stop the others; it is logged and stays as it is. */
    public static List<Resumed> resumeAll(Workplace workplace) throws InterruptedException {
        List<Resumed> resumed = new ArrayList<>();
        for (RestoreJob job : RestoreJobs.all(workplace.restores())) {
            switch (job.state()) {
                case MERGING, UNDOING -> resumed.add(resume(job, workplace));
                case STAGING, STAGED, VALIDATED, PLANNED, APPROVED, MERGED, UNDONE -> {}
            }
        }
        return resumed;
    }

    private static Resumed resume(RestoreJob job, Workplace workplace) throws InterruptedException {
        try {
            RestoreState to = job.state() == RestoreState.MERGING
                    ? new MergeRestore(Steps.UNWATCHED)
                            .run(MergeRestore.Request.of(job.id()), workplace, Progress.SILENT)
                            .state()
                    : new UndoRestore(Steps.UNWATCHED)
                            .run(new UndoRestore.Request(job.id()), workplace, Progress.SILENT)
                            .state();
            LOG.info(
                    "restore {} was {} when the server stopped and is now {}",
                    job.id(),
                    job.state().word(),
                    to.word());
            return new Resumed(job.id(), job.state(), to, null);
        } catch (RuntimeException e) {
            LOG.error(
                    "restore {} is {} and cannot be completed",
                    job.id(),
                    job.state().word(),
                    e);
            return new Resumed(job.id(), job.state(), job.state(), String.valueOf(e.getMessage()));
        }
    }
}
