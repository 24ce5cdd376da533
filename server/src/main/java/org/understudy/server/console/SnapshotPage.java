package org.understudy.server.console;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.understudy.restore.incident.HoldOperations;
import org.understudy.restore.incident.IncidentHold;
import org.understudy.restore.incident.IncidentHolds;
import org.understudy.restore.operation.Role;
import org.understudy.restore.repository.ListSnapshots;
import org.understudy.restore.repository.Logbook;
import org.understudy.restore.repository.RepositoryFinding;
import org.understudy.restore.repository.TakeSnapshot;
import org.understudy.restore.repository.Verifications;
import org.understudy.restore.repository.VerifyRepository;

/** The chain of snapshots with the age of each one's verification, and incident holds. */
final class SnapshotPage {
    private static final int ON_A_PAGE = 100;
    private static final int SPANS = 12;

    private final Frame frame;
    private final ConsoleSetup setup;
    private final Doing doing;
    private final Chain chain;

    SnapshotPage(Frame frame, ConsoleSetup setup, Doing doing, Chain chain) {
        this.frame = frame;
        this.setup = setup;
        this.doing = doing;
        this.chain = chain;
    }

    List<Place> places() {
        return List.of(
                Place.get("/console/snapshots", Role.VIEWER, this::show),
                Place.post(
                        "/console/snapshots",
                        Role.ENGINEER,
                        visit -> go(visit, "snapshot.take", new TakeSnapshot.Request(false))),
                Place.post(
                        "/console/snapshots/verify",
                        Role.ENGINEER,
                        visit -> go(visit, "repo.verify", new VerifyRepository.Request(true, List.of(), ""))),
                Place.post("/console/snapshots/hold", Role.ENGINEER, visit -> {
                    doing.act(visit, "repo.hold", said(visit), IncidentHold.class);
                    return visit.done(
                            "Retention is frozen: no snapshot is pruned until the hold is released.",
                            "/console/snapshots");
                }),
                Place.post("/console/snapshots/release", Role.ADMIN, visit -> {
                    HoldOperations.Released released =
                            doing.act(visit, "repo.release", said(visit), HoldOperations.Released.class);
                    return visit.done(
                            Shown.number(released.holds().size(), "hold")
                                    + " released; old snapshots go as the rules say.",
                            "/console/snapshots");
                }));
    }

    private Answer go(Visit visit, String operation, Object request) {
        return new Answer.Go("/console/work/"
                + doing.begin(visit, operation, request, "").id().text());
    }

    private static HoldOperations.Said said(Visit visit) {
        return new HoldOperations.Said(visit.identity().person(), visit.field("because"));
    }

    private Answer show(Visit visit) throws Exception {
        IncidentHolds.State holds =
                doing.read(visit, "repo.holds", new HoldOperations.Ask(), IncidentHolds.State.class);
        String work = doing.all(visit.identity()).stream()
                .map(one -> one.view(false))
                .filter(one -> one.operation().startsWith("snapshot.")
                        || one.operation().startsWith("repo."))
                .map(one -> one.id() + one.state())
                .findFirst()
                .orElse("");
        Optional<Chain.Links> found = chain.links(work);
        if (found.isEmpty()) {
            return frame.making(visit, Frame.Part.SNAPSHOTS, "Snapshots", "The repository is being read.");
        }
        Chain.Links links = found.get();
        Optional<Chain.Log> log = links.ids().isEmpty() ? Optional.empty() : chain.log(work);
        return frame.page(visit, Frame.Part.SNAPSHOTS, "Snapshots", page -> {
            page.element(
                    "h1",
                    links.ids().isEmpty()
                            ? "There is no snapshot yet"
                            : Shown.number(links.ids().size(), "snapshot"));
            if (visit.may(Role.ENGINEER)) {
                page.open("div", "class", "row");
                frame.form(page, visit, "/console/snapshots", "/console/snapshots");
                page.element("button", "Take a snapshot", "class", "main").close();
                if (!links.ids().isEmpty()) {
                    frame.form(page, visit, "/console/snapshots/verify", "/console/snapshots");
                    page.element("button", "Verify all, reading everything", "class", "quiet")
                            .close();
                }
                page.close().line();
            }
            if (!links.ids().isEmpty()) {
                table(page, visit, links);
                moments(page, log);
            }
            holds(page, visit, holds);
        });
    }

    private void table(Html page, Visit visit, Chain.Links links) {
        Instant now = setup.workplace().clock().instant();
        int pages = (links.ids().size() + ON_A_PAGE - 1) / ON_A_PAGE;
        int at = Math.clamp(visit.number("page"), 1, Math.max(1, pages));
        List<String> some = links.ids().stream()
                .skip((at - 1L) * ON_A_PAGE)
                .limit(ON_A_PAGE)
                .toList();
        page.open("p", "class", "note").text("In ").name(links.location());
        page.text(
                links.pruned() > 0
                        ? "; " + Shown.number(links.pruned())
                                + " older ones were pruned, their records stay in the chain."
                        : ".");
        page.close();
        if (some.stream().anyMatch(id -> chain.manifest(id).isEmpty())) {
            page.open("p", "class", "note", "role", "status").text("Some manifests are still being read. ");
            page.link("/console/snapshots?page=" + at, "Load the page again")
                    .text(" to see them.")
                    .close();
        }
        page.open("div", "class", "scroll", "role", "region", "aria-label", "Snapshots", "tabindex", "0");
        page.open("table")
                .element("caption", "The chain of snapshots, newest first")
                .open("thead")
                .open("tr");
        for (String head : List.of("Taken", "Found sound", "Signature", "Users", "Messages", "Mail", "Snapshot")) {
            boolean figure = List.of("Users", "Messages", "Mail").contains(head);
            page.element("th", head, "scope", "col", figure ? "class" : "", "n");
        }
        page.close(2).open("tbody").line();
        some.forEach(id -> row(page, id, links, now));
        page.close(3);
        Pager.pages(page, "/console/snapshots?page=", at, pages, "Newer", "Older");
    }

