package org.understudy.server.console;

import java.io.IOException;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.understudy.restore.job.RestoreJob;
import org.understudy.restore.job.RestoreState;
import org.understudy.restore.operation.Role;
import org.understudy.server.admin.ServerStatus;
import org.understudy.server.schedule.BackupHealth;

/** How things are, at a glance: what needs somebody, then how old the last good copies are. */
final class OverviewPage {
    private static final int LISTED = 5;

    private final Frame frame;
    private final ConsoleSetup setup;
    private final Jobs jobs;
    private final WorkPages work;

    OverviewPage(Frame frame, ConsoleSetup setup, Jobs jobs, WorkPages work) {
        this.frame = frame;
        this.setup = setup;
        this.jobs = jobs;
        this.work = work;
    }

    List<Place> places() {
        return List.of(
                Place.get("/console", Role.VIEWER, this::show), Place.get("/console/running", Role.VIEWER, visit -> {
                    Html page = new Html();
                    work.running(page, visit);
                    return Answer.page(page.finished());
                }));
    }

    private Answer show(Visit visit) {
        ServerStatus status = setup.status().get();
        return frame.page(visit, Frame.Part.OVERVIEW, "Overview", page -> content(page, visit, status));
    }

    /** One thing that somebody should do. */
    private record Call(String words, String hint, String to, String link) {}

    private void content(Html page, Visit visit, ServerStatus status) {
        Instant now = setup.workplace().clock().instant();
        List<Call> calls = calls(status);
        boolean fresh = status.users() == 0;
        page.open("section", "class", "state " + (!calls.isEmpty() ? "look" : fresh ? "empty" : "sound"));
        page.element(
                "h1",
                !calls.isEmpty()
                        ? (calls.size() == 1 ? "One thing needs you" : calls.size() + " things need you")
                        : fresh
                                ? "A new server: nothing is wrong, and nobody is here yet"
                                : "Everything is as it should be");
        if (!calls.isEmpty()) {
            page.open("ol", "class", "calls").line();
            for (Call call : calls) {
                page.open("li")
                        .open("p", "class", "words")
                        .text(Shown.name(call.words()))
                        .close();
                page.open("p");
                if (!call.hint().isEmpty()) {
                    page.text(Shown.upper(Shown.name(call.hint())) + " ");
                }
                page.link(call.to(), call.link()).close(2);
            }
            page.close().line();
        }
        if (fresh) {
            page.open("p").text("Make the first user on the server: ").element("code", "understudy user add NAME");
            page.text(". Then take a first snapshot on the page ").link("/console/snapshots", "Snapshots");
            page.text(".").close();
        }
        page.close().line();
        figures(page, status, now);
        page.open("section").element("h2", "Under way");
        page.open("div", "hx-get", "/console/running", "hx-trigger", "every 3s", "hx-swap", "innerHTML");
        work.running(page, visit);
        page.close().close().line();
        restores(page, now);
    }

    private static List<Call> calls(ServerStatus status) {
        List<Call> calls = new ArrayList<>();
        if (status.loss().found()) {
            calls.add(new Call(
                    status.loss().headline(),
                    "Nothing more is lost by waiting: look who, what and when first.",
                    "/console/loss",
                    "Open the loss map"));
        }
        if (status.users() > 0 && status.backups().snapshot() == null) {
            calls.add(new Call(
                    "There is no snapshot, so nothing could be restored", "", "/console/snapshots", "Take one"));
        } else if (status.users() > 0 && status.backups().verified() == null) {
            calls.add(new Call(
                    "No snapshot was ever read again, so nobody knows whether one is sound",
                    "",
                    "/console/snapshots",
                    "Verify them"));
        }
        for (BackupHealth.Alert alert : status.backups().alerts()) {
            boolean drill = switch (alert.kind()) {
                case DRILL_FAILED, DRILL_AGE, JOB_FAILED -> true;
                case STORE, HOLD, REPOSITORY, SNAPSHOT_AGE, VERIFIED_AGE -> false;
            };
            calls.add(new Call(
                    alert.text(),
                    alert.hint(),
                    drill ? "/console/watch" : "/console/snapshots",
                    drill ? "Drills and schedule" : "Snapshots and holds"));
        }
        if (!status.archive().gap().isEmpty()) {
            calls.add(new Call(status.archive().gap(), "A snapshot ends the gap.", "/console/snapshots", "Take one"));
        }
        return calls;
    }

