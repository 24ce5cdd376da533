package org.understudy.restore.report.page;

import java.io.IOException;
import java.util.List;
import org.understudy.restore.copies.CopyTotals;
import org.understudy.restore.copies.CopyWords;
import org.understudy.restore.inspect.BestCopy;
import org.understudy.restore.report.page.Assessment.Bin;
import org.understudy.restore.report.page.Assessment.Copies;
import org.understudy.restore.report.page.Assessment.Fact;
import org.understudy.restore.validate.Verdict;

/** How a source compares with others that hold the same mail. */
final class CopySection {
    private CopySection() {}

    static Copies of(CopyTotals totals, List<BestCopy> onlyThere) {
        return new Copies(
                CopyWords.conclusion(totals),
                CopyWords.bins(totals).stream()
                        .map(line -> new Bin(line.name(), line.count(), line.meaning()))
                        .toList(),
                totals.sources().stream()
                        .map(source -> new Fact(source.kind() + " " + source.name(), CopyWords.words(source)))
                        .toList(),
                onlyThere.stream()
                        .map(best -> new Fact(word(best.verdict()), best.ref().path() + " of " + best.source()))
                        .toList());
    }

    private static String word(@org.jspecify.annotations.Nullable Verdict verdict) {
        return verdict == null ? "unreadable" : verdict.word();
    }

    static void write(Markup page, Copies copies) throws IOException {
        page.open("section").element("h2", "Compared with other sources").line();
        page.element("p", copies.conclusion()).line();
        page.open("table", "class", "bins");
        page.element("caption", "How the copies compare; equal, differing, unreadable and only here add up to here")
                .open("thead")
                .open("tr");
        page.element("th", "Copies", "scope", "col")
                .element("th", "Messages", "scope", "col", "class", "n")
                .element("th", "What it means", "scope", "col");
        page.close().close().line().open("tbody").line();
        for (Bin row : copies.rows()) {
            page.open("tr").element("th", row.name(), "scope", "row");
            page.element("td", Shown.number(row.count()), "class", "n").element("td", row.meaning());
            page.close().line();
        }
        page.close().close().line();
        list(page, "sources", copies.sources());
        if (!copies.onlyThere().isEmpty()) {
            page.open("details").line();
            page.element(
                            "summary",
                            "Messages that only another source has (" + Shown.number(copies.onlyThere().size())
                                    + " shown)")
                    .line();
            list(page, "only-there", copies.onlyThere());
            page.close().line();
        }
        page.close().line();
    }

    private static void list(Markup page, String name, List<Fact> facts) throws IOException {
        page.open("ul", "class", name).line();
        for (Fact fact : facts) {
            page.open("li").open("strong").name(fact.label()).close().text(": ").name(fact.value());
            page.close().line();
        }
        page.close().line();
    }
}
