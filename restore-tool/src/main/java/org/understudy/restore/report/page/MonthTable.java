package org.understudy.restore.report.page;

import java.io.IOException;
import java.time.YearMonth;
import java.util.Iterator;
import java.util.List;
import java.util.Map;

/** The figures of the chart; a run of months without mail is one row. */
final class MonthTable {
    private final Months months;

    MonthTable(Months months) {
        this.months = months;
    }

    void write(Markup page) throws IOException {
        page.open("details").element("summary", "The figures of this chart").line();
        page.open("div", "class", "scroll", "role", "region", "tabindex", "0", "aria-label", "Messages by month");
        page.open("table", "class", "counts").element("caption", "Messages by month and verdict");
        GradeColumns.head(page, "Month");
        page.open("tbody").line();
        if (months.earlier().all() > 0) {
            row(page, "before " + months.first(), months.earlier());
        }
        Iterator<Months.Hole> holes = months.holes().iterator();
        Months.Hole hole = holes.hasNext() ? holes.next() : null;
        for (Map.Entry<YearMonth, Tally> month : months.drawn().entrySet()) {
            if (hole != null && hole.from().isBefore(month.getKey())) {
                hole(page, hole);
                hole = holes.hasNext() ? holes.next() : null;
            }
            row(page, month.getKey().toString(), month.getValue());
        }
        if (hole != null) {
            hole(page, hole);
        }
        if (months.later().all() > 0) {
            row(page, "after " + months.last(), months.later());
        }
        if (months.undated().all() > 0) {
            row(page, "no date", months.undated());
        }
        page.close().open("tfoot").line();
        row(page, "all", all());
        page.close().close().close().close().line();
    }

    private Tally all() {
        return months.drawn().values().stream()
                .reduce(Tally.NONE, Tally::plus)
                .plus(months.earlier())
                .plus(months.later())
                .plus(months.undated());
    }

    private static void row(Markup page, String name, Tally tally) throws IOException {
        page.open("tr").element("th", name, "scope", "row");
        GradeColumns.cells(page, tally);
        page.close().line();
    }

    private static void hole(Markup page, Months.Hole hole) throws IOException {
        page.open("tr", "class", "hole").element("th", hole.text(), "scope", "row");
        page.element(
                "td",
                "no mail, " + Shown.number(hole.months(), "month"),
                "colspan",
                Integer.toString(List.of(Grade.values()).size() + 1));
        page.close().line();
    }
}
