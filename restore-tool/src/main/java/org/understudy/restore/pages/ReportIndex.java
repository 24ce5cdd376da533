package org.understudy.restore.pages;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.understudy.restore.job.OnDisk;
import org.understudy.restore.json.RestoreJson;
import org.understudy.restore.report.ValidationReport;
import org.understudy.restore.report.VerdictCounts;
import org.understudy.restore.sealed.SealedFile;
import org.understudy.restore.shadow.ReplayTotals;

/**
 * What validation found, in short, and where its lists lie.
 *
 * @param compared messages that were compared with each other
 * @param months messages by month, oldest first; {@code ""} for those without
 * @param users sums by user, those with most unsound first, {@value #USERS} at most
 * @param allUsers how many users there are
 * @param unsound suspect, damaged and unreadable ones
 * @param contaminated those that may be another user's
 */
public record ReportIndex(
        DocumentMark document,
        String restoreId,
        String source,
        Instant at,
        ReplayTotals replay,
        VerdictCounts totals,
        long compared,
        String conclusion,
        List<Sum> months,
        List<Sum> users,
        long allUsers,
        PagedList unsound,
        PagedList contaminated) {
    public static final String DOCUMENT = "report.json";
    public static final String NAME = "report.index";

    /** How many users are kept. */
    public static final int USERS = 1_000;

    /** How many items a page has. */
    public static final int EACH = 100;

    private static final SealedFile<ReportIndex> SEALED =
            new SealedFile<>("understudy-report-index", 1, ReportIndex.class);

    /** @param of a user, or a month */
    public record Sum(String of, VerdictCounts counts) {
        private long bad() {
            return counts.damaged() + counts.unreadable() + counts.suspect();
        }
    }

    public ReportIndex {
        months = List.copyOf(months);
        users = List.copyOf(users);
    }

    /** A report of the same figures by month, without users and lists. */
    public ValidationReport byMonth() {
        return new ValidationReport(
                restoreId,
                source,
                at,
                replay,
                totals,
                0,
                0,
                0,
                months.stream()
                        .map(one -> new ValidationReport.Row("", "", one.of(), one.counts()))
                        .toList(),
                Map.of(),
                List.of(),
                compared,
                List.of(),
                Map.of());
    }

    /** To be called before the report is replaced. */
    public static void remove(Path folder) {
        remove(folder, NAME);
    }

    static void remove(Path folder, String name) {
        try {
            Files.deleteIfExists(folder.resolve(name));
        } catch (IOException e) {
            throw OnDisk.failure("cannot take away " + folder.resolve(name), e);
        }
    }

    /** Empty where there is none that fits the report, or it was damaged; then it is to be made. */
    public static Optional<ReportIndex> read(Path folder) {
        try {
            Optional<ReportIndex> index = SEALED.read(folder.resolve(NAME));
            return index.isPresent() && index.get().document().fits(folder.resolve(DOCUMENT))
                    ? index
                    : Optional.empty();
        } catch (SealedFile.DamagedException e) {
            return Optional.empty();
        } catch (IOException e) {
            throw OnDisk.failure("cannot look at " + folder.resolve(DOCUMENT), e);
        }
    }

    /**
     * Makes the index of the report that lies in a restore's folder, and writes it beside.
     *
     * @throws org.understudy.storage.OperatorException if it cannot be read or written
     */
    public static ReportIndex make(Path folder) {
        try {
            ReportIndex index = new Draft().of(folder.resolve(DOCUMENT));
            SEALED.write(folder, NAME, index);
            return index;
        } catch (IOException e) {
            throw OnDisk.failure("cannot read " + folder.resolve(DOCUMENT), e);
        }
    }

    /** What is known while the document is read; rows are added up and let go. */
    private static final class Draft {
        private final ObjectReader mapper =
                RestoreJson.mapper().reader().without(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);
        private final Map<String, VerdictCounts> months = new TreeMap<>();
        private final Map<String, VerdictCounts> users = new HashMap<>();
        private String id = "";
        private String source = "";
        private @Nullable Instant at;
        private ReplayTotals replay = ReplayTotals.NONE;
        private VerdictCounts totals = VerdictCounts.NONE;
        private long compared;

        ReportIndex of(Path document) throws IOException {
            DocumentScan.Scanned scanned =
                    DocumentScan.of(document, Map.of("unsound", EACH, "contaminated", EACH), this::field);
            Instant when = at;
            if (when == null) {
                throw new IOException(document + " is a report without a time");
            }
            List<Sum> worst = users.entrySet().stream()
                    .map(one -> new Sum(one.getKey(), one.getValue()))
                    .sorted(Comparator.comparingLong(Sum::bad).reversed().thenComparing(Sum::of))
                    .limit(USERS)
                    .toList();
            PagedList strays = scanned.list("contaminated");
            return new ReportIndex(
                    scanned.document(),
                    id,
                    source,
                    when,
                    replay,
                    totals,
                    compared,
                    ValidationReport.conclusion(totals, strays.items(), compared),
                    months.entrySet().stream()
                            .map(one -> new Sum(one.getKey(), one.getValue()))
                            .toList(),
                    worst,
                    users.size(),
                    scanned.list("unsound"),
                    strays);
        }

        private void field(String name, JsonParser in) throws IOException {
            switch (name) {
                case "restoreId" -> id = in.getText();
                case "source" -> source = in.getText();
                case "at" -> at = mapper.forType(Instant.class).readValue(in);
                case "replay" -> replay = mapper.forType(ReplayTotals.class).readValue(in);
                case "totals" -> totals = mapper.forType(VerdictCounts.class).readValue(in);
                case "compared" -> compared = in.getLongValue();
                case "rows" -> {
                    while (in.nextToken() == JsonToken.START_OBJECT) {
                        row(mapper.forType(ValidationReport.Row.class).readValue(in));
                    }
                }
                default -> in.skipChildren();
            }
        }

        private void row(ValidationReport.Row row) {
            months.merge(row.month(), row.counts(), VerdictCounts::plus);
            users.merge(row.user(), row.counts(), VerdictCounts::plus);
        }
    }
}
