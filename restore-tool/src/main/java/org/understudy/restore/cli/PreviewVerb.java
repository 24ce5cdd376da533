package org.understudy.restore.cli;

import java.io.PrintStream;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import org.understudy.restore.RestoreOperations;
import org.understudy.restore.job.RestoreJob;
import org.understudy.restore.job.RestoreJobs;
import org.understudy.restore.plan.MergePlan;
import org.understudy.restore.plan.SkipReason;
import org.understudy.restore.workflow.PreviewRestore;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code understudy restore preview}. */
@Command(
        name = "preview",
        description = {
            "Draw up the plan: the exact list of what a merge would change. Nothing live is changed.",
            "A plan that was made before is dropped, and its approvals with it."
        },
        footer = {
            "",
            "Example: understudy restore preview r-20260527-3fa9",
            "         understudy restore preview latest --mailbox INBOX --since 2026-01-01 --until 2026-05-31 --list"
        })
final class PreviewVerb extends Verb {
    @Parameters(paramLabel = "ID", description = RestoreVerbs.ID)
    private String id;

    @Mixin
    private PolicyOptions policy = new PolicyOptions();

    @Option(
            names = "--approvals",
            paramLabel = "N",
            description = "How many persons must approve, 1 or 2; never fewer than the configuration asks for.")
    private int approvals = 1;

    @Mixin
    private StepOptions steps = new StepOptions();

    @Option(names = "--html", paramLabel = "FILE", description = "Write the plan there as a page for a browser too.")
    @Nullable
    private Path htmlFile;

    PreviewVerb(Frame frame) {
        super(frame);
    }

    @Override
    protected int run(Invocation invocation) throws InterruptedException {
        PreviewRestore.Request request = new PreviewRestore.Request(
                RestoreName.resolve(invocation, id),
                policy.policy(),
                approvals,
                steps.list() && invocation.console().json() ? Integer.MAX_VALUE : 0);
        PreviewRestore.Result result;
        try (ShownProgress progress = invocation.console().progress()) {
            result = invocation.operations().run(RestoreOperations.preview(), request, progress);
        }
        RestoreJob job = RestoreJobs.one(RestoreName.folder(invocation), result.id());
        MergePlan plan = PlanVerb.plan(invocation, job);
        if (htmlFile != null) {
            PlanVerb.page(invocation, job, plan, htmlFile);
        }
        invocation.console().result(result, out -> print(result, plan, out));
        return 0;
    }

    private void print(PreviewRestore.Result result, MergePlan plan, PrintStream out) {
        out.print("Plan of restore " + result.id() + "; nothing is changed yet.\n");
        new PlanText(out).figures(plan);
        steps.print(plan, out);
        out.print("  plan   " + Printable.line(result.planFile()) + "\n");
        out.print("  hash   " + result.hash() + "\n");
        hints(result, out);
        if (result.approvalsNeeded() > 1) {
            out.print("Two persons must approve.\n");
        }
        NextStep.print(out, result.id(), result.state(), result.hash());
    }

    static void hints(PreviewRestore.Result result, PrintStream out) {
        long strays = result.totals().skipped().getOrDefault(SkipReason.CONTAMINATION, 0L);
        if (strays > 0) {
            out.print("HINT: " + Figures.count(strays, "message") + " may hold another user's mail: 'understudy restore"
                    + " report " + result.id() + "' lists them. When somebody has looked at each, preview again with"
                    + " --include-contaminated to let them through.\n");
        }
        long unknown = result.totals().skipped().getOrDefault(SkipReason.NO_SUCH_USER, 0L);
        if (unknown > 0) {
            out.print("HINT: " + Figures.count(unknown, "message")
                    + (unknown == 1 ? " belongs" : " belong")
                    + " to users that live does not have: 'understudy user add NAME' makes one, or 'understudy restore"
                    + " preview " + result.id() + " --map SOURCE=LIVE' names another; then preview again.\n");
        }
        long expunged = result.totals().skipped().getOrDefault(SkipReason.EXPUNGED_BY_USER, 0L);
        if (expunged > 0 && result.totals().changesNothing()) {
            out.print(
                    "HINT: this plan changes nothing: what live lacks was expunged by its users. If they did not mean it,"
                            + " 'understudy restore preview " + result.id() + " --include-expunged' brings "
                            + Figures.count(expunged, "message") + " back.\n");
        }
    }
}
