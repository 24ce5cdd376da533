package org.understudy.server.console;

import java.time.Instant;
import java.util.List;
import org.understudy.restore.canary.CanaryOperations;
import org.understudy.restore.canary.CanaryState;
import org.understudy.restore.drill.DrillFolders;
import org.understudy.restore.drill.DrillResult;
import org.understudy.restore.drill.RunDrill;
import org.understudy.restore.operation.Role;
import org.understudy.server.schedule.JobState;

/** Drills, canary mailboxes, and what the server does by itself. */
final class WatchPages {
    private static final int DRILLS = 50;
    private static final int DRILL_USERS = 5;

    private final Frame frame;
    private final ConsoleSetup setup;
    private final Doing doing;
    private final LossAnswer answer;

    WatchPages(Frame frame, ConsoleSetup setup, Doing doing, LossAnswer answer) {
        this.frame = frame;
        this.setup = setup;
        this.doing = doing;
        this.answer = answer;
    }

    List<Place> places() {
        return List.of(
                Place.get("/console/watch", Role.VIEWER, this::show),
                Place.post(
                        "/console/watch/drill",
                        Role.ENGINEER,
                        visit -> new Answer.Go("/console/work/"
                                + doing.begin(visit, "drill.run", new RunDrill.Request(DRILL_USERS, "latest", null), "")
                                        .id()
                                        .text())),
                Place.post(
                        "/console/watch/canaries",
                        Role.ENGINEER,
                        visit -> new Answer.Go("/console/work/"
                                + doing.begin(visit, "canary.check", new CanaryOperations.Everyone(), "")
                                        .id()
                                        .text())));
    }

    private Answer show(Visit visit) throws Exception {
        DrillFolders folders = DrillFolders.in(setup.workplace().dataFolder());
        List<String> ids = folders.ids();
        int pages = Math.max(1, (ids.size() + DRILLS - 1) / DRILLS);
        int at = Math.clamp(visit.number("page"), 1, pages);
        List<DrillFolders.Entry> drills = ids.stream()
                .skip((at - 1L) * DRILLS)
                .limit(DRILLS)
                .map(folders::entry)
                .toList();
        List<CanaryState> canaries = canaries();
        List<JobState> jobs = setup.status().get().backups().jobs();
        Instant now = setup.workplace().clock().instant();
        return frame.page(visit, Frame.Part.WATCH, "Drills and schedule", page -> {
            page.element("h1", "Drills and schedule");
            page.open("section").element("h2", "Drills");
            page.element(
                    "p",
                    "A drill restores some users from the newest verified snapshot into shadows of its own, validates,"
                            + " compares and reads them over IMAP. It merges nothing.",
                    "class",
                    "note");
            if (visit.may(Role.ENGINEER)) {
                frame.form(page, visit, "/console/watch/drill", "/console/watch");
                page.element("button", "Run a drill now", "class", "main").close();
            }
            drills(page, drills, now);
            Pager.pages(page, "/console/watch?page=", at, pages, "Newer", "Older");
            page.close().line();
            page.open("section").element("h2", "Canary mailboxes");
            canaries(page, canaries, now);
            if (visit.may(Role.ENGINEER) && !canaries.isEmpty()) {
                frame.form(page, visit, "/console/watch/canaries", "/console/watch");
                page.element("button", "Check them now", "class", "quiet").close();
            }
            page.close().line();
            page.open("section").element("h2", "Schedule");
            jobs(page, jobs, now);
            page.close().line();
        });
    }

    /** As the last comparison with history found them. */
    private List<CanaryState> canaries() throws Exception {
        return answer.latest() instanceof LossAnswer.Found.There there
                ? there.report().canaries()
                : List.of();
    }

