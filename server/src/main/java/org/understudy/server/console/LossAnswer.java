package org.understudy.server.console;

import java.nio.file.Path;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.understudy.restore.loss.LossFiles;
import org.understudy.restore.loss.LossReport;

/** The last comparison of live mail with history, read once for all pages. Thread-safe. */
final class LossAnswer {
    private final Path dataFolder;
    private final Prepared<Found.There> report = new Prepared<>();

    LossAnswer(Path dataFolder) {
        this.dataFolder = dataFolder;
    }

    sealed interface Found {
        /**
         * @param lost messages by user, then month
         * @param expunged by administrators, the same
         */
        record There(
                LossReport report,
                SortedMap<String, SortedMap<String, Long>> lost,
                SortedMap<String, SortedMap<String, Long>> expunged)
                implements Found {
            static There of(LossReport report) {
                SortedMap<String, SortedMap<String, Long>> lost = new TreeMap<>();
                SortedMap<String, SortedMap<String, Long>> expunged = new TreeMap<>();
                report.rows()
                        .forEach(row -> lost.computeIfAbsent(row.user(), user -> new TreeMap<>())
                                .merge(row.month(), row.messages(), Long::sum));
                report.administrators()
                        .forEach(row -> expunged.computeIfAbsent(row.user(), user -> new TreeMap<>())
                                .merge(row.month(), row.messages(), Long::sum));
                return new There(report, lost, expunged);
            }
        }

        record Reading() implements Found {}

        record None() implements Found {}
    }

    Found latest() throws Exception {
        LossFiles files = LossFiles.in(dataFolder);
        Optional<String> stamp = Reports.stamp(files.folder().resolve("latest.json"));
        if (stamp.isEmpty()) {
            return new Found.None();
        }
        Optional<Found.There> now = report.get(
                stamp.get(),
                () -> Found.There.of(
                        files.latest().orElseThrow(() -> new IllegalStateException("it was there just now"))));
        return now.isPresent() ? now.get() : new Found.Reading();
    }
}
