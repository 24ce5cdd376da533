package org.understudy.restore.report.page;

import java.io.IOException;
import java.nio.file.Path;
import org.understudy.restore.job.RestoreJob;
import org.understudy.restore.plan.MergePlan;

/** The plan of a merge as one HTML file that needs no other. */
public final class PlanPage {
    private PlanPage() {}

    /**
     * Writes the page, or replaces it whole; on a fault the file is as it was before.
     *
     * @throws org.understudy.storage.OperatorException if the file cannot be written there
     */
    public static void write(RestoreJob job, MergePlan plan, Path file) {
        PageFile.write(file, out -> write(job, plan, out));
    }

    /** Writes the page as it goes; {@code out} should be buffered and encode UTF-8. */
    public static void write(RestoreJob job, MergePlan plan, Appendable out) throws IOException {
        new PlanSheet(job, plan).write(out);
    }
}
