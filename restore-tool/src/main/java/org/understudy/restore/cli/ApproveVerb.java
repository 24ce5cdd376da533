package org.understudy.restore.cli;

import java.io.IOException;
import java.io.PrintStream;
import org.understudy.restore.RestoreOperations;
import org.understudy.restore.job.Approval;
import org.understudy.restore.workflow.ApproveRestore;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code understudy restore approve}. */
@Command(
        name = "approve",
        description = {
            "Consent to one plan, by its hash as 'preview' printed it. Only an approved plan is merged.",
            "At least 12 digits of the hash are needed. Where two persons must approve, they must be two: who drew up the"
                    + " plan may be one of them."
        },
        footer = {
            "",
            "Example: understudy restore approve r-20260527-3fa9 --hash 4be1c02a77d9 --by anna",
            "         understudy restore plan r-20260527-3fa9 --list   shows what it is"
        })
final class ApproveVerb extends OperationVerb<ApproveRestore.Request, ApproveRestore.Result> {
    @Parameters(paramLabel = "ID", description = RestoreVerbs.ID)
    private String id;

    @Option(
            names = "--hash",
            paramLabel = "HASH",
            required = true,
            description = "Hash of the plan that you looked at.")
    private String hash;

    @Mixin
    private ApproverOptions approver = new ApproverOptions();

    ApproveVerb(Frame frame) {
        super(frame, RestoreOperations.approve());
    }

    @Override
    protected ApproveRestore.Request request(Invocation invocation) throws IOException {
        return new ApproveRestore.Request(
                RestoreName.resolve(invocation, id),
                hash.toLowerCase(java.util.Locale.ROOT),
                approver.by(),
                approver.password(invocation));
    }

    @Override
    protected void print(ApproveRestore.Result result, PrintStream out) {
        for (Approval one : result.approvals()) {
            out.print("  approved by " + text(one) + "\n");
        }
        out.print("  plan        " + result.hash() + "\n");
        if (result.missing() > 0) {
            out.print("One more person must approve.\n");
            out.print("Next: understudy restore approve " + result.id() + " --hash " + NextStep.shortened(result.hash())
                    + " --by SOMEBODY-ELSE\n");
            return;
        }
        NextStep.print(out, result.id(), result.state(), result.hash());
    }

    /** {@code anna (logged in) at 2026-05-27 02:00 UTC}. */
    static String text(Approval one) {
        return Printable.line(one.by()) + " (" + one.identity().text() + ") at " + Figures.minute(one.at()) + " UTC";
    }
}
