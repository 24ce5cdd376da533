package org.understudy.server.console;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.understudy.restore.job.Approval;
import org.understudy.restore.job.RestoreJob;
import org.understudy.restore.job.RestoreState;
import org.understudy.restore.operation.Role;
import org.understudy.restore.pages.ReportIndex;
import org.understudy.restore.proof.ProofFile;
import org.understudy.restore.report.VerdictCounts;
import org.understudy.restore.report.page.PageParts;
import org.understudy.restore.shadow.ReplayTotals;
import org.understudy.restore.workflow.Consent;
import org.understudy.restore.workflow.RestoreStatus;
import org.understudy.server.work.Work;
import org.understudy.server.work.WorkState;

/** One restore: how far it is, what is next and who may do it, what validation found, what was done and its proof. */
final class RestorePage {
    private static final int USERS = 50;
    private static final List<String> LINE = List.of("staged", "validated", "planned", "approved", "merged", "undone");

    private final Frame frame;
    private final ConsoleSetup setup;
    private final Doing doing;
    private final Reports reports;
    private final WorkPages work;

    RestorePage(Frame frame, ConsoleSetup setup, Doing doing, Reports reports, WorkPages work) {
        this.frame = frame;
        this.setup = setup;
        this.doing = doing;
        this.reports = reports;
        this.work = work;
    }

    List<Place> places() {
        return List.of(Place.get("/console/restores/{id}", Role.VIEWER, this::show));
    }

    private Answer show(Visit visit) throws Exception {
        RestoreStatus.Result status = doing.read(
                visit, "restore.status", new RestoreStatus.Request(visit.path("id")), RestoreStatus.Result.class);
        Optional<Work> about = doing.about(status.job().id());
        boolean live = about.filter(one -> !one.ended()).isPresent();
        Reports.Found<ReportIndex> report = reports.report(status.job().id());
        Consumer<Html> content = page -> content(page, visit, status, about, live, report);
        String title = "Restore " + status.job().id();
        if (live) {
            return frame.livePage(visit, Frame.Part.RESTORES, title, content);
        }
        return report instanceof Reports.Found.Making<ReportIndex>
                ? frame.soonPage(visit, Frame.Part.RESTORES, title, content)
                : frame.page(visit, Frame.Part.RESTORES, title, content);
    }

    private void content(
            Html page,
            Visit visit,
            RestoreStatus.Result status,
            Optional<Work> about,
            boolean live,
            Reports.Found<ReportIndex> report) {
        RestoreJob job = status.job();
        page.element("p", "Restore " + job.id(), "class", "eyebrow");
        page.element("h1", Shown.upper(status.meaning()));
        line(page, job.state());
        String own = "/console/restores/" + job.id();
        about.filter(one -> live || one.view(false).state() != WorkState.DONE)
                .ifPresent(one -> work.panel(page, visit, one, own));
        String failure = job.failure();
        if (failure != null && !live) {
            page.open("div", "class", "said bad", "role", "alert").open("p", "class", "words");
            page.text("The last step stopped: " + Shown.name(failure)).close(2);
        }
        if (!live) {
            new NextStep(frame, setup).write(page, visit, job);
        }
        facts(page, status);
        proofs(page, status.proofs());
        switch (report) {
            case Reports.Found.There<ReportIndex>(ReportIndex index) -> {
                report(page, job.id(), index);
                evidence(page, visit, job);
            }
            case Reports.Found.Making<ReportIndex> making -> {
                page.open("section").element("h2", "What validation found");
                page.open("div", "class", "said wait", "role", "status");
                page.element("p", "The report is being read for the first time.", "class", "words");
                page.element("p", "This page loads itself again every two seconds, until it is there.")
                        .close(2);
            }
            case Reports.Found.None<ReportIndex> none -> {}
        }
    }

