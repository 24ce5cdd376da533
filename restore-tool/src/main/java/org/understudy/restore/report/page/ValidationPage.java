package org.understudy.restore.report.page;

import java.io.IOException;
import java.nio.file.Path;
import org.understudy.restore.report.ValidationReport;

/** The validation of a restore as one HTML file that needs no other. */
public final class ValidationPage {
    private ValidationPage() {}

    /**
     * Writes the page, or replaces it whole; on a fault the file is as it was before.
     *
     * @throws org.understudy.storage.OperatorException if the file cannot be written there
     */
    public static void write(ValidationReport report, Path file) {
        PageFile.write(file, out -> write(report, out));
    }

    /** Writes the page as it goes; {@code out} should be buffered and encode UTF-8. */
    public static void write(ValidationReport report, Appendable out) throws IOException {
        new Page(Assessments.of(report)).write(out);
    }
}
