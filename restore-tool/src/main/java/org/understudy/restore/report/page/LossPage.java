package org.understudy.restore.report.page;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.understudy.restore.canary.CanaryState;
import org.understudy.restore.loss.LossReport;
import org.understudy.restore.loss.LossReport.Confidence;
import org.understudy.restore.loss.LossReport.Explained;
import org.understudy.restore.loss.LossReport.Gone;
import org.understudy.restore.loss.LossReport.HistoryUsed;
import org.understudy.restore.loss.LossReport.Next;
import org.understudy.restore.loss.LossReport.Totals;

/** Who lost what, as one HTML file that needs no other: the answer, a map of users by months, and what it rests on. */
public final class LossPage {
    private static final int LISTED = 500;

    private final LossReport it;
    private final StyleSheet style = StyleSheet.with("loss.css");

    private LossPage(LossReport report) {
        it = report;
    }

    /** @throws org.understudy.storage.OperatorException if no page can be written there */
    public static void check(Path file) {
        PageFile.check(file);
    }

    /**
     * Writes the page, or replaces it whole; on a fault the file is as it was before.
     *
     * @throws org.understudy.storage.OperatorException if the file cannot be written there
     */
    public static void write(LossReport report, Path file) {
        PageFile.write(file, out -> write(report, out));
    }

    /** Writes the page as it goes; {@code out} should be buffered and encode UTF-8. */
    public static void write(LossReport report, Appendable out) throws IOException {
        new LossPage(report).write(out);
    }

    private void write(Appendable out) throws IOException {
        Markup page = new Markup(out);
        page.doctype();
        page.open("html", "xmlns", "http://www.w3.org/1999/xhtml", "lang", "en", "xml:lang", "en")
                .line();
        PageHead.write(page, style, "Loss \u2013 " + Shown.time(it.at()));
        page.open("body").line();
        header(page);
        page.open("main").line();
        next(page);
        new HeatMap(it.rows()).write(page);
        sure(page);
        new LossTable(it).write(page);
        gone(page);
        new AdminTable(it).write(page);
        canaries(page);
        explained(page);
        history(page);
        limits(page);
        page.close().line();
        page.open("footer").open("p");
        page.text("This file is complete in itself: it loads nothing and runs no script. It names users and mailboxes,"
                + " but quotes no mail.");
        page.close().close().line();
        page.close().line().close().line();
        page.end();
    }

    private void header(Markup page) throws IOException {
        page.open("header", "class", it.found() ? "lost" : "sound").line();
        page.open("p", "class", "eyebrow")
                .element("strong", "Understudy")
                .text(" \u00b7 Loss")
                .close()
                .line();
        page.open("p", "class", "outlook");
        Signs.outlook(page, it.found() ? Assessment.Outlook.LOOK : Assessment.Outlook.SOUND);
        page.text(it.found() ? "Mail is missing" : "No mail is missing").close().line();
        int end = it.headline().indexOf("; ") + 1;
        page.open("h1");
        if (end > 0) {
            page.text(it.headline().substring(0, end))
                    .element("span", it.headline().substring(end));
        } else {
            page.text(it.headline());
        }
        page.close().line();
        Totals totals = it.totals();
        page.open("dl", "class", "facts").line();
        fact(page, "compared", Shown.time(it.at()));
        fact(
                page,
                "live",
                Shown.number(totals.messagesLive(), "message") + " in " + Shown.number(totals.mailboxes(), "mailbox")
                        + " of " + Shown.number(totals.users(), "user"));
        fact(
                page,
                "proven",
                Shown.number(totals.mailboxesProven(), "mailbox") + " whole by the Merkle tree of a signed manifest");
        fact(page, "store", it.storeId());
        page.close().close().line();
    }

    private static void fact(Markup page, String label, String value) throws IOException {
        page.open("div").element("dt", label).open("dd").name(value);
        page.close().close().line();
    }

    private void next(Markup page) throws IOException {
        if (it.next().isEmpty()) {
            return;
        }
        page.open("section").element("h2", "What to do next").line();
        for (Next one : it.next()) {
            page.element(
                            "p",
                            (one.administrators()
                                            ? "If the administrators\u2019 expunge was a mistake, this stages "
                                            : "This stages ")
                                    + Shown.number(one.messages(), "message") + " of "
                                    + Shown.number(one.users(), "user") + "; nothing live is changed by it:",
                            "class",
                            "note")
                    .line();
            page.element("code", Shown.name(one.command()), "class", "command").line();
        }
        page.close().line();
    }

    private void sure(Markup page) throws IOException {
        Totals totals = it.totals();
        if (totals.lost() == 0) {
            return;
        }
        page.open("section").element("h2", "How sure").line();
        page.open("table", "class", "bins");
        page.element("caption", "Lost messages by how sure it is that nobody wanted them gone")
                .open("thead")
                .open("tr");
        page.element("th", "Sure", "scope", "col")
                .element("th", "Messages", "scope", "col", "class", "n")
                .element("th", "What it means", "scope", "col");
        page.close().close().line().open("tbody").line();
        for (Confidence confidence : Confidence.values()) {
            page.open("tr").element("th", confidence.word(), "scope", "row");
            page.element("td", Shown.number(of(totals, confidence)), "class", "n")
                    .element("td", meaning(confidence));
            page.close().line();
        }
        page.close().open("tfoot").open("tr").element("th", "all", "scope", "row");
        page.element("td", Shown.number(totals.lost()), "class", "n")
                .element(
                        "td",
                        Shown.size(totals.lostOctets()) + "; "
                                + Shown.number(totals.unreadable()) + " with rows that cannot be read, "
                                + Shown.number(totals.withoutCopy()) + " without a copy in any snapshot");
        page.close().close().close().close().line();
    }

