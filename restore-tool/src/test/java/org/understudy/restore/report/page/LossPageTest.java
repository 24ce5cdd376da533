package org.understudy.restore.report.page;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.StringReader;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.understudy.restore.canary.CanaryState;
import org.understudy.restore.loss.LossReport;
import org.understudy.restore.loss.LossReport.AdminRow;
import org.understudy.restore.loss.LossReport.Confidence;
import org.understudy.restore.loss.LossReport.Explained;
import org.understudy.restore.loss.LossReport.Gone;
import org.understudy.restore.loss.LossReport.HistoryUsed;
import org.understudy.restore.loss.LossReport.Kind;
import org.understudy.restore.loss.LossReport.Next;
import org.understudy.restore.loss.LossReport.Row;
import org.understudy.restore.loss.LossReport.Totals;
import org.understudy.restore.loss.LossReport.What;
import org.xml.sax.InputSource;

/** The page shows the report's own figures, they add up however long it is, and nothing in it can do anything. */
class LossPageTest {
    private static final Instant NOW = Instant.parse("2026-05-28T09:00:00Z");
    private static final String SNAPSHOT = "2026-05-27T020000Z-630dd7";
    private static final Pattern FOOT = Pattern.compile("<tfoot>\\s*(.*?)</tfoot>", Pattern.DOTALL);
    private static final Pattern CELL = Pattern.compile("<td class=\"(?:z|s|sum)\">([0-9,]+)</td>");

    private static LossReport report(List<Row> rows, List<CanaryState> canaries) {
        long lost = rows.stream().mapToLong(Row::messages).sum();
        long octets = rows.stream().mapToLong(Row::octets).sum();
        return new LossReport(
                NOW,
                "store-1",
                "command",
                "2.7 % of users lost " + lost + " messages; the best copies lie in snapshot " + SNAPSHOT + ".",
                new Totals(
                        10_000,
                        rows.stream().map(Row::user).distinct().count(),
                        50_000,
                        48_000,
                        900_000,
                        880_000,
                        lost,
                        octets,
                        lost,
                        0,
                        0,
                        0,
                        0,
                        7,
                        7_000,
                        new Explained(4_711, 815, 12, 3, 2, 1, 0)),
                List.of(new HistoryUsed(SNAPSHOT, NOW, true, "", 900_000, NOW, true, true)),
                rows,
                List.of(new AdminRow(
                        "carl", "INBOX", "2026-02", "system:clean-up", NOW, NOW, LossReport.LOG_COPY, 7, 7_000)),
                List.of(new Gone(What.MAILBOX, "dora", "Old <b>", 33, Confidence.CERTAIN, true)),
                canaries,
                List.of(new Next(
                        SNAPSHOT, false, 2, lost, "understudy restore stage --snapshot " + SNAPSHOT + " --user ada")),
                List.of("There is no delivery log."),
                1_234);
    }

    private static List<Row> town(int users) {
        List<Row> rows = new ArrayList<>();
        for (int i = 0; i < users; i++) {
            String user = String.format(Locale.ROOT, "user%04d", i);
            for (int month = 1; month <= 5; month++) {
                rows.add(new Row(
                        user,
                        "INBOX",
                        "2026-0" + month,
                        Kind.MISSING,
                        Confidence.CERTAIN,
                        SNAPSHOT,
                        1 + (i * 7 + month * 3) % 40,
                        1_000));
            }
        }
        return rows;
    }

    private static String page(LossReport report) throws Exception {
        StringBuilder out = new StringBuilder();
        LossPage.write(report, out);
        DocumentBuilderFactory.newInstance()
                .newDocumentBuilder()
                .parse(new InputSource(new StringReader(out.substring(out.indexOf("<html")))));
        return out.toString();
    }

    private static String section(String page, String from, String to) {
        int begin = page.indexOf(from);
        assertThat(begin).as(from).isNotNegative();
        return page.substring(begin, page.indexOf(to, begin));
    }

    @Test
    void everyFigureOfTheReportIsOnThePage() throws Exception {
        String page = page(report(
                town(2),
                List.of(new CanaryState(
                        "tweety", "Canary", NOW, 12, 11, 0, List.of("UID 2 of 2025-07-27 is missing")))));
        assertThat(page)
                .contains("4,711", "815", "48,000 mailboxes", "880,000 messages")
                .contains("UID 2 of 2025-07-27 is missing", "11 of 12 messages equal byte for byte")
                .contains("system:clean-up", "expunge log", "There is no delivery log.")
                .contains("understudy restore stage --snapshot " + SNAPSHOT + " --user ada")
                .contains("Mail is missing");
        long lost = town(2).stream().mapToLong(Row::messages).sum();
        assertThat(foot(section(page, "class=\"heat\"", "</table>")).getLast()).isEqualTo(lost);
    }

    private static List<Long> foot(String table) {
        Matcher foot = FOOT.matcher(table);
        assertThat(foot.find()).isTrue();
        String last = foot.group(1);
        last = last.substring(last.lastIndexOf("<tr>"));
        List<Long> numbers = new ArrayList<>();
        Matcher cell = CELL.matcher(last);
        while (cell.find()) {
            numbers.add(Long.parseLong(cell.group(1).replace(",", "")));
        }
        return numbers;
    }

