package org.understudy.restore.report.page;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import org.understudy.restore.migrate.Board;
import org.understudy.restore.migrate.EqualityProof;
import org.understudy.restore.migrate.Member;
import org.understudy.restore.migrate.PhasePlan;
import org.understudy.restore.migrate.Round;

/** How a migration stands, as one HTML file that needs no other: for those who run it, or for everybody. */
public final class MigrationPage {
    private static final DateTimeFormatter DAY =
            DateTimeFormatter.ofPattern("d MMMM yyyy", Locale.ENGLISH).withZone(ZoneOffset.UTC);
    private static final DateTimeFormatter MINUTE = DateTimeFormatter.ofPattern(
                    "d MMMM yyyy, HH:mm 'UTC'", Locale.ENGLISH)
            .withZone(ZoneOffset.UTC);

    private final Board board;
    private final boolean open;
    private final StyleSheet style = StyleSheet.with("migration.css");

    private MigrationPage(Board board, boolean open) {
        this.board = board;
        this.open = open;
    }

    /**
     * Writes the page, or replaces it whole; on a fault the file is as it was before.
     *
     * @param open for everybody: {@code board} is without names
     * @throws org.understudy.storage.OperatorException if the file cannot be written there
     */
    public static void write(Board board, boolean open, Path file) {
        PageFile.write(file, out -> write(board, open, out));
    }

    /** Writes the page as it goes; {@code out} should be buffered and encode UTF-8. */
    public static void write(Board board, boolean open, Appendable out) throws IOException {
        new MigrationPage(board, open).write(out);
    }

    private void write(Appendable out) throws IOException {
        Markup page = new Markup(out);
        page.doctype();
        page.open("html", "xmlns", "http://www.w3.org/1999/xhtml", "lang", "en", "xml:lang", "en")
                .line();
        PageHead.write(
                page, style, open ? "Where our mail move stands" : "Migration \u2013 " + Shown.name(board.name()));
        page.open("body").line();
        header(page);
        page.open("main").line();
        phases(page);
        if (!open) {
            waves(page);
            domains(page);
            members(page);
        }
        page.close().line();
        page.open("footer")
                .element(
                        "p",
                        "Every number on this page was measured, none was estimated. This file is complete in itself: it"
                                + " loads nothing and runs no script.")
                .close()
                .line();
        page.close().line().close().line();
        page.end();
    }

    private void header(Markup page) throws IOException {
        boolean late =
                board.phases().stream().anyMatch(row -> row.state(board.at()).equals("delayed"));
        page.open("header", "class", late ? "look" : "sound").line();
        page.open("p", "class", "eyebrow")
                .element("strong", open ? "Mail move" : "Understudy")
                .text(open ? " \u00b7 status" : " \u00b7 migration board")
                .close()
                .line();
        long over = board.phases().stream()
                .filter(row -> row.phase() == org.understudy.restore.migrate.Phase.CUT_OVER)
                .mapToLong(Board.Row::reached)
                .sum();
        page.open("h1")
                .text(Shown.number(over) + " of " + Shown.number(board.users(), "mailbox owner")
                        + (board.users() == 1 ? " works" : " work") + " on the new system")
                .close()
                .line();
        page.open("dl", "class", "facts").line();
        if (!open) {
            fact(page, "Migration", board.name());
            fact(page, "From", board.old());
        }
        Instant measured = board.measuredAt();
        fact(page, "Measured", measured == null ? "not yet" : MINUTE.format(measured));
        fact(page, "Mail here", Shown.number(board.messages(), "message"));
        fact(page, "Compared", Shown.number(board.equal(), "owner") + " with both sides equal, message by message");
        page.close().close().line();
    }

    private static void fact(Markup page, String label, String value) throws IOException {
        page.open("div")
                .element("dt", label)
                .open("dd")
                .name(value)
                .close()
                .close()
                .line();
    }

    private void phases(Markup page) throws IOException {
        page.open("section").element("h2", "Phases").line();
        page.open("ol", "class", "phases").line();
        for (Board.Row row : board.phases()) {
            phase(page, row);
        }
        page.close().close().line();
    }

