package org.understudy.restore.cli;

import java.io.PrintStream;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.understudy.restore.job.Approval;
import org.understudy.restore.job.RestoreJob;
import org.understudy.restore.job.RestoreJobs;
import org.understudy.restore.json.RestoreJson;
import org.understudy.restore.plan.MergePlan;
import org.understudy.restore.report.page.PlanPage;
import org.understudy.restore.workflow.PlanFile;
import org.understudy.storage.OperatorException;
import org.understudy.storage.Reason;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code understudy restore plan}: the plan that there is, for those who are to approve it. */
@Command(
        name = "plan",
        description = {
            "Show the plan that a preview drew up, without drawing up another: what approving it consents to.",
        },
        footer = {
            "",
            "Example: understudy restore plan latest --list --of anna",
            "         understudy restore plan latest --html plan.html"
        })
final class PlanVerb extends Verb {
    @Parameters(paramLabel = "ID", description = RestoreVerbs.ID)
    private String id;

    @Mixin
    private StepOptions steps = new StepOptions();

    @Option(names = "--html", paramLabel = "FILE", description = "Write the plan there as a page for a browser too.")
    @Nullable
    private Path htmlFile;

    PlanVerb(Frame frame) {
        super(frame);
    }

    /** @param plan with the steps that were asked for only */
    record Shown(String hash, int approvalsNeeded, List<Approval> approvals, MergePlan plan) {}

    @Override
    protected int run(Invocation invocation) {
        Path restores = RestoreName.folder(invocation);
        RestoreJob job = RestoreJobs.one(restores, RestoreName.resolve(invocation, id));
        MergePlan plan = plan(invocation, job);
        if (htmlFile != null) {
            page(invocation, job, plan, htmlFile);
        }
        Set<String> users = steps.users();
        MergePlan shown = users.isEmpty() ? plan : plan.withSteps(PlanText.of(plan, users));
        invocation
                .console()
                .result(
                        RestoreJson.mapper()
                                .valueToTree(new Shown(
                                        String.valueOf(job.planHash()), job.approvalsNeeded(), job.approvals(), shown)),
                        out -> print(job, plan, out));
        return 0;
    }

    /** @throws OperatorException {@link Reason#CONFLICT} if there is none, or its file was changed */
    static MergePlan plan(Invocation invocation, RestoreJob job) {
        if (job.planHash() == null) {
            throw new OperatorException(
                    Reason.CONFLICT,
                    "restore " + job.id() + " is " + job.state().word() + " and has no plan",
                    "The next step is 'understudy " + job.state().next() + " " + job.id() + "'.");
        }
        return PlanFile.read(RestoreName.folder(invocation).resolve(job.id()), job);
    }

    static void page(Invocation invocation, RestoreJob job, MergePlan plan, Path file) {
        Path page = invocation.absolute(file);
        PlanPage.write(job, plan, page);
        invocation.console().note("The page was written to " + page);
    }

    private void print(RestoreJob job, MergePlan plan, PrintStream out) {
        out.print("Plan of restore " + job.id() + ", drawn up on " + plan.date() + "; the restore is "
                + job.state().word() + ".\n");
        new PlanText(out).figures(plan);
        steps.print(plan, out);
        for (Approval one : job.approvals()) {
            out.print("  approved by " + ApproveVerb.text(one) + "\n");
        }
        out.print("  hash   " + job.planHash() + "\n");
        NextStep.print(out, job.id(), job.state(), job.planHash());
    }
}
