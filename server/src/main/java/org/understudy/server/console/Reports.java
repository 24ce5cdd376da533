package org.understudy.server.console;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.understudy.restore.json.RestoreJson;
import org.understudy.restore.report.ValidationReport;
import org.understudy.restore.report.VerdictCounts;
import org.understudy.restore.report.page.PageParts;
import org.understudy.restore.shadow.ReplayTotals;

/**
 * Reports of validations, without the long tail of their lists: of millions of findings the first {@value #LISTED} are kept and
 * the others counted. The last few that were asked for stay in memory. Thread-safe.
 */
final class Reports {
    static final int LISTED = 1_000;

    private static final int KEPT = 8;
    private static final TypeReference<Map<String, Long>> COUNTS = new TypeReference<>() {};
    private static final TypeReference<List<ValidationReport.Row>> ROWS = new TypeReference<>() {};

    private final Path restores;
    private final Map<String, Known> known = new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Known> eldest) {
            return size() > KEPT;
        }
    };

    /**
     * A report whose lists are cut.
     *
     * @param unsound how many unsound ones there are in all
     * @param contaminated how many may be another user's
     * @param months the picture of its months, written once
     * @param users the sums of its rows by user, those with most unsound first
     */
    record Cut(ValidationReport report, long unsound, long contaminated, String months, List<Sum> users) {}

    record Sum(String user, VerdictCounts counts) {
        private long unsound() {
            return counts.damaged() + counts.unreadable() + counts.suspect();
        }
    }

    private record Known(String stamp, Cut cut) {}

    Reports(Path restores) {
        this.restores = restores;
    }

    /** Empty before the restore is validated. */
    Optional<Cut> of(String restore) {
        Path file = restores.resolve(restore).resolve("report.json");
        try {
            BasicFileAttributes attributes = Files.readAttributes(file, BasicFileAttributes.class);
            String stamp = attributes.lastModifiedTime() + " " + attributes.size() + " " + attributes.fileKey();
            synchronized (known) {
                Known before = known.get(restore);
                if (before != null && before.stamp().equals(stamp)) {
                    return Optional.of(before.cut());
                }
            }
            Cut cut = read(file);
            synchronized (known) {
                known.put(restore, new Known(stamp, cut));
            }
            return Optional.of(cut);
        } catch (NoSuchFileException e) {
            return Optional.empty();
        } catch (IOException e) {
            throw new UncheckedIOException(file + " cannot be read", e);
        }
    }

    private static Cut read(Path file) throws IOException {
        // Values are read out of the midst of a document, so that what follows one is no fault.
        ObjectReader mapper = RestoreJson.mapper().reader().without(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);
        Draft draft = new Draft();
        try (JsonParser in = RestoreJson.mapper().createParser(file.toFile())) {
            if (in.nextToken() != JsonToken.START_OBJECT) {
                throw new IOException("not a report");
            }
            while (in.nextToken() == JsonToken.FIELD_NAME) {
                String name = in.currentName();
                in.nextToken();
                switch (name) {
                    case "restoreId" -> draft.id = in.getText();
                    case "source" -> draft.source = in.getText();
                    case "at" -> draft.at = mapper.forType(Instant.class).readValue(in);
                    case "replay" ->
                        draft.replay = mapper.forType(ReplayTotals.class).readValue(in);
                    case "totals" ->
                        draft.totals = mapper.forType(VerdictCounts.class).readValue(in);
                    case "compared" -> draft.compared = in.getLongValue();
                    case "reread" -> draft.reread = in.getLongValue();
                    case "rereadDifferent" -> draft.different = in.getLongValue();
                    case "findings" -> draft.findings = mapper.forType(COUNTS).readValue(in);
                    case "takenFrom" -> draft.takenFrom = mapper.forType(COUNTS).readValue(in);
                    case "rows" -> draft.rows = mapper.forType(ROWS).readValue(in);
                    case "unsound" -> draft.unsoundAll = list(in, mapper, draft.unsound);
                    case "contaminated" -> draft.contaminatedAll = list(in, mapper, draft.contaminated);
                    default -> in.skipChildren();
                }
            }
        }
        return draft.cut();
    }

    private static long list(JsonParser in, ObjectReader mapper, List<ValidationReport.Unsound> into)
            throws IOException {
        long all = 0;
        while (in.nextToken() == JsonToken.START_OBJECT) {
            if (into.size() < LISTED) {
                into.add(mapper.forType(ValidationReport.Unsound.class).readValue(in));
            } else {
                in.skipChildren();
            }
            all++;
        }
        return all;
    }

    private static final class Draft {
        private String id = "";
        private String source = "";
        private @Nullable Instant at;
        private ReplayTotals replay = ReplayTotals.NONE;
        private VerdictCounts totals = VerdictCounts.NONE;
        private long compared;
        private long reread;
        private long different;
        private Map<String, Long> findings = Map.of();
        private Map<String, Long> takenFrom = Map.of();
        private List<ValidationReport.Row> rows = List.of();
        private final List<ValidationReport.Unsound> unsound = new ArrayList<>();
        private final List<ValidationReport.Unsound> contaminated = new ArrayList<>();
        private long unsoundAll;
        private long contaminatedAll;

        Cut cut() throws IOException {
            Instant when = at;
            if (when == null) {
                throw new IOException("a report without a time");
            }
            ValidationReport report = new ValidationReport(
                    id,
                    source,
                    when,
                    replay,
                    totals,
                    reread,
                    0,
                    different,
                    rows,
                    findings,
                    unsound,
                    compared,
                    contaminated,
                    takenFrom);
            Map<String, VerdictCounts> sums = new TreeMap<>();
            rows.forEach(row -> sums.merge(row.user(), row.counts(), VerdictCounts::plus));
            List<Sum> users = sums.entrySet().stream()
                    .map(entry -> new Sum(entry.getKey(), entry.getValue()))
                    .sorted(Comparator.comparingLong(Sum::unsound).reversed().thenComparing(Sum::user))
                    .toList();
            return new Cut(report, unsoundAll, contaminatedAll, PageParts.months(report), users);
        }
    }
}
