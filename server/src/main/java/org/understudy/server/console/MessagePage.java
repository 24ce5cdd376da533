package org.understudy.server.console;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.understudy.restore.crowd.Relation;
import org.understudy.restore.job.RestoreJob;
import org.understudy.restore.job.RestoreJobs;
import org.understudy.restore.job.RestoreLog;
import org.understudy.restore.operation.Role;
import org.understudy.restore.shadow.Evidence;
import org.understudy.restore.shadow.ShadowMailbox;
import org.understudy.restore.shadow.ShadowStore;
import org.understudy.restore.source.Witness;
import org.understudy.restore.validate.Finding;
import org.understudy.storage.keyspace.MessageFacts;

/**
 * One message of a shadow: its verdict, all evidence, where the copies come from, and for engineers the places in its text
 * that the evidence names.
 */
final class MessagePage {
    private static final int PLACES = 6;
    private static final int COPIES = 12;
    private static final int LARGEST = 64 << 20;

    private final Frame frame;
    private final ConsoleSetup setup;

    MessagePage(Frame frame, ConsoleSetup setup) {
        this.frame = frame;
        this.setup = setup;
    }

    List<Place> places() {
        return List.of(Place.get("/console/restores/{id}/message", Role.VIEWER, this::show));
    }

    /** @param why there is no text, or empty */
    private record Read(ShadowMailbox mailbox, Evidence evidence, List<Excerpt> excerpts, String why) {}

    private Answer show(Visit visit) {
        RestoreJob job = RestoreJobs.one(setup.workplace().restores(), visit.path("id"));
        String text = visit.query("uid");
        long uid = text.matches("[0-9]{1,10}") ? Long.parseLong(text) : 0;
        Read read = read(visit, job, uid);
        String title = "Message of " + read.mailbox().source().user();
        return frame.page(visit, Frame.Part.RESTORES, title, page -> content(page, job, uid, read));
    }

    private Read read(Visit visit, RestoreJob job, long uid) {
        try (ShadowStore shadow = ShadowStore.openReading(
                setup.workplace().shadows(), job.id(), setup.workplace().clock())) {
            ShadowMailbox mailbox = shadow.mailboxes().stream()
                    .filter(box -> box.source().user().equals(visit.query("user"))
                            && box.source().name().equals(visit.query("mailbox")))
                    .findFirst()
                    .orElseThrow(() -> new Refusal(404, "The shadow has no such mailbox."));
            List<Evidence> found = new ArrayList<>();
            if (uid > 0 && uid <= 0xFFFF_FFFFL) {
                shadow.evidence(mailbox.id(), uid - 1, 1, (at, evidence) -> {
                    if (at == uid) {
                        found.add(evidence);
                    }
                });
            }
            if (found.isEmpty()) {
                throw new Refusal(404, "The shadow has no such message.");
            }
            Evidence evidence = found.getFirst();
            if (Relation.contaminated(evidence.findings())) {
                return new Read(
                        mailbox,
                        evidence,
                        List.of(),
                        "It may hold another user's mail, so its text is shown to nobody here.");
            }
            if (!visit.may(Role.ENGINEER)) {
                return new Read(
                        mailbox, evidence, List.of(), "The text of mail is shown to engineers and admins only.");
            }
            Optional<MessageFacts> facts = shadow.store().messages().facts(mailbox.id(), uid);
            if (facts.isEmpty() || facts.get().size() > LARGEST) {
                return new Read(mailbox, evidence, List.of(), "The message is too large to be quoted here.");
            }
            byte[] body = shadow.store().bodies().read(facts.get().body());
            List<Excerpt> excerpts = new ArrayList<>();
            gravestFirst(evidence)
                    .filter(finding -> finding.strength().compareTo(Finding.Strength.NOTE) >= 0)
                    .flatMap(finding -> Excerpt.of(body, evidence.rawSize(), finding).stream())
                    .limit(PLACES)
                    .forEach(excerpts::add);
            if (!excerpts.isEmpty()) {
                RestoreLog.add(
                        setup.workplace().restores(),
                        job.id(),
                        setup.workplace().clock().instant(),
                        visit.identity().person() + " looked at pieces of "
                                + mailbox.source().user() + " "
                                + mailbox.source().name() + " UID " + uid + " in the console");
            }
            return new Read(
                    mailbox,
                    evidence,
                    excerpts,
                    excerpts.isEmpty() ? "Nothing that speaks against it names a place in the text." : "");
        }
    }