    /** Where in the line of steps it is. */
    private static void line(Html page, RestoreState state) {
        int reached = switch (state) {
            case STAGING -> -1;
            case STAGED -> 0;
            case VALIDATED -> 1;
            case PLANNED -> 2;
            case APPROVED, MERGING -> 3;
            case MERGED, UNDOING -> 4;
            case UNDONE -> 5;
        };
        page.open("ol", "class", "steps", "aria-label", "Steps of the restore").line();
        for (int i = 0; i < LINE.size(); i++) {
            String how = i < reached ? "done" : i == reached ? "now" : "open";
            page.open("li", "class", how, i == reached ? "aria-current" : "", "step")
                    .text(LINE.get(i));
            page.element(
                    "span",
                    how.equals("open") ? " (not yet)" : how.equals("now") ? " (here)" : " (done)",
                    "class",
                    "hidden");
            page.close();
        }
        page.close().line();
    }

    private void facts(Html page, RestoreStatus.Result status) {
        RestoreJob job = status.job();
        Instant now = setup.workplace().clock().instant();
        page.open("dl", "class", "facts").line();
        fact(page, "Source", job.source().kind() + ", " + job.source().text());
        fact(page, "Users", RestoreListPage.users(job.source().only()));
        String by = job.stagedBy();
        fact(page, "Begun", Shown.time(job.createdAt()) + (by == null ? "" : " by " + by));
        fact(page, "Changed", Shown.ago(job.changedAt(), now));
        Instant deleted = status.shadow().deletedAt();
        Instant delete = status.shadow().deleteAt();
        fact(
                page,
                "Shadow",
                deleted != null
                        ? "deleted " + Shown.time(deleted)
                        : delete != null
                                ? "kept until " + Shown.time(delete)
                                : "kept while the restore is not finished");
        page.close().line();
    }

    private static void fact(Html page, String name, String value) {
        page.open("div").element("dt", name).open("dd").name(value).close(2);
    }

    private static void report(Html page, String id, ReportIndex report) {
        VerdictCounts totals = report.totals();
        String own = "/console/restores/" + id;
        page.open("section").element("h2", "What validation found");
        page.element("p", report.conclusion(), "class", "lead");
        page.open("p", "class", "links")
                .link(own + "/unsound", Shown.number(report.unsound().items()) + " unsound");
        page.link(own + "/verdicts", "Verdicts of all messages");
        if (report.contaminated().items() > 0) {
            page.link(
                    own + "/unsound?list=strays",
                    Shown.number(report.contaminated().items()) + " that may be another user's");
        }
        page.close().line();
        bins(page, report.replay(), totals);
        page.close().line();
        page.open("section").element("h2", "By month");
        page.element("p", "Messages by the month of their arrival.", "class", "note");
        page.ready(PageParts.months(report.byMonth())).close().line();
        users(page, id, report);
    }

    private static void bins(Html page, ReplayTotals replay, VerdictCounts totals) {
        page.open("div", "class", "pair");
        page.open("table")
                .element("caption", "Every item of the source is in one bin")
                .open("tbody");
        row(page, "replayed", replay.replayed(), "");
        row(page, "duplicate", replay.duplicate(), "");
        row(page, "unreadable", replay.unreadable(), replay.unreadable() > 0 ? "damaged" : "");
        row(page, "ignored", replay.ignored(), "");
        page.close().open("tfoot");
        row(page, "items in the source", replay.items(), "");
        page.close(2);
        page.open("table")
                .element("caption", "Every replayed message has one verdict")
                .open("tbody");
        row(page, "proven", totals.proven(), "proven");
        row(page, "consistent", totals.consistent(), "consistent");
        row(page, "suspect", totals.suspect(), totals.suspect() > 0 ? "suspect" : "");
        row(page, "damaged", totals.damaged(), totals.damaged() > 0 ? "damaged" : "");
        page.close().open("tfoot");
        row(page, "replayed", totals.graded(), "");
        page.close(3);
        page.element(
                "p",
                Shown.number(totals.duplicateOfLive())
                        + " of these are in live mail already, and would not be added again.",
                "class",
                "note");
    }

    private static void row(Html page, String name, long count, String grade) {
        page.open("tr").element("th", name, "scope", "row", grade.isEmpty() ? "" : "class", "g " + grade);
        page.element("td", Shown.number(count), "class", "n").close();
    }