    private void phase(Markup page, Board.Row row) throws IOException {
        String state = row.state(board.at());
        PhasePlan plan = row.plan();
        page.open("li", "class", "phase " + state.replace(' ', '-')).line();
        page.open("p", "class", "name")
                .element("strong", capital(row.phase().words()))
                .text(" ")
                .element("span", state, "class", "state")
                .close()
                .line();
        if (!row.phase().declared()) {
            page.open("div", "class", "measure").line();
            page.open(
                            "svg",
                            "viewBox",
                            "0 0 100 4",
                            "preserveAspectRatio",
                            "none",
                            "role",
                            "img",
                            "aria-label",
                            row.percent() + " percent")
                    .empty("rect", "class", "all", "x", "0", "y", "0", "width", "100", "height", "4")
                    .empty(
                            "rect",
                            "class",
                            "done",
                            "x",
                            "0",
                            "y",
                            "0",
                            "width",
                            Integer.toString(row.percent()),
                            "height",
                            "4")
                    .close()
                    .line();
            page.element("span", row.percent() + " %", "class", "percent")
                    .element(
                            "span", Shown.number(row.reached()) + " of " + Shown.number(row.users()), "class", "count");
            page.close().line();
        }
        page.open("dl", "class", "dates").line();
        date(page, "Planned", plan.planned());
        Instant due = plan.due();
        if (due != null && !due.equals(plan.planned())) {
            date(page, "Now planned", due);
        }
        date(page, "Begun", plan.began());
        date(page, "Done", plan.done());
        page.close().line();
        for (PhasePlan.Delay delay : plan.delays()) {
            delay(page, delay);
        }
        page.close().line();
    }

    private void delay(Markup page, PhasePlan.Delay delay) throws IOException {
        String why = open ? delay.publicly() : delay.why();
        Instant until = delay.until();
        page.open("p", "class", "delay")
                .element("strong", "Delayed")
                .text(" on " + DAY.format(delay.at())
                        + (until == null ? ", no new date yet" : ", now planned for " + DAY.format(until)));
        if (!why.isEmpty()) {
            page.text(": ").name(why);
        }
        page.text(".").close().line();
    }

    private static void date(Markup page, String label, @Nullable Instant date) throws IOException {
        if (date != null) {
            page.open("div")
                    .element("dt", label)
                    .element("dd", DAY.format(date))
                    .close()
                    .line();
        }
    }

    private static String capital(String words) {
        return words.substring(0, 1).toUpperCase(Locale.ROOT) + words.substring(1);
    }

    private void waves(Markup page) throws IOException {
        if (board.waves().isEmpty()) {
            return;
        }
        page.open("section").element("h2", "Waves").line();
        table(page, "Users by wave", List.of("Wave", "Users", "Mail here", "Equal", "Cut over", "To look at"));
        for (Board.Wave wave : board.waves()) {
            page.open("tr").element("th", Integer.toString(wave.number()), "scope", "row");
            for (long number : List.of(wave.users(), wave.mail(), wave.equal(), wave.cutOver(), wave.held())) {
                page.element("td", Shown.number(number), "class", number == 0 ? "n zero" : "n");
            }
            page.close().line();
        }
        page.close().close().close().close().line();
    }

    private void domains(Markup page) throws IOException {
        if (board.domains().isEmpty()) {
            return;
        }
        page.open("section").element("h2", "Custom domains").line();
        table(page, "Users by the domain that they came by", List.of("Domain", "Users"));
        for (var domain : board.domains().entrySet()) {
            page.open("tr").open("th", "scope", "row").name(domain.getKey()).close();
            page.element("td", Shown.number(domain.getValue()), "class", "n")
                    .close()
                    .line();
        }
        page.close().close().close().close().line();
    }

    /** Opens a table in a region that scrolls, up to its body. */
    private static void table(Markup page, String caption, List<String> titles) throws IOException {
        page.open("div", "class", "scroll", "role", "region", "tabindex", "0", "aria-label", caption);
        page.open("table").element("caption", caption).open("thead").open("tr");
        for (int i = 0; i < titles.size(); i++) {
            if (i == 0) {
                page.element("th", titles.get(i), "scope", "col");
            } else {
                page.element("th", titles.get(i), "scope", "col", "class", "n");
            }
        }
        page.close().close().open("tbody").line();
    }

    private void members(Markup page) throws IOException {
        page.open("section").element("h2", "Users").line();
        table(
                page,
                "Each user, with the figures of the last round",
                List.of("User", "Wave", "Is", "Messages", "Damaged", "Missing", "Both sides", "To look at"));
        for (Member member : board.members()) {
            Round round = member.round();
            EqualityProof.Summary proof = member.proof();
            page.open("tr").open("th", "scope", "row").name(member.user()).close();
            page.element("td", Integer.toString(member.wave()), "class", "n")
                    .element("td", member.state().text(), "class", "n")
                    .element("td", Shown.number(round == null ? 0 : round.messages()), "class", "n")
                    .element("td", Shown.number(round == null ? 0 : round.damaged()), "class", "n")
                    .element("td", Shown.number(round == null ? 0 : round.missing()), "class", "n")
                    .element(
                            "td",
                            proof == null
                                    ? "not compared"
                                    : proof.equal() ? "equal" : Shown.number(proof.differences(), "difference"),
                            "class",
                            proof != null && !proof.equal() ? "n bad" : "n");
            page.open("td", "class", "why").name(member.why()).close();
            page.close().line();
        }
        page.close().close().close().close().line();
    }
}
