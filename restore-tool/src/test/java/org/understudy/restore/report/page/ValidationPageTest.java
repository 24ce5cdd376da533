package org.understudy.restore.report.page;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.StringReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.understudy.restore.report.ValidationReport;
import org.understudy.restore.report.VerdictCounts;
import org.understudy.restore.shadow.ReplayTotals;
import org.understudy.restore.validate.Finding;
import org.understudy.restore.validate.Verdict;
import org.understudy.storage.OperatorException;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;
import org.xml.sax.InputSource;

class ValidationPageTest {
    private static final String HOSTILE = "<script>alert(1)</script>\"'&\u202egro\u0007";

    @TempDir
    Path folder;

    private static ValidationReport report() {
        List<ValidationReport.Row> rows = List.of(
                new ValidationReport.Row("ada", "INBOX", "2026-01", new VerdictCounts(1200, 30, 0, 0, 0, 5)),
                new ValidationReport.Row("ada", HOSTILE, "2026-07", new VerdictCounts(3, 0, 2, 1, 0, 0)),
                new ValidationReport.Row("bob", "INBOX", "", new VerdictCounts(0, 0, 0, 0, 4, 0)));
        VerdictCounts totals = new VerdictCounts(1203, 30, 2, 1, 4, 5);
        ValidationReport.Unsound damaged = new ValidationReport.Unsound(
                "ada",
                HOSTILE,
                17,
                "cur/" + HOSTILE + "x".repeat(10_000),
                Verdict.DAMAGED,
                "",
                List.of(new Finding(
                        "maildir-size",
                        Finding.Strength.CONTRADICTION,
                        new Finding.Place.FileName(),
                        "S= states 900 octets, the file has 512 " + HOSTILE)));
        return new ValidationReport(
                "r-20260527-1a2b",
                "/backup/" + HOSTILE,
                Instant.parse("2026-05-27T02:00:00Z"),
                new ReplayTotals(1240, 1236, 0, 4, 0, 9_000_000, true),
                totals,
                1236,
                9_000_000,
                0,
                rows,
                Map.of("maildir-size contradiction", 1L),
                List.of(damaged));
    }

    private static Document parsed(String page) throws Exception {
        DocumentBuilderFactory factory = DocumentBuilderFactory.newInstance();
        factory.setFeature("http://apache.org/xml/features/nonvalidating/load-external-dtd", false);
        return factory.newDocumentBuilder().parse(new InputSource(new StringReader(page)));
    }

    @Test
    void pageIsWellFormedAndShowsTheFigures() throws Exception {
        StringBuilder page = new StringBuilder();
        ValidationPage.write(report(), page);
        String text =
                parsed(page.toString()).getDocumentElement().getTextContent().replaceAll("\\s+", " ");
        assertThat(text)
                .contains(report().conclusion())
                .contains("r-20260527-1a2b")
                .contains("1,203");
        assertThat(text).contains("maildir-size").contains("S= states 900 octets, the file has 512");
    }

    @Test
    void emptyMonthsAreShownAsAGap() {
        StringBuilder page = new StringBuilder();
        write(page);
        assertThat(page.toString()).contains("2026-02 to 2026-06").contains("5 months");
    }

    @Test
    void namesOfMailCannotBecomeMarkup() {
        StringBuilder page = new StringBuilder();
        write(page);
        assertThat(page.toString())
                .doesNotContain("<script")
                .doesNotContain("\u202e")
                .doesNotContain("\u0007")
                .contains("&lt;script&gt;");
    }

    @Test
    void pageRefersToNothingOutsideItself() {
        StringBuilder page = new StringBuilder();
        write(page);
        assertThat(page.toString())
                .contains("Content-Security-Policy")
                .contains("default-src &#39;none&#39;")
                .doesNotContainPattern("(src|href)=\"(https?:)?//")
                .doesNotContain("@import")
                .doesNotContainPattern("url\\((?!data:|#)");
    }

    @Test
    void policyNamesTheDigestOfTheStyleSheetOnThePage() throws Exception {
        StringBuilder page = new StringBuilder();
        write(page);
        int from = page.indexOf("<style>") + "<style>".length();
        byte[] sheet = page.substring(from, page.indexOf("</style>")).getBytes(StandardCharsets.UTF_8);
        String digest = Base64.getEncoder()
                .encodeToString(MessageDigest.getInstance("SHA-256").digest(sheet));
        assertThat(page.toString()).contains("sha256-" + digest).doesNotContain(" style=\"");
    }

    @Test
    void longListsAreCutSayHowMuchAndStillAddUp() throws Exception {
        StringBuilder out = new StringBuilder();
        ValidationPage.write(Reports.of(2_500, "cur/"), out);
        String page = out.toString();
        String text = parsed(page).getDocumentElement().getTextContent();
        assertThat(text).contains("And 1,500 more that are not listed here. All are in report.json");
        assertThat(text.split("the outer multipart never closes", -1)).hasSize(1_001);
        assertThat(text).contains("500 more mailboxes");
        assertThat(page).containsPattern("2,500 mailboxes</th>.*>22,500</td>.*>2,500</td>.*>25,000</td>");
    }

    @Test
    void everyTableHasACaptionAndEveryHeadingAScope() throws Exception {
        StringBuilder page = new StringBuilder();
        write(page);
        Document document = parsed(page.toString());
        NodeList tables = document.getElementsByTagName("table");
        assertThat(tables.getLength()).isGreaterThanOrEqualTo(5);
        for (int i = 0; i < tables.getLength(); i++) {
            assertThat(((Element) tables.item(i))
                            .getElementsByTagName("caption")
                            .getLength())
                    .isEqualTo(1);
        }
        NodeList headings = document.getElementsByTagName("th");
        for (int i = 0; i < headings.getLength(); i++) {
            assertThat(((Element) headings.item(i)).getAttribute("scope")).isNotEmpty();
        }
    }

    @Test
    void longNamesLoseTheirMiddleOnly() {
        StringBuilder page = new StringBuilder();
        write(page);
        assertThat(page.toString())
                .contains("x \u2026 x")
                .contains("characters)")
                .doesNotContain("x".repeat(400));
    }

    @Test
    void faultWhileWritingLeavesTheOldFile() throws Exception {
        Path file = folder.resolve("report.html");
        Files.writeString(file, "old");
        assertThatThrownBy(() -> PageFile.write(file, out -> {
                    out.append("half");
                    throw new IOException("No space left on device");
                }))
                .isInstanceOf(OperatorException.class)
                .hasMessageContaining("no space left");
        assertThat(Files.readString(file)).isEqualTo("old");
        try (var inside = Files.list(folder)) {
            assertThat(inside).containsExactly(file);
        }
    }

    @Test
    void fileIsReplacedWhole() throws Exception {
        Path file = folder.resolve("report.html");
        Files.writeString(file, "old");
        ValidationPage.write(report(), file);
        assertThat(Files.readString(file)).startsWith("<!DOCTYPE html>").endsWith("</html>\n");
        try (var inside = Files.list(folder)) {
            assertThat(inside).containsExactly(file);
        }
    }

    private static void write(StringBuilder page) {
        try {
            ValidationPage.write(report(), page);
        } catch (java.io.IOException e) {
            throw new IllegalStateException(e);
        }
    }
}
