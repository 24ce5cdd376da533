package org.understudy.server.console;

import java.util.List;
import org.understudy.restore.job.RestoreJob;
import org.understudy.restore.job.RestoreJobs;
import org.understudy.restore.operation.Role;
import org.understudy.restore.pages.PlanIndex;
import org.understudy.restore.plan.PlanTotals;

/** What a merge would do: in figures, then step by step. */
final class PlanPage {
    private static final int USERS = 100;

    private final Frame frame;
    private final ConsoleSetup setup;
    private final Reports reports;

    PlanPage(Frame frame, ConsoleSetup setup, Reports reports) {
        this.frame = frame;
        this.setup = setup;
        this.reports = reports;
    }

    List<Place> places() {
        return List.of(Place.get("/console/restores/{id}/plan", Role.VIEWER, this::show));
    }

    private Answer show(Visit visit) throws Exception {
        RestoreJob job = RestoreJobs.one(setup.workplace().restores(), visit.path("id"));
        if (job.planHash() == null) {
            throw new Refusal(409, "This restore is " + job.state().word() + " and has no plan yet.");
        }
        return switch (reports.plan(job)) {
            case Reports.Found.None<PlanIndex> none ->
                throw new Refusal(
                        409,
                        "The plan that was made is gone, or was changed: its hash is another. Nothing can be merged by it."
                                + " Make the plan anew.");
            case Reports.Found.Making<PlanIndex> making -> beingRead(visit);
            case Reports.Found.There<PlanIndex>(PlanIndex index) -> {
                int at = Math.clamp(visit.number("page"), 1, index.steps().pages());
                yield reports.steps(job.id(), index, at)
                        .map(steps -> shown(visit, job, index, at, steps))
                        .orElseGet(() -> beingRead(visit));
            }
        };
    }

    private Answer beingRead(Visit visit) {
        return frame.making(visit, Frame.Part.RESTORES, "Plan", "The plan is being read for the first time.");
    }

    private Answer shown(Visit visit, RestoreJob job, PlanIndex plan, int at, List<String> steps) {
        String own = "/console/restores/" + job.id();
        return frame.page(visit, Frame.Part.RESTORES, "Plan of " + job.id(), page -> {
            page.open("p", "class", "eyebrow").link(own, "Restore " + job.id()).close();
            PlanTotals totals = plan.totals();
            page.element(
                    "h1",
                    Shown.number(totals.add(), "message") + " to add, " + Shown.number(totals.quarantine())
                            + " to hold apart, " + Shown.number(totals.messages() - totals.add() - totals.quarantine())
                            + " left out");
            page.open("p")
                    .text("What is approved is this hash: ")
                    .element("code", plan.document().sha256(), "class", "whole")
                    .close();
            if (at == 1) {
                figures(page, totals);
                users(page, plan);
            }
            page.open("section").element("h2", "Step by step");
            if (steps.isEmpty()) {
                page.element("p", "There is nothing to do.", "class", "note");
            } else {
                page.open("ol", "class", "lines", "start", Long.toString((at - 1L) * PlanIndex.EACH + 1));
                steps.forEach(step -> page.open("li").text(Shown.name(step)).close());
                page.close();
            }
            Pager.pages(page, own + "/plan?page=", at, plan.steps().pages());
            page.close().line();
        });
    }

    private static void figures(Html page, PlanTotals totals) {
        page.open("section").element("h2", "In figures");
        page.open("table")
                .element("caption", "Each message of the shadow is in one line")
                .open("tbody");
        row(page, "to add to live mailboxes", totals.add());
        row(page, "to put into a quarantine mailbox", totals.quarantine());
        totals.skipped().entrySet().stream()
                .sorted(java.util.Map.Entry.comparingByKey())
                .forEach(entry -> row(page, "left out: " + entry.getKey().text(), entry.getValue()));
        page.close().open("tfoot");
        row(page, "messages of the shadow", totals.messages());
        page.close(2);
        page.element(
                "p",
                Shown.size(totals.addBytes()) + " come into live mail; "
                        + Shown.number(totals.createMailboxes(), "mailbox") + " would be made, flags of "
                        + Shown.number(totals.changeFlags(), "message") + " changed.",
                "class",
                "note");
        page.close().line();
    }

    private static void row(Html page, String name, long count) {
        page.open("tr")
                .element("th", name, "scope", "row")
                .element("td", Shown.number(count), "class", "n")
                .close();
    }

    private static void users(Html page, PlanIndex plan) {
        PlanTotals totals = plan.totals();
        if (totals.users().isEmpty()) {
            return;
        }
        page.open("section").element("h2", "What each user gains");
        page.open("table")
                .element(
                        "caption",
                        totals.users().size() <= USERS
                                ? "Messages and octets by user"
                                : "The first " + USERS + " of " + Shown.number(plan.allUsers()) + " users");
        page.open("thead").open("tr").element("th", "User", "scope", "col");
        page.element("th", "Messages", "scope", "col", "class", "n")
                .element("th", "Size", "scope", "col", "class", "n");
        page.element("th", "Quota", "scope", "col").close(2).open("tbody");
        totals.users().stream().limit(USERS).forEach(user -> {
            page.open("tr").open("th", "scope", "row").name(user.user()).close();
            page.element("td", Shown.number(user.messages()), "class", "n");
            page.element("td", Shown.size(user.bytes()), "class", "n");
            page.element("td", user.overQuota() ? "would be over quota" : "fits")
                    .close();
        });
        page.close(3);
    }
}
