package org.understudy.restore.cli;

import java.io.PrintStream;
import org.understudy.restore.RestoreOperations;
import org.understudy.restore.plan.PlanTotals;
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
final class PreviewVerb extends OperationVerb<PreviewRestore.Request, PreviewRestore.Result> {
    @Parameters(paramLabel = "ID", description = RestoreVerbs.ID)
    private String id;

    @Mixin
    private PolicyOptions policy = new PolicyOptions();

    @Option(
            names = "--approvals",
            paramLabel = "N",
            description = "How many persons must approve: 1, the default, or 2.")
    private int approvals = 1;

    @Option(names = "--list", description = "Print each step of the plan.")
    private boolean list;

    PreviewVerb(Frame frame) {
        super(frame, RestoreOperations.preview());
    }

    @Override
    protected PreviewRestore.Request request(Invocation invocation) {
        return new PreviewRestore.Request(
                RestoreName.resolve(invocation, id), policy.policy(), approvals, list ? Integer.MAX_VALUE : 0);
    }

    @Override
    protected void print(PreviewRestore.Result result, PrintStream out) {
        PlanTotals totals = result.totals();
        out.print("Plan of restore " + result.id() + "; nothing is changed yet.\n");
        Table table = new Table("messages", "")
                .row(totals.add(), "to be added")
                .row(totals.quarantine(), "to be held in quarantine");
        for (SkipReason reason : SkipReason.values()) {
            long count = totals.skipped().getOrDefault(reason, 0L);
            if (count > 0) {
                table.row(count, "left in the shadow: " + reason.text());
            }
        }
        table.sums().row(totals.messages(), "in the shadow");
        table.print(out, "  ");
        out.print("  mailboxes to be made: " + Figures.number(totals.createMailboxes())
                + "; messages of live whose flags would change: " + Figures.number(totals.changeFlags()) + "\n");
        gains(totals, out);
        result.lines().forEach(line -> out.print("  " + Printable.line(line) + "\n"));
        if (result.lines().isEmpty() && result.steps() > 0) {
            out.print("  steps  " + Figures.number(result.steps()) + "; --list prints them\n");
        }
        out.print("  plan   " + Printable.line(result.planFile()) + "\n");
        out.print("  hash   " + result.hash() + "\n");
        strangers(result, out);
        NextStep.print(out, result.id(), result.state(), result.hash());
    }

    private static void gains(PlanTotals totals, PrintStream out) {
        if (totals.users().isEmpty()) {
            return;
        }
        Table table = new Table("user", "gains messages", "MB");
        long messages = 0;
        for (PlanTotals.UserGain gain : totals.users()) {
            table.row(gain.user(), gain.messages(), new Table.Megabytes(gain.bytes()));
            messages += gain.messages();
        }
        if (totals.users().size() > 1) {
            table.sums().row("all", messages, new Table.Megabytes(totals.addBytes()));
        }
        table.print(out, "  ");
    }

    private static void strangers(PreviewRestore.Result result, PrintStream out) {
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
    }
}