    private static void drills(Html page, List<DrillFolders.Entry> drills, Instant now) {
        if (drills.isEmpty()) {
            page.element("p", "There was no drill yet.", "class", "note");
            return;
        }
        page.open("div", "class", "scroll", "role", "region", "aria-label", "Drills", "tabindex", "0");
        page.open("table").element("caption", "Drills, newest first");
        page.open("thead").open("tr");
        for (String head : List.of("Drill", "When", "Verdict", "Users", "What was found")) {
            page.element("th", head, "scope", "col");
        }
        page.close(2).open("tbody");
        drills.forEach(drill -> {
            page.open("tr").element("th", drill.id(), "scope", "row");
            DrillResult result = drill.result().orElse(null);
            if (result == null) {
                page.element("td", "").element("td", "no result").element("td", "");
                page.open("td").text(Shown.name(drill.fault())).close(2);
                return;
            }
            page.element("td", Shown.ago(result.begun(), now));
            page.open("td")
                    .element(
                            "span",
                            result.verdict().word(),
                            "class",
                            "g "
                                    + switch (result.verdict()) {
                                        case GOOD -> "proven";
                                        case INCOMPLETE -> "suspect";
                                        case FAILED -> "damaged";
                                    })
                    .close();
            page.element("td", Shown.number(result.users().size()), "class", "n");
            List<String> faults = result.allFaults();
            page.open("td")
                    .text(
                            faults.isEmpty()
                                    ? "everything that was compared is as it should be"
                                    : Shown.name(String.join("; ", faults.subList(0, Math.min(3, faults.size())))))
                    .close(2);
        });
        page.close(3);
    }

    private static void canaries(Html page, List<CanaryState> canaries, Instant now) {
        if (canaries.isEmpty()) {
            page.open("p", "class", "note").text("There is none. ").element("code", "understudy canary add USER");
            page.text(" makes a mailbox whose every byte is known, and each comparison reads it.")
                    .close();
            return;
        }
        page.open("table")
                .element("caption", "Mailboxes whose every byte is known")
                .open("thead")
                .open("tr");
        for (String head : List.of("User", "Sound", "Checked", "What is wrong")) {
            page.element("th", head, "scope", "col");
        }
        page.close(2).open("tbody");
        for (CanaryState canary : canaries) {
            page.open("tr").open("th", "scope", "row").name(canary.user()).close();
            page.element("td", Shown.number(canary.sound()) + " of " + Shown.number(canary.expected()));
            page.element("td", Shown.ago(canary.checked(), now));
            page.open("td")
                    .text(canary.wrong() ? Shown.name(String.join("; ", canary.faults())) : "nothing")
                    .close(2);
        }
        page.close(2);
    }

    private static void jobs(Html page, List<JobState> jobs, Instant now) {
        if (jobs.isEmpty()) {
            page.open("p", "class", "note").text("Nothing is scheduled. ").element("code", "schedule");
            page.text(" in the configuration has the server take snapshots, verify them and run drills.")
                    .close();
            return;
        }
        page.open("div", "class", "scroll", "role", "region", "aria-label", "Schedule", "tabindex", "0");
        page.open("table")
                .element("caption", "What the server does by itself")
                .open("thead")
                .open("tr");
        for (String head : List.of("Job", "When", "Next", "Last went well", "How the last run ended")) {
            page.element("th", head, "scope", "col");
        }
        page.close(2).open("tbody");
        for (JobState job : jobs) {
            page.open("tr").element("th", job.name(), "scope", "row").element("td", job.timing());
            Instant due = job.due();
            page.element("td", due == null ? "never" : Shown.time(due));
            page.element("td", Shown.ago(job.lastGood(), now));
            page.open("td")
                    .text(
                            switch (job.outcome()) {
                                case NONE -> "did not run yet";
                                case RUNNING -> "under way";
                                case GOOD -> "well. ";
                                case FAILED -> "FAILED. ";
                                case BUSY -> "somebody else was at work. ";
                                case INTERRUPTED -> "the server stopped. ";
                            });
            page.text(Shown.name(job.message())).close(2);
        }
        page.close(3);
    }
}
