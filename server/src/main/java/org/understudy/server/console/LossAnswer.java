package org.understudy.server.console;

import java.nio.file.Path;
import java.util.Optional;
import org.understudy.restore.loss.LossFiles;
import org.understudy.restore.loss.LossReport;

/** The last comparison of live mail with history, read once for all pages. Thread-safe. */
final class LossAnswer {
    private final Path dataFolder;
    private final Prepared<LossReport> report = new Prepared<>();

    LossAnswer(Path dataFolder) {
        this.dataFolder = dataFolder;
    }

    sealed interface Found {
        record There(LossReport report) implements Found {}

        record Reading() implements Found {}

        record None() implements Found {}
    }

    Found latest() throws Exception {
        LossFiles files = LossFiles.in(dataFolder);
        Optional<String> stamp = Reports.stamp(files.folder().resolve("latest.json"));
        if (stamp.isEmpty()) {
            return new Found.None();
        }
        Optional<LossReport> now = report.get(
                stamp.get(), () -> files.latest().orElseThrow(() -> new IllegalStateException("it was there just now")));
        return now.isPresent() ? new Found.There(now.get()) : new Found.Reading();
    }
}