    @Test
    void ofThousandsTheWorstAreNamedTheRestIsSummedAndColumnsAddUp() throws Exception {
        List<Row> rows = town(1_500);
        String page = page(report(rows, List.of()));
        String heat = section(page, "class=\"heat\"", "</table>");
        assertThat(heat.split("<bdi>user", -1).length - 1).isEqualTo(HeatMap.NAMED);
        assertThat(heat).contains("1,300 users more");
        List<Long> foot = foot(heat);
        assertThat(foot).hasSize(6);
        for (int month = 1; month <= 5; month++) {
            String name = "2026-0" + month;
            assertThat(foot.get(month - 1))
                    .as(name)
                    .isEqualTo(rows.stream()
                            .filter(row -> row.month().equals(name))
                            .mapToLong(Row::messages)
                            .sum());
        }
        assertThat(foot.get(5))
                .isEqualTo(
                        foot.subList(0, 5).stream().mapToLong(Long::longValue).sum());
        assertThat(page).contains("5,500 rows more; --json lists them");
    }

    @Test
    void manyMonthsAreFoldedIntoOneColumnOfEarlierOnes() throws Exception {
        List<Row> rows = new ArrayList<>();
        for (int i = 0; i < 60; i++) {
            rows.add(new Row(
                    "ada",
                    "INBOX",
                    java.time.YearMonth.of(2021, 1).plusMonths(i).toString(),
                    Kind.MISSING,
                    Confidence.CERTAIN,
                    SNAPSHOT,
                    2,
                    10));
        }
        rows.add(new Row("ada", "INBOX", LossReport.NO_MONTH, Kind.MISSING, Confidence.CERTAIN, "", 5, 0));
        String heat = section(page(report(rows, List.of())), "class=\"heat\"", "</table>");
        assertThat(heat).contains(">earlier<", ">no date<", ">2023-01<").doesNotContain(">2022-12<");
        List<Long> foot = foot(heat);
        assertThat(foot).hasSize(HeatMap.MONTHS + 3);
        assertThat(foot.getFirst()).isEqualTo(48);
        assertThat(foot.getLast()).isEqualTo(125);
    }

    @Test
    void namesCannotDoAnythingAndNothingIsLoaded() throws Exception {
        String page = page(report(
                List.of(new Row(
                        "<script>alert(1)</script>",
                        "a\u202Eb\"onload=",
                        "2026-01",
                        Kind.HIDDEN,
                        Confidence.LIKELY,
                        LossReport.LIVE_COPY,
                        1,
                        1)),
                List.of()));
        assertThat(page)
                .doesNotContain("<script")
                .doesNotContain("\u202E")
                .doesNotContain("url(")
                .contains("default-src &#39;none&#39;; style-src &#39;sha256-", "Old &lt;b&gt;");
    }

    @Test
    void withoutALossItSaysSoAndDrawsNothing() throws Exception {
        LossReport lossless = report(List.of(), List.of());
        LossReport none = new LossReport(
                lossless.at(),
                lossless.storeId(),
                lossless.trigger(),
                "No message is lost: all 900,000 that history knows are live, or were expunged and logged.",
                lossless.totals(),
                lossless.history(),
                List.of(),
                List.of(),
                List.of(),
                List.of(),
                List.of(),
                lossless.limits(),
                1);
        assertThat(page(none)).contains("No mail is missing").doesNotContain("class=\"heat\"");
    }

    @Test
    void numbersStandOutFromTheirShades() {
        String[] schemes = StyleSheet.with("loss.css").text().split("--heat-a", -1);
        assertThat(schemes).as("two schemes, and two uses").hasSize(5);
        for (int scheme : new int[] {1, 2}) {
            String text = "--heat-a" + schemes[scheme];
            for (String shade : List.of("a", "b", "c")) {
                assertThat(contrast(colour(text, "heat-" + shade), colour(text, "on-light")))
                        .as("scheme %d shade %s", scheme, shade)
                        .isGreaterThanOrEqualTo(4.5);
            }
            for (String shade : List.of("d", "e")) {
                assertThat(contrast(colour(text, "heat-" + shade), colour(text, "on-strong")))
                        .as("scheme %d shade %s", scheme, shade)
                        .isGreaterThanOrEqualTo(4.5);
            }
        }
    }

    private static String colour(String text, String name) {
        Matcher matcher = Pattern.compile("--" + name + ": (#[0-9a-f]{6});").matcher(text);
        assertThat(matcher.find()).as(name).isTrue();
        return matcher.group(1);
    }

    private static double contrast(String one, String other) {
        double a = luminance(one);
        double b = luminance(other);
        return (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
    }

    private static double luminance(String colour) {
        double[] weights = {0.2126, 0.7152, 0.0722};
        double sum = 0;
        for (int i = 0; i < 3; i++) {
            double value = Integer.parseInt(colour.substring(1 + 2 * i, 3 + 2 * i), 16) / 255.0;
            sum += weights[i] * (value <= 0.04045 ? value / 12.92 : Math.pow((value + 0.055) / 1.055, 2.4));
        }
        return sum;
    }
}
