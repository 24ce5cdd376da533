package org.understudy.restore.report.page;

import java.io.IOException;
import java.util.List;
import java.util.Locale;
import org.understudy.restore.report.page.Assessment.Bin;
import org.understudy.restore.report.page.Assessment.CheckRow;
import org.understudy.restore.report.page.Assessment.Fact;
import org.understudy.restore.validate.Finding;

/** An assessment as a page: what to decide first, then the figures, then what they rest on. */
final class Page {
    private static final int SHORT = 90;

    private final Assessment it;
    private final StyleSheet style = StyleSheet.load();

    Page(Assessment assessment) {
        this.it = assessment;
    }

    void write(Appendable out) throws IOException {
        Markup page = new Markup(out);
        page.doctype();
        page.open("html", "xmlns", "http://www.w3.org/1999/xhtml", "lang", "en", "xml:lang", "en")
                .line();
        head(page);
        page.open("body").line();
        header(page);
        page.open("main").line();
        verdicts(page);
        if (it.copies() != null) {
            CopySection.write(page, it.copies());
        }
        months(page);
        new MailboxTable(it).write(page);
        new FlawList(it).write(page);
        bins(page);
        checks(page);
        page.close().line();
        page.open("footer").open("p");
        page.text("This file is complete in itself: it loads nothing and runs no script. It names users, mailboxes and"
                + " files, but quotes no mail.");
        page.close().close().line();
        page.close().line().close().line();
        page.end();
    }

    private void head(Markup page) throws IOException {
        page.open("head").line();
        page.empty("meta", "charset", "utf-8").line();
        page.empty("meta", "http-equiv", "Content-Security-Policy", "content", style.policy())
                .line();
        page.empty("meta", "name", "viewport", "content", "width=device-width, initial-scale=1")
                .line();
        page.empty("meta", "name", "color-scheme", "content", "light dark").line();
        page.empty("meta", "name", "referrer", "content", "no-referrer").line();
        page.empty("meta", "name", "robots", "content", "noindex").line();
        page.element(
                        "title",
                        it.kind() + " \u2013 "
                                + Shown.name(it.facts().getFirst().value()))
                .line();
        page.style(style.text());
        page.line().close().line();
    }

    private void header(Markup page) throws IOException {
        String mood = it.outlook().name().toLowerCase(Locale.ROOT);
        page.open("header", "class", mood).line();
        page.open("p", "class", "eyebrow")
                .element("strong", "Understudy")
                .text(" \u00b7 " + it.kind())
                .close()
                .line();
        page.open("p", "class", "outlook");
        Signs.outlook(page, it.outlook());
        page.text(it.outlook().words()).close().line();
        headline(page);
        page.open("dl", "class", "facts").line();
        for (Fact fact : it.facts()) {
            page.open("div").element("dt", fact.label()).open("dd").name(fact.value());
            page.close().close().line();
        }
        page.close().close().line();
    }

    /** The conclusion, its first clause large. */
    private void headline(Markup page) throws IOException {
        String conclusion = it.conclusion();
        int end = conclusion.length() > SHORT ? conclusion.indexOf("; ") + 1 : 0;
        page.open("h1");
        if (end > 0) {
            page.text(conclusion.substring(0, end)).element("span", conclusion.substring(end));
        } else {
            page.text(conclusion);
        }
        page.close().line();
    }

    private void verdicts(Markup page) throws IOException {
        page.open("section").element("h2", "Verdicts").line();
        page.open("table", "class", "verdicts");
        page.element("caption", "Messages by verdict, and what each verdict means")
                .open("thead")
                .open("tr");
        page.element("th", "Verdict", "scope", "col")
                .element("th", "Count", "scope", "col", "class", "n")
                .element("th", "Share", "scope", "col", "class", "n")
                .element("th", "What it means", "scope", "col");
        page.close().close().line().open("tbody").line();
        for (Grade grade : Grade.values()) {
            long count = it.totals().of(grade);
            page.open("tr", "class", count == 0 ? "none" : grade.word()).open("th", "scope", "row");
            Signs.grade(page, grade);
            page.text(" " + grade.word()).close();
            page.element("td", Shown.number(count), "class", "n")
                    .element("td", Shown.share(count, it.totals().all()), "class", "n")
                    .element("td", grade.meaning());
            page.close().line();
        }
        page.close().open("tfoot").open("tr").element("th", "all", "scope", "row");
        page.element("td", Shown.number(it.totals().all()), "class", "n")
                .element("td", it.totals().all() == 0 ? "" : "100 %", "class", "n")
                .element("td", "");
        page.close().close().close().close().line();
    }