    private static void content(Html page, RestoreJob job, long uid, Read read) {
        Evidence evidence = read.evidence();
        String word = evidence.verdict().word();
        page.open("p", "class", "eyebrow").link("/console/restores/" + job.id(), "Restore " + job.id());
        page.text(" · ")
                .link("/console/restores/" + job.id() + "/unsound", "Unsound messages")
                .close();
        page.open("h1").element("span", word, "class", "inline g " + word);
        page.name(
                read.mailbox().source().user() + ", " + read.mailbox().source().name() + ", UID " + uid);
        page.close().line();
        page.open("dl", "class", "facts").line();
        fact(page, "Item", evidence.path());
        fact(page, "Arrived", Shown.time(evidence.internalDate()));
        fact(page, "Size", Shown.number(evidence.rawSize(), "octet") + " as they lay in the source");
        fact(page, "Digest", evidence.digest() + " (SHA-256 of the canonical form)");
        page.close().line();
        findings(page, evidence);
        text(page, read);
        copies(page, evidence);
    }

    private static void fact(Html page, String name, String value) {
        page.open("div").element("dt", name).open("dd").name(value).close(2);
    }

    private static Stream<Finding> gravestFirst(Evidence evidence) {
        return evidence.findings().stream().sorted(Comparator.comparing(Finding::strength, Comparator.reverseOrder()));
    }

    private static void findings(Html page, Evidence evidence) {
        page.open("section").element("h2", "Evidence");
        page.open("div", "class", "scroll", "role", "region", "aria-label", "Evidence", "tabindex", "0");
        page.open("table")
                .element("caption", "What each check said, the gravest first")
                .open("thead")
                .open("tr");
        for (String head : List.of("Strength", "Check", "Place", "What was expected and found")) {
            page.element("th", head, "scope", "col");
        }
        page.close(2).open("tbody");
        gravestFirst(evidence).forEach(finding -> {
            page.open("tr").open("th", "scope", "row");
            page.element(
                            "span",
                            finding.strength().word(),
                            "class",
                            "g e-" + finding.strength().word())
                    .close();
            page.open("td").element("span", finding.check(), "class", "check").close();
            page.element("td", finding.place().text());
            page.open("td").text(Shown.name(finding.what())).close(2);
        });
        page.close(4);
    }

    private static void text(Html page, Read read) {
        page.open("section").element("h2", "The places in its text");
        if (!read.why().isEmpty()) {
            page.element("p", read.why(), "class", "note");
        }
        for (Excerpt excerpt : read.excerpts()) {
            page.open("figure")
                    .open("figcaption")
                    .element("span", excerpt.finding().check(), "class", "check");
            page.text(": " + excerpt.finding().place().text() + (excerpt.exact() ? "" : ", about"))
                    .close();
            page.open("pre", "tabindex", "0").text(excerpt.before());
            page.element("mark", excerpt.place());
            page.text(excerpt.after()).close(2);
        }
        page.close().line();
    }

    private static void copies(Html page, Evidence evidence) {
        List<Witness> copies = evidence.witnesses().stream()
                .filter(one -> one instanceof Witness.TakenFrom || one instanceof Witness.OtherCopy)
                .toList();
        if (copies.isEmpty()) {
            return;
        }
        page.open("section").element("h2", "Best copy");
        page.element(
                "p",
                "Copies of this message in the sources, side by side: the one that was taken, and those that differ from it.",
                "class",
                "note");
        page.open("div", "class", "copies").line();
        for (Witness one : copies) {
            if (one instanceof Witness.TakenFrom taken) {
                page.open("article", "class", "copy taken").element("h3", "Taken");
                page.open("dl", "class", "facts");
                fact(page, "Source", taken.source());
                fact(page, "Item", taken.path());
                fact(page, "Verdict", evidence.verdict().word());
                fact(page, "Size", Shown.number(evidence.rawSize(), "octet"));
                fact(page, "Why this one", taken.why());
                page.close(2);
            }
        }
        copies.stream()
                .flatMap(one -> one instanceof Witness.OtherCopy other ? Stream.of(other) : Stream.empty())
                .limit(COPIES)
                .forEach(other -> {
                    page.open("article", "class", other.doubt() ? "copy doubt" : "copy");
                    page.element("h3", other.doubt() ? "Another, which speaks against it" : "Another");
                    page.open("p").text(Shown.upper(Shown.name(other.what()))).close(2);
                });
        page.close(2);
    }
}
