package org.understudy.server.console;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeSet;
import org.understudy.restore.loss.FindLoss;
import org.understudy.restore.loss.LossReport;
import org.understudy.restore.operation.Role;
import org.understudy.server.work.Work;

/** What is missing: a map of users and months that leads to each user, and what brings it back. */
final class LossPages {
    private static final int NAMED = 100;
    private static final int MONTHS = 24;
    private static final int ROWS = 500;
    private static final String EARLIER = "before";

    private final Frame frame;
    private final ConsoleSetup setup;
    private final Doing doing;
    private final LossAnswer answer;

    LossPages(Frame frame, ConsoleSetup setup, Doing doing, LossAnswer answer) {
        this.frame = frame;
        this.setup = setup;
        this.doing = doing;
        this.answer = answer;
    }

    List<Place> places() {
        return List.of(
                Place.get("/console/loss", Role.VIEWER, this::map),
                Place.get("/console/loss/user", Role.VIEWER, this::user),
                Place.post("/console/loss", Role.ENGINEER, this::compare));
    }

    private Answer compare(Visit visit) {
        Work work = doing.begin(visit, "loss", FindLoss.Request.all(), "");
        return new Answer.Go("/console/work/" + work.id().text());
    }

    private Answer map(Visit visit) throws Exception {
        return switch (answer.latest()) {
            case LossAnswer.Found.Reading reading -> beingRead(visit, "Loss");
            case LossAnswer.Found.None none ->
                frame.page(visit, Frame.Part.LOSS, "Loss", page -> {
                    page.element("h1", "Live mail was not compared with history yet");
                    page.element(
                            "p", "The server does so by itself after each start and each snapshot, if there is one.");
                    again(page, visit);
                });
            case LossAnswer.Found.There there ->
                frame.page(visit, Frame.Part.LOSS, "Loss", page -> {
                    report(page, visit, there);
                    again(page, visit);
                });
        };
    }

    private Answer beingRead(Visit visit, String title) {
        return frame.making(visit, Frame.Part.LOSS, title, "The last comparison is being read.");
    }

    private void again(Html page, Visit visit) {
        if (visit.may(Role.ENGINEER)) {
            frame.form(page, visit, "/console/loss", "/console/loss", "class", "after");
            page.element("button", "Compare again", "class", "quiet").close();
        }
    }

    private void report(Html page, Visit visit, LossAnswer.Found.There there) {
        LossReport report = there.report();
        LossReport.Totals totals = report.totals();
        page.open("p", "class", "eyebrow")
                .text("Live mail against " + Shown.number(report.history().size(), "snapshot") + ", "
                        + Shown.ago(report.at(), setup.workplace().clock().instant()))
                .close();
        page.element("h1", Shown.name(report.headline()));
        if (totals.lost() > 0) {
            page.element(
                    "p",
                    Shown.number(totals.lost()) + " lost = " + Shown.number(totals.certain()) + " certain + "
                            + Shown.number(totals.likely()) + " likely + " + Shown.number(totals.possible())
                            + " possible; of " + Shown.number(totals.withoutCopy()) + " no copy is known.",
                    "class",
                    "lead");
        }
        boolean lost = !report.rows().isEmpty();
        if (lost) {
            heat(page, visit, "lost", "Lost messages by user and month", there.lost());
        }
        if (!report.administrators().isEmpty()) {
            page.open("section").element("h2", "Expunged by administrators");
            page.element(
                    "p",
                    "Somebody with the rights to do so expunged these; that may have been meant, so they do not count as"
                            + " lost.",
                    "class",
                    "note");
            heat(page, visit, "expunged", "Messages that administrators expunged, by user and month", there.expunged());
            page.close().line();
        }
        if (!lost && report.administrators().isEmpty()) {
            page.element(
                    "p", "Every message that history knows is live, or was expunged by its user.", "class", "lead");
        }
        next(page, visit, report);
        if (!report.limits().isEmpty()) {
            page.open("section").element("h2", "What this could not see").open("ul");
            report.limits().stream()
                    .limit(20)
                    .forEach(limit -> page.open("li").text(Shown.name(limit)).close());
            page.close(2);
        }
    }

