package org.understudy.restore.report.page;

import java.io.IOException;
import java.io.UncheckedIOException;
import org.understudy.restore.report.ValidationReport;

/** Parts of report pages, for other pages of the program to put into theirs. All text in them is escaped. */
public final class PageParts {
    private PageParts() {}

    /** The style sheet of the parts, and of report pages. */
    public static String style() {
        return StyleSheet.load().text();
    }

    /** Verdicts by month: a legend, the bars in two widths of which the style shows one, and a table of the same figures. */
    public static String months(ValidationReport report) {
        Assessment it = Assessments.of(report);
        StringBuilder html = new StringBuilder();
        Markup page = new Markup(html);
        try {
            if (it.months().empty()) {
                page.element("p", "No message has a month.");
            } else {
                Signs.legend(page, it.totals());
                for (MonthChart.Shape shape : MonthChart.Shape.values()) {
                    page.open("div", "class", "chart " + shape.name().toLowerCase(java.util.Locale.ROOT));
                    new MonthChart(it.months(), shape).write(page);
                    page.close();
                }
                new MonthTable(it.months()).write(page);
            }
        } catch (IOException e) {
            throw new UncheckedIOException("memory does not fail", e);
        }
        page.end();
        return html.toString();
    }
}
