package org.understudy.restore.pages;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.understudy.restore.json.RestoreJson;
import org.understudy.restore.plan.MergePlan;
import org.understudy.restore.plan.MergePolicy;
import org.understudy.restore.plan.PlanStep;
import org.understudy.restore.plan.PlanTotals;
import org.understudy.restore.plan.SkipReason;
import org.understudy.restore.report.ValidationReport;
import org.understudy.restore.report.VerdictCounts;
import org.understudy.restore.shadow.ReplayTotals;
import org.understudy.restore.validate.Finding;
import org.understudy.restore.validate.Verdict;
import org.understudy.storage.keyspace.MailboxId;

class PageIndexTest {
    private static final int UNSOUND = 1_234;

    @TempDir
    Path folder;

    private static ValidationReport report(int unsound) {
        List<ValidationReport.Unsound> list = new ArrayList<>();
        for (int i = 1; i <= unsound; i++) {
            list.add(new ValidationReport.Unsound(
                    "zoë" + i,
                    "INBOX \"}],[{ ",
                    i,
                    "cur/" + i,
                    Verdict.SUSPECT,
                    "",
                    List.of(new Finding(
                            "mime-structure", Finding.Strength.DOUBT, new Finding.Place.Octets(i, 3), "päällä"))));
        }
        VerdictCounts one = new VerdictCounts(0, 10, unsound, 0, 0, 0);
        return new ValidationReport(
                "r-20260527-3fa9",
                "maildir /backup",
                Instant.parse("2026-05-27T02:00:00Z"),
                new ReplayTotals(unsound + 30, unsound + 30, 0, 0, 0, 4242, true),
                new VerdictCounts(0, 30, unsound, 0, 0, 0),
                0,
                0,
                0,
                List.of(
                        new ValidationReport.Row("ada", "INBOX", "2026-05", new VerdictCounts(0, 10, 0, 0, 0, 0)),
                        new ValidationReport.Row("bea", "INBOX", "2026-05", one),
                        new ValidationReport.Row("ada", "Sent", "2026-04", new VerdictCounts(0, 10, 0, 0, 0, 0))),
                Map.of("mime-structure doubt", (long) unsound),
                list);
    }

    private ValidationReport written(int unsound) throws Exception {
        ValidationReport report = report(unsound);
        Files.writeString(folder.resolve(ReportIndex.DOCUMENT), RestoreJson.write(report));
        return report;
    }

    @Test
    void everyPageOfAReportIsWhatTheReportHas() throws Exception {
        ValidationReport report = written(UNSOUND);
        ReportIndex made = ReportIndex.make(folder);
        assertThat(ReportIndex.read(folder)).contains(made);
        assertThat(made.conclusion()).isEqualTo(report.conclusion());
        assertThat(made.totals()).isEqualTo(report.totals());
        assertThat(made.months()).extracting(ReportIndex.Sum::of).containsExactly("2026-04", "2026-05");
        assertThat(made.users()).extracting(ReportIndex.Sum::of).containsExactly("bea", "ada");
        assertThat(made.byMonth().totals()).isEqualTo(report.totals());
        assertThat(made.unsound().pages()).isEqualTo(13);
        List<ValidationReport.Unsound> all = new ArrayList<>();
        for (int page = 1; page <= made.unsound().pages(); page++) {
            all.addAll(made.unsound()
                    .page(
                            folder.resolve(ReportIndex.DOCUMENT),
                            page,
                            RestoreJson.mapper(),
                            ValidationReport.Unsound.class));
        }
        assertThat(all).isEqualTo(report.unsound());
        assertThat(made.contaminated().items()).isZero();
    }

    @Test
    void aReportWithoutListsHasOneEmptyPage() throws Exception {
        written(0);
        ReportIndex made = ReportIndex.make(folder);
        assertThat(made.unsound().pages()).isEqualTo(1);
        assertThat(made.unsound()
                        .page(
                                folder.resolve(ReportIndex.DOCUMENT),
                                1,
                                RestoreJson.mapper(),
                                ValidationReport.Unsound.class))
                .isEmpty();
    }