    /** Cells are shaded by their numbers; whoever cannot see the shades reads the numbers. */
    private static void heat(
            Html page, Visit visit, String which, String caption, SortedMap<String, SortedMap<String, Long>> cells) {
        TreeSet<String> months = new TreeSet<>();
        cells.values().forEach(row -> months.addAll(row.keySet()));
        List<String> columns = new ArrayList<>(months);
        String first = columns.size() > MONTHS ? columns.get(columns.size() - MONTHS) : "";
        List<String> shown = new ArrayList<>(
                columns.stream().filter(month -> month.compareTo(first) >= 0).toList());
        if (!first.isEmpty()) {
            shown.addFirst(EARLIER);
        }
        List<Map.Entry<String, SortedMap<String, Long>>> users = new ArrayList<>(cells.entrySet());
        users.sort(Comparator.<Map.Entry<String, SortedMap<String, Long>>>comparingLong(one -> sum(one.getValue()))
                .reversed()
                .thenComparing(Map.Entry::getKey));
        int pages = Math.max(1, (users.size() + NAMED - 1) / NAMED);
        int at = Math.clamp(visit.number(which), 1, pages);
        long most = cells.values().stream()
                .flatMap(row -> row.values().stream())
                .mapToLong(Long::longValue)
                .max()
                .orElse(1);
        page.open("div", "class", "scroll", "role", "region", "aria-label", caption, "tabindex", "0");
        page.open("table", "class", "heat")
                .element(
                        "caption",
                        caption
                                + (users.size() > NAMED
                                        ? ", those of " + Shown.number(users.size()) + " users with most first"
                                        : ""));
        page.open("thead").open("tr").element("th", "User", "scope", "col");
        shown.forEach(month -> page.element("th", month, "scope", "col", "class", "n"));
        page.element("th", "all", "scope", "col", "class", "n")
                .close(2)
                .open("tbody")
                .line();
        users.stream().skip((at - 1L) * NAMED).limit(NAMED).forEach(one -> {
            page.open("tr").open("th", "scope", "row");
            page.open("a", "href", "/console/loss/user?name=" + Shown.encoded(one.getKey()))
                    .name(one.getKey())
                    .close(2);
            for (String month : shown) {
                long count = month.equals(EARLIER)
                        ? sum(one.getValue().headMap(first))
                        : one.getValue().getOrDefault(month, 0L);
                page.element("td", count == 0 ? "·" : Shown.number(count), "class", "n h" + shade(count, most));
            }
            page.element("td", Shown.number(sum(one.getValue())), "class", "n sum")
                    .close()
                    .line();
        });
        page.close().open("tfoot").open("tr").element("th", pagesWords(pages), "scope", "row");
        for (String month : shown) {
            long sum = cells.values().stream()
                    .mapToLong(row -> month.equals(EARLIER) ? sum(row.headMap(first)) : row.getOrDefault(month, 0L))
                    .sum();
            page.element("td", Shown.number(sum), "class", "n");
        }
        page.element(
                "td",
                Shown.number(cells.values().stream().mapToLong(LossPages::sum).sum()),
                "class",
                "n");
        page.close(4);
        Pager.pages(page, "/console/loss?" + which + "=", at, pages);
    }

    private static String pagesWords(int pages) {
        return pages > 1 ? "all, of all pages" : "all";
    }

    private static long sum(SortedMap<String, Long> row) {
        return row.values().stream().mapToLong(Long::longValue).sum();
    }

    /** 0 for nothing, 1 to 5 by the part of the largest. */
    private static int shade(long count, long most) {
        return count == 0 ? 0 : Math.clamp((5 * count + most - 1) / most, 1, 5);
    }

    private static void next(Html page, Visit visit, LossReport report) {
        if (report.next().isEmpty()) {
            return;
        }
        page.open("section", "class", "next").element("h2", "Next").line();
        report.next().stream().limit(20).forEach(next -> {
            page.open("p")
                    .text("For " + Shown.number(next.messages(), "message") + " of "
                            + Shown.number(next.users(), "user")
                            + (next.administrators() ? " that administrators expunged" : "")
                            + ", the best copies lie in ")
                    .element("code", next.snapshot());
            page.text(".").close();
            String users = users(report, next);
            if (visit.may(Role.ENGINEER)) {
                page.open("p")
                        .link(
                                "/console/restores/new?snapshot=" + Shown.encoded(next.snapshot()) + "&users="
                                        + Shown.encoded(users),
                                "Begin a restore from it",
                                "class",
                                "button main")
                        .close();
            }
        });
        page.close().line();
    }

