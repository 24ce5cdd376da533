package org.understudy.restore.workflow;

import java.time.Clock;
import org.understudy.restore.job.JobFolder;
import org.understudy.storage.CorruptionException;
import org.understudy.storage.OperatorException;

/** Does the work of a step; if it fails, the job keeps why, in the state that it is in. */
final class Attempted {
    interface Work<R> {
        R run() throws InterruptedException;
    }

    private Attempted() {}

    static <R> R attempt(JobFolder folder, Clock clock, Work<R> work) throws InterruptedException {
        try {
            return work.run();
        } catch (OperatorException | CorruptionException e) {
            try {
                folder.save(folder.job().failed(String.valueOf(e.getMessage()), clock.instant()));
                folder.log(clock.instant(), "stopped: " + e.getMessage());
            } catch (OperatorException second) {
                e.addSuppressed(second);
            }
            throw e;
        }
    }
}
