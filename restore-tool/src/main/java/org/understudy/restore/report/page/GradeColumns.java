package org.understudy.restore.report.page;

import java.io.IOException;

/** The columns that tables by verdict share. */
final class GradeColumns {
    private GradeColumns() {}

    /** @param more headings of columns after the sum */
    static void head(Markup page, String first, String... more) throws IOException {
        page.open("thead").open("tr").element("th", first, "scope", "col");
        for (Grade grade : Grade.values()) {
            page.open("th", "scope", "col", "class", "n")
                    .element("span", grade.word())
                    .close();
        }
        page.open("th", "scope", "col", "class", "n").element("span", "all").close();
        for (String heading : more) {
            page.open("th", "scope", "col", "class", "n")
                    .element("span", heading)
                    .close();
        }
        page.close().close().line();
    }

    static void cells(Markup page, Tally tally) throws IOException {
        for (Grade grade : Grade.values()) {
            long count = tally.of(grade);
            String kind = count == 0 ? "n zero" : Grade.UNSOUND.contains(grade) ? "n bad " + grade.word() : "n";
            page.element("td", Shown.number(count), "class", kind);
        }
        page.element("td", Shown.number(tally.all()), "class", "n sum");
    }
}