    private static String users(LossReport report, LossReport.Next next) {
        TreeSet<String> users = new TreeSet<>();
        if (next.administrators()) {
            report.administrators().stream()
                    .filter(row -> row.copy().equals(next.snapshot()))
                    .forEach(row -> users.add(row.user()));
        } else {
            report.rows().stream()
                    .filter(row -> row.copy().equals(next.snapshot()))
                    .forEach(row -> users.add(row.user()));
        }
        return users.size() > 50 ? "" : String.join(", ", users);
    }

    private Answer user(Visit visit) throws Exception {
        return switch (answer.latest()) {
            case LossAnswer.Found.Reading reading -> beingRead(visit, "Loss of " + Shown.name(visit.query("name")));
            case LossAnswer.Found.None none -> throw new Refusal(404, "Live mail was not compared with history yet.");
            case LossAnswer.Found.There there -> user(visit, there.report());
        };
    }

    private Answer user(Visit visit, LossReport report) {
        String name = visit.query("name");
        List<LossReport.Row> rows =
                report.rows().stream().filter(row -> row.user().equals(name)).toList();
        List<LossReport.AdminRow> expunged = report.administrators().stream()
                .filter(row -> row.user().equals(name))
                .toList();
        return frame.page(visit, Frame.Part.LOSS, "Loss of " + Shown.name(name), page -> {
            page.open("p", "class", "eyebrow").link("/console/loss", "Loss").close();
            long lost = rows.stream().mapToLong(LossReport.Row::messages).sum();
            page.open("h1").name(name);
            page.text(lost == 0 ? " has lost nothing" : " has lost " + Shown.number(lost, "message"))
                    .close();
            if (!rows.isEmpty()) {
                page.open("div", "class", "scroll", "role", "region", "aria-label", "Lost messages", "tabindex", "0");
                page.open("table")
                        .element("caption", "Lost messages by mailbox and month")
                        .open("thead")
                        .open("tr");
                for (String head : List.of("Mailbox", "Month", "How", "How sure", "Best copy", "Messages")) {
                    page.element("th", head, "scope", "col");
                }
                page.close(2).open("tbody");
                rows.stream().limit(ROWS).forEach(row -> {
                    page.open("tr")
                            .open("th", "scope", "row")
                            .name(row.mailbox().isEmpty() ? "(all)" : row.mailbox())
                            .close();
                    page.element("td", row.month())
                            .element("td", row.kind().word())
                            .element("td", row.confidence().word());
                    page.open("td", "class", "path")
                            .name(row.copy().isEmpty() ? "none known" : row.copy())
                            .close();
                    page.element("td", Shown.number(row.messages()), "class", "n")
                            .close();
                });
                page.close(3);
            }
            if (!expunged.isEmpty()) {
                page.open("section").element("h2", "Expunged by administrators");
                page.open(
                        "div",
                        "class",
                        "scroll",
                        "role",
                        "region",
                        "aria-label",
                        "Expunged by administrators",
                        "tabindex",
                        "0");
                page.open("table").element("caption", "Messages that somebody with the rights to do so expunged");
                page.open("thead").open("tr");
                for (String head : List.of("Mailbox", "Month", "By", "When", "Copy", "Messages")) {
                    page.element("th", head, "scope", "col");
                }
                page.close(2).open("tbody");
                expunged.stream().limit(ROWS).forEach(row -> {
                    page.open("tr")
                            .open("th", "scope", "row")
                            .name(row.mailbox())
                            .close();
                    page.element("td", row.month())
                            .open("td")
                            .name(row.author())
                            .close();
                    page.element("td", Shown.time(row.to()))
                            .open("td", "class", "path")
                            .name(row.copy())
                            .close();
                    page.element("td", Shown.number(row.messages()), "class", "n")
                            .close();
                });
                page.close(4);
            }
        });
    }
}