    @Test
    void anIndexOfAnotherReportIsNotUsed() throws Exception {
        written(500);
        ReportIndex.make(folder);
        written(501);
        assertThat(ReportIndex.read(folder)).isEmpty();
    }

    @Test
    void aPageThatWasChangedIsNotShown() throws Exception {
        written(500);
        ReportIndex made = ReportIndex.make(folder);
        Path document = folder.resolve(ReportIndex.DOCUMENT);
        try (RandomAccessFile file = new RandomAccessFile(document.toFile(), "rw")) {
            file.seek(made.unsound().pieces().get(2).offset() + 10);
            file.write('x');
        }
        assertThat(ReportIndex.read(folder)).isPresent();
        assertThat(made.unsound().page(document, 2, RestoreJson.mapper(), ValidationReport.Unsound.class))
                .hasSize(100);
        assertThatThrownBy(() -> made.unsound().page(document, 3, RestoreJson.mapper(), ValidationReport.Unsound.class))
                .isInstanceOf(StaleIndexException.class);
    }

    @Test
    void anIndexThatWasChangedIsNotUsed() throws Exception {
        written(500);
        ReportIndex.make(folder);
        Path index = folder.resolve(ReportIndex.NAME);
        Files.writeString(index, Files.readString(index).replace("\"allUsers\":2", "\"allUsers\":3"));
        assertThat(ReportIndex.read(folder)).isEmpty();
    }

    @Test
    void itsFormIsTheOneThatIsDocumented() throws Exception {
        written(1);
        ReportIndex.make(folder);
        List<String> lines = Files.readAllLines(folder.resolve(ReportIndex.NAME));
        assertThat(lines).hasSize(2);
        assertThat(lines.getFirst())
                .matches("\\{\"format\":\"understudy-report-index\",\"version\":1,\"sha256\":\"[0-9a-f]{64}\"}");
        assertThat(lines.getLast())
                .matches("\\{\"document\":\\{\"octets\":[0-9]+,\"sha256\":\"[0-9a-f]{64}\"},.*"
                        + "\"unsound\":\\{\"items\":1,\"each\":100,\"pieces\":\\[\\[[0-9]+,[0-9]+,[0-9]+]]},"
                        + "\"contaminated\":\\{\"items\":0,\"each\":100,\"pieces\":\\[]}}");
    }

    @Test
    void everyPageOfAPlanIsWhatThePlanHas() throws Exception {
        List<PlanStep> steps = new ArrayList<>();
        for (int i = 0; i < 1_001; i++) {
            steps.add(new PlanStep.Skip(new MailboxId(1), i + 1, "ada", "INBOX", SkipReason.ALREADY_LIVE, "ä" + i));
        }
        MergePlan plan = new MergePlan(
                MergePlan.VERSION,
                "r-20260527-3fa9",
                1,
                "store",
                LocalDate.of(2026, 5, 27),
                MergePolicy.defaults(),
                new PlanTotals(1_001, 0, 0, 0, 0, 0, Map.of(SkipReason.ALREADY_LIVE, 1_001L), List.of()),
                List.of(),
                steps);
        String json = plan.json();
        Files.write(folder.resolve(PlanIndex.DOCUMENT), json.getBytes(StandardCharsets.UTF_8));
        PlanIndex made = PlanIndex.make(folder);
        assertThat(made.document().sha256()).isEqualTo(MergePlan.hash(json));
        assertThat(PlanIndex.read(folder, MergePlan.hash(json))).contains(made);
        assertThat(PlanIndex.read(folder, "0".repeat(64))).isEmpty();
        List<String> all = new ArrayList<>();
        for (int page = 1; page <= made.steps().pages(); page++) {
            all.addAll(made.page(folder, page));
        }
        assertThat(all).isEqualTo(steps.stream().map(PlanStep::text).toList());
    }
}
