package org.understudy.server.console;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.understudy.restore.job.RestoreJob;
import org.understudy.restore.json.RestoreJson;
import org.understudy.restore.pages.PagedList;
import org.understudy.restore.pages.PlanIndex;
import org.understudy.restore.pages.ReportIndex;
import org.understudy.restore.pages.StaleIndexException;
import org.understudy.restore.report.ValidationReport;

/**
 * Reports of validations and plans of merges, by the indexes beside them. Where an older version left none, or one does not
 * fit, it is made while the page says so. Those that were asked for last stay in memory. Thread-safe.
 */
final class Reports {
    private static final int KEPT = 8;

    private final Path restores;
    private final Map<String, Prepared<ReportIndex>> reports = kept();
    private final Map<String, Prepared<PlanIndex>> plans = kept();

    Reports(Path restores) {
        this.restores = restores;
    }

    /** What is known of a document. */
    sealed interface Found<T> {
        record There<T>(T index) implements Found<T> {}

        /** The index is being made. */
        record Making<T>() implements Found<T> {}

        record None<T>() implements Found<T> {}
    }

    private static <T> Map<String, Prepared<T>> kept() {
        return new LinkedHashMap<>(16, 0.75f, true) {
            private static final long serialVersionUID = 1;

            @Override
            protected boolean removeEldestEntry(Map.Entry<String, Prepared<T>> eldest) {
                return size() > KEPT;
            }
        };
    }

    private static <T> Prepared<T> one(Map<String, Prepared<T>> all, String restore) {
        synchronized (all) {
            return all.computeIfAbsent(restore, id -> Prepared.exact());
        }
    }

    /** @return {@code None} before the restore is validated */
    Found<ReportIndex> report(String restore) throws Exception {
        Path folder = restores.resolve(restore);
        Optional<String> stamp = stamp(folder.resolve(ReportIndex.DOCUMENT));
        return stamp.isEmpty()
                ? new Found.None<>()
                : found(one(reports, restore)
                        .get(stamp.get(), () -> ReportIndex.read(folder).orElseGet(() -> ReportIndex.make(folder))));
    }

    /** @return {@code None} where the plan that the job names is not there */
    Found<PlanIndex> plan(RestoreJob job) throws Exception {
        Path folder = restores.resolve(job.id());
        String hash = job.planHash();
        Optional<String> stamp = hash == null ? Optional.empty() : stamp(folder.resolve(PlanIndex.DOCUMENT));
        if (hash == null || stamp.isEmpty()) {
            return new Found.None<>();
        }
        Found<PlanIndex> found = found(one(plans, job.id())
                .get(
                        hash + " " + stamp.get(),
                        () -> PlanIndex.read(folder, hash).orElseGet(() -> PlanIndex.make(folder))));
        return found instanceof Found.There<PlanIndex>(PlanIndex index)
                        && !index.document().sha256().equals(hash)
                ? new Found.None<>()
                : found;
    }

    private static <T> Found<T> found(Optional<T> index) {
        return index.isPresent() ? new Found.There<>(index.get()) : new Found.Making<>();
    }

    /** @return empty where the index did not fit; it is made again with the next call of {@link #report} */
    Optional<List<ValidationReport.Unsound>> page(String restore, PagedList list, int page) {
        Path folder = restores.resolve(restore);
        try {
            return Optional.of(list.page(
                    folder.resolve(ReportIndex.DOCUMENT), page, RestoreJson.mapper(), ValidationReport.Unsound.class));
        } catch (StaleIndexException e) {
            ReportIndex.remove(folder);
            one(reports, restore).forget();
            return Optional.empty();
        }
    }

    /** @return empty where the index did not fit; it is made again with the next call of {@link #plan} */
    Optional<List<String>> steps(String restore, PlanIndex index, int page) {
        Path folder = restores.resolve(restore);
        try {
            return Optional.of(index.page(folder, page));
        } catch (StaleIndexException e) {
            PlanIndex.remove(folder);
            one(plans, restore).forget();
            return Optional.empty();
        }
    }

    /** Changes with the file; empty where there is none. */
    static Optional<String> stamp(Path file) {
        try {
            BasicFileAttributes attributes = Files.readAttributes(file, BasicFileAttributes.class);
            return Optional.of(attributes.lastModifiedTime() + " " + attributes.size() + " " + attributes.fileKey());
        } catch (NoSuchFileException e) {
            return Optional.empty();
        } catch (IOException e) {
            throw new UncheckedIOException(file + " cannot be looked at", e);
        }
    }
}
