package org.understudy.server.console;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.understudy.restore.operation.Role;
import org.understudy.server.audit.AuditOperations;
import org.understudy.server.audit.AuditRecord;
import org.understudy.server.audit.AuditTail;
import org.understudy.server.work.Work;
import org.understudy.server.work.WorkState;
import org.understudy.server.work.WorkView;

/** What staff did, the newest first, and whether the chain of records is whole. */
final class AuditPages {
    private static final int RECORDS = 100;
    private static final int EFFORT = 1_000;
    private static final String OWN = "/console/audit";

    private final Frame frame;
    private final ConsoleSetup setup;
    private final Doing doing;

    AuditPages(Frame frame, ConsoleSetup setup, Doing doing) {
        this.frame = frame;
        this.setup = setup;
        this.doing = doing;
    }

    List<Place> places() {
        return List.of(Place.get(OWN, Role.ADMIN, this::show), Place.post(OWN + "/verify", Role.ADMIN, visit -> {
            Work work = doing.begin(visit, "audit.verify", new AuditOperations.Asked(1), "");
            return new Answer.Go("/console/work/" + work.id().text());
        }));
    }

    private Answer show(Visit visit) {
        String before = visit.query("before");
        long from = before.matches("[1-9][0-9]{0,17}") ? Long.parseLong(before) : 0;
        AuditOperations.Wanted wanted = new AuditOperations.Wanted(
                visit.query("actor").strip(),
                visit.query("action").strip(),
                visit.query("about").strip(),
                "",
                "",
                null,
                null,
                RECORDS);
        AuditTail.Tail tail = AuditTail.read(setup.workplace().dataFolder(), wanted::matches, from, RECORDS, EFFORT);
        return frame.page(visit, Frame.Part.AUDIT, "Audit log", page -> {
            page.element("h1", "Audit log");
            page.element("p", "What staff did. Each record holds the hash of the one before.", "class", "note");
            chain(page, visit);
            filter(page, visit);
            if (tail.unreadable() > 0) {
                page.open("div", "class", "said bad")
                        .element(
                                "p",
                                Shown.number(tail.unreadable()) + (tail.unreadable() == 1 ? " line is" : " lines are")
                                        + " no record, or changed: verify the chain.",
                                "class",
                                "words")
                        .close();
            }
            if (tail.records().isEmpty()) {
                page.element(
                        "p",
                        tail.last() > 1
                                ? "None of the newest " + Shown.number(tail.looked(), "record") + " looked at matches."
                                : "There is no such record.",
                        "class",
                        "note",
                        "role",
                        "status");
            } else {
                table(page, tail);
            }
            pager(page, visit, from, tail);
        });
    }

    private void chain(Html page, Visit visit) {
        Optional<WorkView> last = doing.all(visit.identity()).stream()
                .filter(work -> work.view(false).operation().equals("audit.verify"))
                .map(work -> work.view(true))
                .filter(view -> view.state() != WorkState.RUNNING)
                .findFirst();
        if (last.isPresent()) {
            verified(page, last.get());
        } else {
            page.element("p", "The chain was not verified since the server started.", "class", "note");
        }
        page.open("div", "class", "row");
        frame.form(page, visit, OWN + "/verify", OWN);
        page.element("button", "Verify the chain", "class", "quiet").close(2);
    }

    private static void verified(Html page, WorkView view) {
        JsonNode result = view.result();
        String by = Shown.time(view.startedAt()) + ", by " + Shown.name(view.person());
        if (result == null) {
            page.open("div", "class", "said bad");
            page.element("p", "The chain could not be verified (" + by + ").", "class", "words")
                    .close();
            return;
        }
        boolean sound = result.path("sound").asBoolean();
        page.open("div", "class", sound ? "said good" : "said bad", "role", "status");
        page.element(
                "p",
                sound
                        ? "The chain holds: "
                                + Shown.number(result.path("records").asLong(), "record") + ", from "
                                + Shown.number(result.path("first").asLong()) + " to "
                                + Shown.number(result.path("last").asLong()) + "."
                        : "The chain is broken at record "
                                + Shown.number(
                                        result.path("broken").path("record").asLong()) + ".",
                "class",
                "words");
        if (!sound) {
            JsonNode broken = result.path("broken");
            page.open("p")
                    .text(Shown.name(broken.path("file").asText() + " line "
                            + broken.path("line").asText() + ": "
                            + broken.path("what").asText()))
                    .close();
        }
        page.open("p")
                .text("Verified " + by + ". Head ")
                .element("code", Shown.hash(result.path("head").asText()));
        page.text(result.path("known").asLong() > 0 ? ", which the store knows too." : ".")
                .close();
        page.close().line();
    }

    private static void filter(Html page, Visit visit) {
        Frame.search(
                page,
                visit,
                OWN,
                List.of(List.of("actor", "Who"), List.of("action", "What"), List.of("about", "About")));
    }

    private static void table(Html page, AuditTail.Tail tail) {
        page.open("div", "class", "scroll", "role", "region", "aria-label", "Audit log", "tabindex", "0");
        page.open("table", "class", "audit")
                .element("caption", "Newest first")
                .open("thead")
                .open("tr");
        for (String head : List.of("No.", "When", "Who", "What", "Outcome", "About")) {
            page.element("th", head, "scope", "col", head.equals("No.") ? "class" : "", "n");
        }
        page.close(2).open("tbody").line();
        tail.records().forEach(record -> line(page, record));
        page.close(3);
    }

    private static void line(Html page, AuditRecord record) {
        page.open("tr").element("th", Shown.number(record.number()), "scope", "row", "class", "n");
        page.element("td", Shown.time(record.at()), "class", "when").open("td").name(record.actor());
        page.text(record.from().isEmpty() ? "" : " from " + Shown.name(record.from()))
                .close();
        page.open("td").name(record.action()).close();
        String outcome = record.outcome().name().toLowerCase(Locale.ROOT);
        page.open("td")
                .element("span", outcome, outcome.equals("refused") ? "class" : "", "g suspect")
                .close();
        StringBuilder about = new StringBuilder();
        record.details()
                .forEach((name, value) -> about.append(about.isEmpty() ? "" : ", ")
                        .append(name)
                        .append(" = ")
                        .append(value));
        String text = about + (record.words().isEmpty() ? "" : (about.isEmpty() ? "" : ": ") + record.words());
        page.open("td", "class", "path")
                .name(text.length() > 240 ? text.substring(0, 240) + "…" : text)
                .close(2);
    }

    private static void pager(Html page, Visit visit, long from, AuditTail.Tail tail) {
        String own = OWN + "?actor=" + Shown.encoded(visit.query("actor")) + "&action="
                + Shown.encoded(visit.query("action")) + "&about=" + Shown.encoded(visit.query("about"));
        page.open("nav", "class", "pager", "aria-label", "Pages");
        if (from > 0) {
            page.link(own, "Newest");
        }
        if (tail.last() > 1) {
            page.link(
                    own + "&before=" + tail.last(),
                    tail.records().size() < RECORDS ? "Look further back" : "Older",
                    "rel",
                    "next");
        }
        page.close().line();
    }
}
