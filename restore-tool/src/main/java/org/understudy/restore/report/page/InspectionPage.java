package org.understudy.restore.report.page;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.understudy.restore.copies.CopyTotals;
import org.understudy.restore.inspect.BestCopy;
import org.understudy.restore.inspect.Inspected;
import org.understudy.restore.inspect.InspectionSummary;

/** The inspection of a backup as one HTML file that needs no other. */
public final class InspectionPage {
    /** How many unsound items a page lists at most. */
    public static final int LISTED = Assessments.LISTED;

    private InspectionPage() {}

    /**
     * Sees whether a page could be written to {@code file}, before hours are spent on what would be in it.
     *
     * @throws org.understudy.storage.OperatorException if not
     */
    public static void check(Path file) {
        PageFile.check(file);
    }

    /**
     * Writes the page, or replaces it whole; on a fault the file is as it was before.
     *
     * @param unsound items to list; more than {@link #LISTED} are not
     * @param fullList the file that has every item, or null if there is none
     * @throws org.understudy.storage.OperatorException if the file cannot be written there
     */
    public static void write(
            InspectionSummary summary, List<Inspected> unsound, @Nullable Path fullList, Instant at, Path file) {
        PageFile.write(file, out -> write(summary, unsound, fullList, at, out));
    }

    /**
     * The same of a source that was compared with others.
     *
     * @param onlyThere some of the messages that only the others hold
     */
    public static void write(
            InspectionSummary summary,
            List<Inspected> unsound,
            CopyTotals copies,
            List<BestCopy> onlyThere,
            @Nullable Path fullList,
            Instant at,
            Path file) {
        PageFile.write(
                file,
                out -> new Page(Assessments.of(summary, unsound, at, fullList == null ? null : fullList.toString())
                                .with(CopySection.of(copies, onlyThere)))
                        .write(out));
    }

    /** Writes the page as it goes; {@code out} should be buffered and encode UTF-8. */
    public static void write(
            InspectionSummary summary, List<Inspected> unsound, @Nullable Path fullList, Instant at, Appendable out)
            throws IOException {
        new Page(Assessments.of(summary, unsound, at, fullList == null ? null : fullList.toString())).write(out);
    }
}