    private void row(Html page, String id, Chain.Links links, Instant now) {
        Optional<ListSnapshots.Snapshot> one = chain.manifest(id);
        page.open("tr").open("th", "scope", "row");
        page.text(one.map(it -> it.readable() ? Shown.ago(it.created(), now) : "not readable")
                        .orElse("being read"))
                .close();
        Optional<Verifications.Verification> look = links.looks().flatMap(known -> known.of(id));
        page.open("td");
        if (look.isEmpty()) {
            page.element("span", "never read again", "class", "g suspect");
        } else if (!look.get().sound()) {
            page.element("span", "DAMAGED, " + Shown.ago(look.get().at(), now), "class", "g damaged");
        } else {
            page.element(
                    "span",
                    Shown.ago(look.get().at(), now) + (look.get().full() ? "" : ", quickly"),
                    "class",
                    "g proven");
        }
        page.close();
        page.element(
                "td",
                one.map(it -> Shown.upper(it.trust()
                                .name()
                                .toLowerCase(java.util.Locale.ROOT)
                                .replace('_', ' ')))
                        .orElse("…"));
        page.element("td", one.map(it -> Shown.number(it.users())).orElse("…"), "class", "n");
        page.element("td", one.map(it -> Shown.number(it.messages())).orElse("…"), "class", "n");
        page.element("td", one.map(it -> Shown.size(it.bytes())).orElse("…"), "class", "n");
        page.open("td", "class", "path").name(id).close(2);
    }

    private static void moments(Html page, Optional<Chain.Log> found) {
        page.open("section", "id", "moments").element("h2", "Moments between snapshots");
        if (found.isEmpty()) {
            page.open("p", "class", "note", "role", "status").text("The log is being read. ");
            page.link("/console/snapshots", "Load the page again")
                    .text(" to see them.")
                    .close(2);
            return;
        }
        Chain.Log log = found.get();
        List<Logbook.Reach> reaches = log.moments().reaches();
        if (!log.problem().isEmpty()) {
            page.open("div", "class", "said bad")
                    .element("p", "The log cannot be read: " + log.problem(), "class", "words")
                    .close();
        } else if (reaches.isEmpty()) {
            page.element("p", "None can be restored: the repository has no log that goes on from a snapshot.");
        } else {
            page.element("p", "Every second of these spans can be restored, newest first:");
            page.open("ul", "class", "bare");
            for (Logbook.Reach reach : reaches.reversed().stream().limit(SPANS).toList()) {
                page.open("li")
                        .text(reach.firstSecond() + " to " + reach.lastSecond())
                        .close();
            }
            page.close();
            if (reaches.size() > SPANS) {
                page.element("p", "And " + Shown.number(reaches.size() - SPANS) + " older ones.", "class", "note");
            }
        }
        List<RepositoryFinding> broken = log.moments().broken();
        if (!broken.isEmpty()) {
            page.open("div", "class", "said bad").element("p", "The log is not whole.", "class", "words");
            page.open("ul");
            broken.stream()
                    .limit(SPANS)
                    .forEach(one -> page.open("li")
                            .text(one.file() + ": " + one.meaning())
                            .close());
            page.close();
            page.element(
                    "p",
                    (broken.size() > SPANS ? Shown.number(broken.size() - SPANS) + " more. " : "")
                            + "Verifying names whose mail changed then, and what can be done.");
            page.close();
        }
        page.close().line();
    }

    private void holds(Html page, Visit visit, IncidentHolds.State holds) {
        page.open("section", "id", "hold").element("h2", "Incident hold").line();
        if (holds.frozen()) {
            page.open("div", "class", "said bad")
                    .element("p", "Retention is frozen: no snapshot is pruned.", "class", "words");
            page.open("ul");
            for (IncidentHold hold : holds.on()) {
                page.open("li").text(Shown.time(hold.since()) + ", by ").name(hold.by());
                page.text(": " + Shown.name(hold.because())).close();
            }
            holds.unreadable()
                    .forEach(one -> page.open("li").text(Shown.name(one)).close());
            page.close(2);
        } else {
            page.element(
                    "p",
                    "Retention is not frozen. Set a hold when something is wrong, so that good old snapshots cannot be"
                            + " displaced by bad new ones.");
        }
        if (visit.may(Role.ENGINEER) && !holds.frozen()) {
            hold(page, visit, "/console/snapshots/hold", "Freeze retention");
        }
        if (visit.may(Role.ADMIN) && holds.frozen()) {
            hold(page, visit, "/console/snapshots/release", "Release the hold");
        }
        page.close().line();
    }

    private void hold(Html page, Visit visit, String action, String button) {
        frame.form(page, visit, action, "/console/snapshots", "class", "sheet");
        Frame.field(page, "because", "Why", "", "required", "", "maxlength", "500");
        page.element("button", button, "class", "quiet").close();
    }
}
