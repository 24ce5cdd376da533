package org.understudy.server.console;

import java.util.List;
import org.understudy.restore.operation.Role;
import org.understudy.restore.plan.PlanTotals;
import org.understudy.restore.workflow.ShowPlan;

/** What a merge would do: in figures, then step by step. */
final class PlanPage {
    private static final int ON_A_PAGE = 200;
    private static final int USERS = 100;

    private final Frame frame;
    private final Doing doing;

    PlanPage(Frame frame, Doing doing) {
        this.frame = frame;
        this.doing = doing;
    }

    List<Place> places() {
        return List.of(Place.get("/console/restores/{id}/plan", Role.VIEWER, this::show));
    }

    private Answer show(Visit visit) throws InterruptedException {
        int at = Math.max(1, visit.number("page"));
        ShowPlan.Result plan = doing.read(
                visit,
                "restore.plan",
                new ShowPlan.Request(visit.path("id"), (at - 1L) * ON_A_PAGE, ON_A_PAGE),
                ShowPlan.Result.class);
        int pages = (int) Math.max(1, (plan.all() + ON_A_PAGE - 1) / ON_A_PAGE);
        String own = "/console/restores/" + plan.id();
        return frame.page(visit, Frame.Part.RESTORES, "Plan of " + plan.id(), page -> {
            page.open("p", "class", "eyebrow").link(own, "Restore " + plan.id()).close();
            PlanTotals totals = plan.totals();
            page.element(
                    "h1",
                    Shown.number(totals.add(), "message") + " to add, " + Shown.number(totals.quarantine())
                            + " to hold apart, " + Shown.number(totals.messages() - totals.add() - totals.quarantine())
                            + " left out");
            page.open("p")
                    .text("What is approved is this hash: ")
                    .element("code", plan.hash(), "class", "whole")
                    .close();
            figures(page, totals);
            users(page, totals);
            page.open("section").element("h2", "Step by step");
            page.open("ol", "class", "lines", "start", Long.toString((at - 1L) * ON_A_PAGE + 1));
            plan.steps().forEach(step -> page.open("li").text(Shown.name(step)).close());
            page.close();
            pager(page, own + "/plan?page=", at, pages);
            page.close().line();
        });
    }

    private static void pager(Html page, String address, int at, int pages) {
        if (pages > 1) {
            page.open("nav", "class", "pager", "aria-label", "Pages");
            if (at > 1) {
                page.link(address + (at - 1), "Before", "rel", "prev");
            }
            page.element("span", "Page " + Shown.number(at) + " of " + Shown.number(pages));
            if (at < pages) {
                page.link(address + (at + 1), "After", "rel", "next");
            }
            page.close().line();
        }
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

    private static void users(Html page, PlanTotals totals) {
        if (totals.users().isEmpty()) {
            return;
        }
        page.open("section").element("h2", "What each user gains");
        page.open("table")
                .element(
                        "caption",
                        totals.users().size() <= USERS
                                ? "Messages and octets by user"
                                : "The first " + USERS + " of "
                                        + Shown.number(totals.users().size()) + " users");
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