    private void figures(Html page, ServerStatus status, Instant now) {
        BackupHealth health = status.backups();
        BackupHealth.Snapshot snapshot = health.snapshot();
        BackupHealth.Snapshot verified = health.verified();
        BackupHealth.Drill good = health.goodDrill();
        BackupHealth.Drill last = health.lastDrill();
        page.open("section")
                .element("h2", "Figures")
                .open("dl", "class", "tiles")
                .line();
        tile(
                page,
                "Last verified snapshot",
                verified == null ? "none yet" : Shown.ago(verified.taken(), now),
                verified == null
                        ? "No snapshot was read again and found sound."
                        : "read again and found sound " + Shown.ago(verified.verifiedAt(), now));
        tile(
                page,
                "Last snapshot",
                snapshot == null ? "none yet" : Shown.ago(snapshot.taken(), now),
                snapshot == null ? "Without one, nothing can be restored." : snapshot.id());
        tile(
                page,
                "Last good drill",
                good == null ? "none yet" : Shown.ago(good.begun(), now),
                last == null
                        ? "A drill rehearses a restore and merges nothing."
                        : "the last one of all: " + last.verdict());
        tile(
                page,
                "Incident hold",
                health.hold().isEmpty() ? "off" : "on",
                health.hold().isEmpty() ? "Old snapshots go as the rules say." : health.hold());
        tile(
                page,
                "Mail",
                Shown.number(status.messages(), "message"),
                Shown.number(status.users(), "user") + ", " + Shown.number(status.mailboxes(), "mailbox") + ", "
                        + Shown.size(status.bytes()));
        tile(
                page,
                "Loss",
                status.loss().found() ? Shown.number(status.loss().lost(), "message") : "none known",
                compared(status, now));
        disk(page);
        int clients = setup.clients().getAsInt();
        tile(
                page,
                "Clients",
                clients < 0 ? "not known" : Shown.number(clients, "connection"),
                "serving since " + Shown.span(status.uptime()));
        page.close().close().line();
    }

    private static String compared(ServerStatus status, Instant now) {
        return status.loss().running()
                ? "a comparison with history is under way"
                : status.loss().at() == null
                        ? "not compared with history yet"
                        : "compared with history " + Shown.ago(status.loss().at(), now);
    }

    private void disk(Html page) {
        try {
            FileStore disk = Files.getFileStore(setup.workplace().dataFolder());
            long free = disk.getUsableSpace();
            long all = disk.getTotalSpace();
            tile(
                    page,
                    "Disk",
                    Shown.size(free) + " free",
                    "of " + Shown.size(all) + ", which is " + (all == 0 ? 0 : Math.round(100.0 * free / all)) + " %");
        } catch (IOException e) {
            tile(page, "Disk", "not known", String.valueOf(e.getMessage()));
        }
    }

    private static void tile(Html page, String name, String value, String more) {
        page.open("div").element("dt", name).element("dd", value, "class", "value");
        page.open("dd", "class", "more").text(Shown.name(more)).close(2);
    }

    private void restores(Html page, Instant now) {
        List<RestoreJob> open = jobs.all().stream()
                .filter(job -> job.state() != RestoreState.MERGED && job.state() != RestoreState.UNDONE)
                .toList();
        page.open("section").element("h2", "Restores that are not finished");
        if (open.isEmpty()) {
            page.open("p", "class", "note")
                    .text("None. ")
                    .link("/console/restores", "All restores")
                    .close(2);
            return;
        }
        page.open("ul", "class", "plain");
        open.stream().limit(LISTED).forEach(job -> {
            page.open("li").link("/console/restores/" + job.id(), job.id());
            page.text(": " + job.state().meaning() + ", changed " + Shown.ago(job.changedAt(), now))
                    .close();
        });
        page.close();
        if (open.size() > LISTED) {
            page.open("p")
                    .link("/console/restores", "and " + Shown.number(open.size() - LISTED) + " more")
                    .close();
        }
        page.close().line();
    }
}
