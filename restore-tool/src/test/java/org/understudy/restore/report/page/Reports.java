package org.understudy.restore.report.page;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.understudy.restore.report.ValidationReport;
import org.understudy.restore.report.VerdictCounts;
import org.understudy.restore.shadow.ReplayTotals;
import org.understudy.restore.validate.Finding;
import org.understudy.restore.validate.Verdict;

/** Reports that add up, of as many mailboxes as a test needs. */
final class Reports {
    private Reports() {}

    /**
     * Mailboxes of users {@code u0}, {@code u1}... with one suspect and nine consistent messages each, two mailboxes a
     * user, except for January to May 2026.
     */
    static ValidationReport of(int mailboxes, String path) {
        List<ValidationReport.Row> rows = new ArrayList<>();
        List<ValidationReport.Unsound> unsound = new ArrayList<>();
        VerdictCounts totals = VerdictCounts.NONE;
        for (int i = 0; i < mailboxes; i++) {
            VerdictCounts counts = new VerdictCounts(0, 9, 1, 0, 0, 2);
            String month = i % 2 == 0 ? "2025-12" : "2026-06";
            rows.add(new ValidationReport.Row("u" + i / 2, "box" + i, month, counts));
            totals = totals.plus(counts);
            unsound.add(new ValidationReport.Unsound(
                    "u" + i / 2,
                    "box" + i,
                    i + 1,
                    path + i,
                    Verdict.SUSPECT,
                    "",
                    List.of(
                            new Finding(
                                    "dates",
                                    Finding.Strength.SUPPORT,
                                    new Finding.Place.Header("Date"),
                                    "agrees with the date of arrival"),
                            new Finding(
                                    "mime-structure",
                                    Finding.Strength.DOUBT,
                                    new Finding.Place.Octets(2_100, 40),
                                    "the outer multipart never closes"))));
        }
        long all = mailboxes * 10L;
        return new ValidationReport(
                "r-1",
                "maildir /backup",
                Instant.parse("2026-06-30T02:00:00Z"),
                new ReplayTotals(all + 3, all, 1, 0, 2, all * 1_000, true),
                totals,
                all,
                all * 1_000,
                0,
                rows,
                Map.of("mime-structure doubt", (long) mailboxes, "dates support", (long) mailboxes),
                unsound);
    }
}
