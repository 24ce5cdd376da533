package org.understudy.restore.report.page;

import java.io.IOException;

/** Small drawings that tell verdicts apart by shape and pattern, beside words and colours. */
final class Signs {
    private Signs() {}

    /** The sign of a grade: tick, ring, triangle, cross, or a page with a gap. */
    static void grade(Markup page, Grade grade) throws IOException {
        sign(
                page,
                grade.word(),
                switch (grade) {
                    case PROVEN -> "M2,8.5 L6.2,12.5 L14,3.5";
                    case CONSISTENT -> "M8,2.5 a5.5,5.5 0 1 0 0.01,0 z";
                    case SUSPECT -> "M8,2 L15,14 H1 Z M8,6.5 V9.5 M8,11.5 V12.2";
                    case DAMAGED -> "M3,3 L13,13 M13,3 L3,13";
                    case UNREADABLE -> "M3,2 H13 V6 M13,10 V14 H3 V10 M3,6 V2 M1,8 H15";
                });
    }

    static void outlook(Markup page, Assessment.Outlook outlook) throws IOException {
        sign(
                page,
                outlook.name().toLowerCase(java.util.Locale.ROOT),
                switch (outlook) {
                    case SOUND -> "M2,8.5 L6.2,12.5 L14,3.5";
                    case LOOK -> "M8,2 L15,14 H1 Z M8,6.5 V9.5 M8,11.5 V12.2";
                    case INCOMPLETE -> "M5,3 V13 M11,3 V13";
                    case EMPTY -> "M3,8 H13";
                });
    }

    private static void sign(Markup page, String name, String lines) throws IOException {
        page.open(
                        "svg",
                        "xmlns",
                        "http://www.w3.org/2000/svg",
                        "viewBox",
                        "0 0 16 16",
                        "class",
                        "sign s-" + name,
                        "aria-hidden",
                        "true")
                .empty("path", "d", lines)
                .close();
    }

    /** What the charts' colours, patterns and marks mean; grades that do not occur are left out. */
    static void legend(Markup page, Tally totals) throws IOException {
        page.open("ul", "class", "legend").line();
        for (Grade grade : Grade.values()) {
            if (totals.of(grade) > 0) {
                page.open("li");
                swatch(page, grade);
                page.text(" " + grade.word()).close().line();
            }
        }
        if (totals.damaged() + totals.unreadable() > 0) {
            page.open("li");
            mark(page, "sign-damaged", "M4,4 l8,8 m0,-8 l-8,8");
            page.text(" a month with damaged or unreadable mail").close().line();
        }
        if (totals.suspect() > 0) {
            page.open("li");
            mark(page, "sign-suspect", "M8,4 l5,8 h-10 z");
            page.text(" a month with suspect mail").close().line();
        }
        page.close().line();
    }

    private static void swatch(Markup page, Grade grade) throws IOException {
        page.open(
                        "svg",
                        "xmlns",
                        "http://www.w3.org/2000/svg",
                        "viewBox",
                        "0 0 16 16",
                        "class",
                        "swatch",
                        "aria-hidden",
                        "true")
                .empty("rect", "width", "16", "height", "16", "class", "g-" + grade.word(), "fill", "currentColor");
        if (Grade.UNSOUND.contains(grade)) {
            page.empty(
                    "path",
                    "class",
                    "hatch-" + grade.word(),
                    "d",
                    switch (grade) {
                        case SUSPECT -> "M0,8 L8,0 M0,16 L16,0 M8,16 L16,8";
                        case DAMAGED -> "M0,0 L16,16 M0,16 L16,0 M8,0 L16,8 L8,16 L0,8 Z";
                        case UNREADABLE, PROVEN, CONSISTENT -> "M2,4 h2 M8,4 h2 M5,8 h2 M11,8 h2 M2,12 h2 M8,12 h2";
                    });
        }
        page.close();
    }

    private static void mark(Markup page, String name, String lines) throws IOException {
        page.open(
                        "svg",
                        "xmlns",
                        "http://www.w3.org/2000/svg",
                        "viewBox",
                        "0 0 16 16",
                        "class",
                        "swatch",
                        "aria-hidden",
                        "true")
                .empty("path", "d", lines, "class", name)
                .close();
    }
}