    private static void users(Html page, String id, ReportIndex report) {
        List<ReportIndex.Sum> worst = report.users();
        page.open("section").element("h2", "By user");
        page.open("div", "class", "scroll", "role", "region", "aria-label", "Verdicts by user", "tabindex", "0");
        page.open("table", "class", "counts")
                .element(
                        "caption",
                        worst.size() <= USERS
                                ? "Messages by user and verdict, those with most unsound first"
                                : "The " + USERS + " users with most unsound messages, of "
                                        + Shown.number(report.allUsers()));
        page.open("thead").open("tr").element("th", "User", "scope", "col");
        for (String head : List.of("proven", "consistent", "suspect", "damaged", "unreadable", "live already")) {
            page.open("th", "scope", "col", "class", "n").element("span", head).close();
        }
        page.close(2).open("tbody").line();
        worst.stream().limit(USERS).forEach(one -> {
            VerdictCounts counts = one.counts();
            page.open("tr").open("th", "scope", "row");
            page.open("a", "href", "/console/restores/" + id + "/verdicts?user=" + Shown.encoded(one.of()));
            page.name(one.of()).close(2);
            for (long count : new long[] {
                counts.proven(),
                counts.consistent(),
                counts.suspect(),
                counts.damaged(),
                counts.unreadable(),
                counts.duplicateOfLive()
            }) {
                page.element("td", Shown.number(count), "class", count == 0 ? "n zero" : "n");
            }
            page.close().line();
        });
        page.close(4);
    }

    private static void proofs(Html page, List<ProofFile.Summary> proofs) {
        if (proofs.isEmpty()) {
            return;
        }
        page.open("section").element("h2", "What was done, and its proof").line();
        for (ProofFile.Summary proof : proofs) {
            page.open("div", "class", proof.holds() ? "said good proof" : "said bad proof");
            page.element(
                    "p",
                    (proof.step().equals("merge") ? "Merge " : "Undo ") + proof.attempt() + ": proof "
                            + proof.verdict().word() + (proof.signed() ? ", signed" : ", NOT signed"),
                    "class",
                    "words");
            page.element(
                    "p",
                    Shown.number(proof.written()) + " of " + Shown.number(proof.planned())
                            + " planned keys written; " + Shown.number(proof.strays())
                            + " written by nobody's plan; " + Shown.number(proof.others())
                            + " effects of others in the same time; " + Shown.number(proof.touched(), "message")
                            + " changed by their users since.");
            for (String reason : proof.reasons()) {
                page.open("p").text(Shown.name(reason)).close();
            }
            page.close().line();
        }
        page.close().line();
    }

    private void evidence(Html page, Visit visit, RestoreJob job) {
        page.open("section").element("h2", "Evidence to hand over");
        page.element(
                "p",
                "One signed archive with verdicts, plan, approvals, receipt, proofs and log, and no content of mail. Whoever"
                        + " gets it checks it without Understudy.");
        if (visit.may(Role.ENGINEER)) {
            String own = "/console/restores/" + job.id();
            page.open("div", "class", "row");
            frame.form(page, visit, own + "/pack", own);
            page.element("button", "Pack it", "class", "quiet").close();
            if (RestoreSteps.packed(setup, job.id()).isPresent()) {
                page.link(
                        own + "/pack", "Download evidence-" + job.id() + ".tar.gz", "class", "button", "download", "");
            }
            page.close();
        } else {
            page.element("p", "Engineers can pack and download it.", "class", "note");
        }
        page.close().line();
    }

    /** How many have approved, of how many that must; for the plan's page as well. */
    static void approvals(Html page, ConsoleSetup setup, RestoreJob job) {
        int needed = Consent.needed(setup.workplace().approvals(), job.approvalsNeeded());
        page.element(
                "p",
                needed == 1
                        ? "One person must approve it."
                        : "Two persons must approve it, neither of them who began it.");
        if (!job.approvals().isEmpty()) {
            page.open("ul");
            for (Approval approval : job.approvals()) {
                page.open("li").name(approval.by());
                page.text(", " + Shown.time(approval.at()) + ", "
                                + approval.identity().text())
                        .close();
            }
            page.close();
        }
    }
}
