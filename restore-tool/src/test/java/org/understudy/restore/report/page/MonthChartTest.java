package org.understudy.restore.report.page;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.io.StringReader;
import java.time.YearMonth;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.IntStream;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;
import org.xml.sax.InputSource;

class MonthChartTest {
    private static final YearMonth NOW = YearMonth.of(2026, 5);

    @ParameterizedTest
    @EnumSource
    void barsAreAsHighAsTheirCounts(MonthChart.Shape shape) throws Exception {
        SortedMap<YearMonth, Tally> months = new TreeMap<>();
        IntStream.range(0, 75)
                .forEach(i -> months.put(
                        YearMonth.of(2020, 1).plusMonths(i), new Tally(7 * i + 1, 900 - i, i % 5, i % 3, i % 2)));
        Document chart = draw(Months.of(months, new Tally(0, 0, 0, 0, 11), NOW), shape);
        for (YearMonth month : months.keySet()) {
            assertBar(bar(chart, month.toString()), months.get(month), chart);
        }
        assertBar(bar(chart, "no date"), new Tally(0, 0, 0, 0, 11), chart);
        long all = months.values().stream().mapToLong(Tally::all).sum() + 11;
        assertThat(elements(chart, "rect", "data-count").stream()
                        .mapToLong(rect -> Long.parseLong(rect.getAttribute("data-count")))
                        .sum())
                .isEqualTo(all);
    }

    @ParameterizedTest
    @EnumSource
    void holeOfFiveMonthsIsAFieldAsWideAsFiveBars(MonthChart.Shape shape) throws Exception {
        SortedMap<YearMonth, Tally> months = new TreeMap<>(Map.of(
                YearMonth.of(2025, 11), new Tally(0, 5, 0, 0, 0),
                YearMonth.of(2025, 12), new Tally(0, 6, 0, 0, 0),
                YearMonth.of(2026, 6), new Tally(0, 7, 0, 0, 0)));
        Document chart = draw(Months.of(months, Tally.NONE, YearMonth.of(2026, 6)), shape);
        List<Element> holes = elements(chart, "g", "data-months");
        assertThat(holes).hasSize(1);
        Element hole = holes.getFirst();
        assertThat(hole.getAttribute("data-months")).isEqualTo("5");
        assertThat(hole.getTextContent()).contains("2026-01 to 2026-05").contains("no mail, 5 months");
        double slot = number(rects(bar(chart, "2025-12")).getFirst(), "x")
                - number(rects(bar(chart, "2025-11")).getFirst(), "x");
        assertThat(number(rects(hole).getFirst(), "width")).isCloseTo(5 * slot, within(0.01));
        assertThat(number(rects(hole).getFirst(), "height")).isGreaterThan(100);
    }

    @ParameterizedTest
    @EnumSource
    void barsLieWithinTheDrawing(MonthChart.Shape shape) throws Exception {
        SortedMap<YearMonth, Tally> months = new TreeMap<>();
        IntStream.range(0, 119).forEach(i -> months.put(YearMonth.of(2015, 3).plusMonths(i), tally(1 + i * i)));
        Document chart = draw(Months.of(months, tally(3), NOW), shape);
        for (Element rect : elements(chart, "rect", "data-count")) {
            Element svg = (Element) rect.getParentNode().getParentNode();
            String[] box = svg.getAttribute("viewBox").split(" ", -1);
            assertThat(number(rect, "x")).isNotNegative();
            assertThat(number(rect, "y")).isNotNegative();
            assertThat(number(rect, "x") + number(rect, "width")).isLessThanOrEqualTo(Double.parseDouble(box[2]));
            assertThat(number(rect, "y") + number(rect, "height")).isLessThanOrEqualTo(Double.parseDouble(box[3]));
        }
    }

    @ParameterizedTest
    @EnumSource
    void everyDrawingHasTitleAndDescription(MonthChart.Shape shape) throws Exception {
        SortedMap<YearMonth, Tally> months =
                new TreeMap<>(Map.of(YearMonth.of(2015, 3), tally(3), YearMonth.of(2020, 3), tally(4)));
        Document chart = draw(Months.of(months, Tally.NONE, NOW), shape);
        List<Element> drawings = elements(chart, "svg", "viewBox");
        assertThat(drawings).isNotEmpty();
        for (Element svg : drawings) {
            for (String id : svg.getAttribute("aria-labelledby").split(" ", -1)) {
                assertThat(elements(chart, "*", "id"))
                        .filteredOn(one -> one.getAttribute("id").equals(id))
                        .hasSize(1)
                        .allSatisfy(one -> assertThat(one.getTextContent()).isNotBlank());
            }
        }
    }

    private static Tally tally(long consistent) {
        return new Tally(0, consistent, 0, 0, 0);
    }

    /** The parts lie one above the other without a gap, and each is as high as its count on the panel's own scale. */
    private static void assertBar(Element bar, Tally tally, Document chart) {
        double perItem =
                number(rects(bar).getFirst(), "height") / count(rects(bar).getFirst());
        double tallest = elements(chart, "rect", "data-count").stream()
                .mapToDouble(rect -> number(rect, "height") / count(rect))
                .max()
                .orElseThrow();
        assertThat(perItem).isCloseTo(tallest, within(0.001));
        List<String> grades = new ArrayList<>();
        double foot = Double.NaN;
        long sum = 0;
        for (Element rect : rects(bar)) {
            assertThat(number(rect, "height")).isCloseTo(count(rect) * tallest, within(count(rect) * 0.001 + 0.002));
            if (!Double.isNaN(foot)) {
                assertThat(number(rect, "y") + number(rect, "height")).isCloseTo(foot, within(0.002));
            }
            foot = number(rect, "y");
            sum += count(rect);
            grades.add(rect.getAttribute("class") + "=" + count(rect));
        }
        assertThat(sum).isEqualTo(tally.all());
        for (Grade grade : Grade.values()) {
            if (tally.of(grade) > 0) {
                assertThat(grades).contains("g-" + grade.word() + "=" + tally.of(grade));
            }
        }
    }

    private static Document draw(Months months, MonthChart.Shape shape) throws Exception {
        StringBuilder out = new StringBuilder();
        Markup markup = new Markup(out);
        markup.open("div");
        new MonthChart(months, shape).write(markup);
        markup.close();
        return DocumentBuilderFactory.newInstance()
                .newDocumentBuilder()
                .parse(new InputSource(new StringReader(out.toString())));
    }

    private static Element bar(Document chart, String month) {
        return elements(chart, "g", "data-month").stream()
                .filter(one -> one.getAttribute("data-month").equals(month))
                .findFirst()
                .orElseThrow(() -> new AssertionError("no bar for " + month));
    }

    private static List<Element> rects(Element group) {
        return list(group.getElementsByTagName("rect"));
    }

    private static List<Element> elements(Document chart, String name, String attribute) {
        return list(chart.getElementsByTagName(name)).stream()
                .filter(one -> one.hasAttribute(attribute))
                .toList();
    }

    private static List<Element> list(NodeList nodes) {
        return IntStream.range(0, nodes.getLength())
                .mapToObj(i -> (Element) nodes.item(i))
                .toList();
    }

    private static long count(Element rect) {
        return Long.parseLong(rect.getAttribute("data-count"));
    }

    private static double number(Element element, String attribute) {
        return Double.parseDouble(element.getAttribute(attribute));
    }
}
