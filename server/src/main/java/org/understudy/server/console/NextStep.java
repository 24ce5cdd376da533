package org.understudy.server.console;

import java.util.Objects;
import org.understudy.restore.job.RestoreJob;
import org.understudy.restore.operation.Role;

/** What comes next in a restore, with its button for whoever may press it. */
final class NextStep {
    private final Frame frame;
    private final ConsoleSetup setup;

    NextStep(Frame frame, ConsoleSetup setup) {
        this.frame = frame;
        this.setup = setup;
    }

    void write(Html page, Visit visit, RestoreJob job) {
        page.open("section", "class", "next").element("h2", "Next").line();
        switch (job.state()) {
            case STAGING ->
                step(page, visit, job, "stage", "Go on staging", "Staging was cut short. It goes on where it stopped.");
            case STAGED ->
                step(
                        page,
                        visit,
                        job,
                        "validate",
                        "Validate",
                        "Every message is read again and gets its verdict, with the evidence. Nothing live changes.");
            case VALIDATED ->
                step(
                        page,
                        visit,
                        job,
                        "preview",
                        "Make the plan",
                        "A plan lists exactly what a merge would do. Nothing live changes.");
            case PLANNED -> approve(page, visit, job);
            case APPROVED -> {
                plan(page, job);
                step(
                        page,
                        visit,
                        job,
                        "merge",
                        "Merge into live mail",
                        "The plan is approved. Merging adds what it lists, proves what it touched, and can be undone.");
            }
            case MERGING -> step(page, visit, job, "merge", "Complete the merge", "The merge was cut short.");
            case MERGED ->
                step(
                        page,
                        visit,
                        job,
                        "undo",
                        "Undo the merge",
                        "It is merged. Undo takes out again what it added and users have not touched since.");
            case UNDOING -> step(page, visit, job, "undo", "Complete the undo", "The undo was cut short.");
            case UNDONE ->
                step(
                        page,
                        visit,
                        job,
                        "preview",
                        "Make a new plan",
                        "The merge was taken back. A new plan can be made.");
        }
        page.close().line();
    }

    private void step(Html page, Visit visit, RestoreJob job, String verb, String button, String words) {
        String own = "/console/restores/" + job.id();
        page.element("p", words);
        if (visit.may(Role.ENGINEER)) {
            frame.form(page, visit, own + "/" + verb, own);
            page.element("button", button, "class", verb.equals("undo") ? "quiet" : "main")
                    .close();
        } else {
            page.element(
                    "p",
                    "Engineers can do this; you are " + visit.identity().role().word() + ".",
                    "class",
                    "note");
        }
    }

    private static void plan(Html page, RestoreJob job) {
        page.open("p")
                .link("/console/restores/" + job.id() + "/plan", "Look at the plan")
                .text(", hash ")
                .element("code", Shown.hash(Objects.requireNonNullElse(job.planHash(), "")))
                .close();
    }

    private void approve(Html page, Visit visit, RestoreJob job) {
        String own = "/console/restores/" + job.id();
        plan(page, job);
        RestorePage.approvals(page, setup, job);
        if (visit.may(Role.APPROVER)) {
            frame.form(page, visit, own + "/approve", own);
            Frame.hidden(page, "hash", Objects.requireNonNullElse(job.planHash(), ""));
            page.element("button", "Approve this plan as " + visit.identity().person(), "class", "main")
                    .close();
        } else {
            page.element(
                    "p",
                    "Approvers can do this; you are " + visit.identity().role().word()
                            + ". Send the plan's hash to the person who approves.",
                    "class",
                    "note");
        }
        if (visit.may(Role.ENGINEER)) {
            page.open("details").element("summary", "Make another plan instead");
            page.element("p", "It takes the place of this one, and approvals of this one are dropped.");
            frame.form(page, visit, own + "/preview", own);
            page.element("button", "Make the plan anew", "class", "quiet").close(2);
        }
    }
}
