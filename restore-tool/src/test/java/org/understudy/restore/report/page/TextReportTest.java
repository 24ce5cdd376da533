package org.understudy.restore.report.page;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.understudy.restore.report.ValidationReport;

class TextReportTest {
    @Test
    void noLineIsWiderThanATerminal() throws IOException {
        assertThat(lines(Reports.of(30, "cur/" + "\u6f22\u5b57/".repeat(40)), false))
                .allSatisfy(line -> assertThat(Lines.width(line)).isLessThanOrEqualTo(80));
    }

    @Test
    void asciiIsAscii() throws IOException {
        String text = text(Reports.of(30, "cur/\u6f22\u5b57\u001b[31m"), true);
        assertThat(text).matches("[\\n\\x20-\\x7E]*").contains("###").contains("cur/??\\u{1B}[31m0");
    }

    @Test
    void figuresAreThoseOfTheReport() throws IOException {
        ValidationReport report = Reports.of(30, "cur/");
        assertThat(lines(report, false))
                .contains("  sum                303  items in the source")
                .anyMatch(line -> line.matches("  replayed +300  .*"))
                .anyMatch(line -> line.matches("  suspect +30  .*"))
                .anyMatch(line -> line.matches("  all +300"))
                .anyMatch(line -> line.matches(" +0 +270 +30 +0 +0  all"));
        assertThat(text(report, false).replaceAll("\\s+", " ")).startsWith(report.conclusion());
    }

    @Test
    void fiveMonthsWithoutMailAreALine() throws IOException {
        assertThat(lines(Reports.of(4, "cur/"), false))
                .containsSubsequence(
                        "  2025-12        20 \u2588\u2588\u2588\u2588\u2588\u2588\u2588\u2588\u2588\u2588\u2588\u2588"
                                + "\u2588\u2588\u2588\u2588\u2588\u2588\u2588\u2588\u2588\u2588\u2588\u2588\u2588\u2588"
                                + "\u2588\u2588  2 suspect",
                        "  2026-01 to 2026-05: no mail, 5 months");
    }

    @Test
    void longListsAreCutAndAddUpAllTheSame() throws IOException {
        String text = text(Reports.of(200, "cur/"), false);
        assertThat(text).contains("and 140 more mailboxes").contains("And 180 more. All are in report.json");
        assertThat(text.split("doubt by mime-structure, octet 2100 to 2139", -1))
                .hasSize(21);
    }

    @Test
    void thinnestBarIsSeen() {
        assertThat(new Bar(100_000, false).of(1, false)).isEqualTo("\u258f");
        assertThat(new Bar(100_000, true).of(1, false)).isEqualTo("#");
        assertThat(new Bar(100_000, false).of(100_000, false)).isEqualTo("\u2588".repeat(28));
    }

    private static List<String> lines(ValidationReport report, boolean ascii) throws IOException {
        return text(report, ascii).lines().toList();
    }

    private static String text(ValidationReport report, boolean ascii) throws IOException {
        StringBuilder text = new StringBuilder();
        TextReport.print(report, ascii, text);
        return text.toString();
    }
}