    private void months(Markup page) throws IOException {
        page.open("section").element("h2", "By month").line();
        if (it.months().empty()) {
            page.element("p", "No message has a month.").close().line();
            return;
        }
        page.element("p", "Messages by the month of " + it.monthsBy() + ".", "class", "note")
                .line();
        holes(page);
        Signs.legend(page, it.totals());
        for (MonthChart.Shape shape : MonthChart.Shape.values()) {
            page.open("div", "class", "chart " + shape.name().toLowerCase(Locale.ROOT))
                    .line();
            new MonthChart(it.months(), shape).write(page);
            page.close().line();
        }
        new MonthTable(it.months()).write(page);
        page.close().line();
    }

    private void holes(Markup page) throws IOException {
        List<Months.Hole> longest = it.months().longestHoles(6);
        if (longest.isEmpty()) {
            page.element(
                            "p",
                            "Every month from " + it.months().first() + " to "
                                    + it.months().last() + " has mail.",
                            "class",
                            "note")
                    .line();
            return;
        }
        page.open("p", "class", "holes").element("strong", "No mail at all: ");
        String separator = "";
        for (Months.Hole hole : longest) {
            page.text(separator + hole.text() + " (" + Shown.number(hole.months(), "month") + ")");
            separator = "; ";
        }
        int more = it.months().holes().size() - longest.size();
        page.text(more > 0 ? "; and " + Shown.number(more) + " shorter." : ".")
                .close()
                .line();
    }

    private void bins(Markup page) throws IOException {
        page.open("section").element("h2", "Every item accounted for").line();
        page.open("table", "class", "bins");
        page.element("caption", "What became of each item of the source; an item is in one bin")
                .open("thead")
                .open("tr");
        page.element("th", "Bin", "scope", "col")
                .element("th", "Items", "scope", "col", "class", "n")
                .element("th", "What is in it", "scope", "col");
        page.close().close().line().open("tbody").line();
        for (Bin bin : it.bins()) {
            page.open("tr").element("th", bin.name(), "scope", "row");
            page.element("td", Shown.number(bin.count()), "class", "n").element("td", bin.meaning());
            page.close().line();
        }
        page.close().open("tfoot").open("tr").element("th", "sum", "scope", "row");
        page.element("td", Shown.number(it.items()), "class", "n").element("td", "items in the source");
        page.close().close().close().line();
        page.element("p", it.binsNote(), "class", "note").close().line();
    }

    private void checks(Markup page) throws IOException {
        if (it.checks().isEmpty()) {
            return;
        }
        page.open("section").element("h2", "What the checks said").line();
        page.open("div", "class", "scroll", "role", "region", "tabindex", "0", "aria-label", "Findings by check");
        page.open("table", "class", "checks");
        page.element("caption", "Findings by check and strength, on sound messages too")
                .open("thead")
                .open("tr");
        page.element("th", "Check", "scope", "col");
        for (Finding.Strength strength : Finding.Strength.values()) {
            page.element("th", strength.word(), "scope", "col", "class", "n");
        }
        page.close().close().line().open("tbody").line();
        for (CheckRow row : it.checks()) {
            page.open("tr").open("th", "scope", "row").name(row.check()).close();
            for (long count : row.counts()) {
                page.element("td", Shown.number(count), "class", count == 0 ? "n zero" : "n");
            }
            page.close().line();
        }
        page.close().close().close().close().line();
    }
}