    private static long of(Totals totals, Confidence confidence) {
        return switch (confidence) {
            case CERTAIN -> totals.certain();
            case LIKELY -> totals.likely();
            case POSSIBLE -> totals.possible();
        };
    }

    private static String meaning(Confidence confidence) {
        return switch (confidence) {
            case CERTAIN -> "The store\u2019s own change log says that they came, and never that they went.";
            case LIKELY -> "No log says that they went, and the expunge log would.";
            case POSSIBLE -> "The logs cannot say: they do not reach back so far, or cannot be read there.";
        };
    }

    private void gone(Markup page) throws IOException {
        if (it.gone().isEmpty()) {
            return;
        }
        page.open("section").element("h2", "Gone as a whole").line();
        page.open("div", "class", "scroll", "role", "region", "tabindex", "0", "aria-label", "Gone as a whole");
        page.open("table").element("caption", "Users, accounts, mailboxes and subscriptions");
        page.open("thead").open("tr");
        page.element("th", "What", "scope", "col")
                .element("th", "User", "scope", "col")
                .element("th", "Mailbox", "scope", "col")
                .element("th", "Had", "scope", "col", "class", "n")
                .element("th", "Sure", "scope", "col");
        page.close().close().line().open("tbody").line();
        for (Gone one : it.gone().stream().limit(LISTED).toList()) {
            page.open("tr").element("th", one.what().word(), "scope", "row");
            page.open("td").name(one.user()).close();
            page.open("td").name(one.name()).close();
            page.element("td", Shown.number(one.count()), "class", "n")
                    .element("td", one.confidence().word() + (one.loss() ? "" : "; may have been meant"));
            page.close().line();
        }
        page.close().close().close().line();
        more(page, it.gone().size());
        page.close().line();
    }

    private static void more(Markup page, int all) throws IOException {
        if (all > LISTED) {
            page.element("p", "And " + Shown.number(all - LISTED) + " more; --json lists them.", "class", "note")
                    .line();
        }
    }

    private void canaries(Markup page) throws IOException {
        if (it.canaries().isEmpty()) {
            return;
        }
        page.open("section").element("h2", "Canaries").line();
        page.open("ul", "class", "flaws").line();
        for (CanaryState canary : it.canaries()) {
            page.open("li", "class", canary.wrong() ? "damaged" : "sound").open("p", "class", "who");
            page.name(canary.user());
            page.text(": " + (canary.wrong() ? "not as made" : "sound") + ", " + Shown.number(canary.sound()) + " of "
                            + Shown.number(canary.expected(), "message") + " equal byte for byte"
                            + (canary.expunged() > 0 ? ", " + Shown.number(canary.expunged()) + " expunged" : ""))
                    .close()
                    .line();
            if (canary.wrong()) {
                page.open("ul").line();
                for (String fault : canary.faults()) {
                    page.open("li").name(fault).close().line();
                }
                page.close().line();
            }
            page.close().line();
        }
        page.close().close().line();
    }

    private void explained(Markup page) throws IOException {
        Explained explained = it.totals().explained();
        page.open("section").element("h2", "Gone and explained").line();
        page.open("table", "class", "bins");
        page.element("caption", "Messages of history that are not where they were, and why that is no loss");
        page.open("tbody").line();
        reason(page, "expunged by users", explained.users());
        reason(page, "moved to another mailbox", explained.moved());
        reason(page, "deleted with a mailbox", explained.mailboxes());
        reason(page, "expunged by quota", explained.quota());
        reason(page, "taken back by undo", explained.undone());
        reason(page, "live elsewhere, or again", explained.elsewhere());
        reason(page, "expunged before the log\u2019s window", explained.beforeWindow());
        page.close().close().close().line();
    }

    private static void reason(Markup page, String words, long count) throws IOException {
        page.open("tr").element("th", words, "scope", "row");
        page.element("td", Shown.number(count), "class", count == 0 ? "n zero" : "n");
        page.close().line();
    }

    private void history(Markup page) throws IOException {
        page.open("section").element("h2", "History").line();
        page.open("div", "class", "scroll", "role", "region", "tabindex", "0", "aria-label", "Snapshots");
        page.open("table").element("caption", "Snapshots, newest first");
        page.open("thead").open("tr");
        page.element("th", "Snapshot", "scope", "col")
                .element("th", "Messages", "scope", "col", "class", "n")
                .element("th", "Verified", "scope", "col")
                .element("th", "Note", "scope", "col");
        page.close().close().line().open("tbody").line();
        List<HistoryUsed> listed = it.history().stream().limit(LISTED).toList();
        for (HistoryUsed one : listed) {
            page.open("tr").open("th", "scope", "row").name(one.id()).close();
            page.element("td", Shown.number(one.messages()), "class", "n");
            page.element(
                    "td",
                    one.verified() == null
                            ? "never"
                            : Shown.time(one.verified())
                                    + (one.sound() ? one.full() ? "" : ", sizes only" : ", found damaged"));
            page.open("td")
                    .name((one.used() ? "" : "passed over: ") + one.why())
                    .close();
            page.close().line();
        }
        page.close().close().close().line();
        more(page, it.history().size());
        page.close().line();
    }

    private void limits(Markup page) throws IOException {
        page.open("section").element("h2", "What this report cannot see").line();
        page.open("ul").line();
        for (String limit : it.limits()) {
            page.open("li").name(limit).close().line();
        }
        page.close().close().line();
    }
}
