package org.understudy.restore.cli;

import java.io.PrintStream;
import java.time.Instant;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.understudy.restore.RestoreOperations;
import org.understudy.restore.job.Approval;
import org.understudy.restore.job.RestoreJob;
import org.understudy.restore.job.RestoreState;
import org.understudy.restore.shadow.ShadowTerms;
import org.understudy.restore.workflow.RestoreStatus;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code understudy restore status}. */
@Command(
        name = "status",
        description = "Say how far a restore has come, and which command is next.",
        footer = {"", "Example: understudy restore status latest"})
final class RestoreStatusVerb extends OperationVerb<RestoreStatus.Request, RestoreStatus.Result> {
    @Parameters(paramLabel = "ID", description = RestoreVerbs.ID)
    private String id;

    RestoreStatusVerb(Frame frame) {
        super(frame, RestoreOperations.status());
    }

    private Instant now = Instant.EPOCH;

    @Override
    protected RestoreStatus.Request request(Invocation invocation) {
        now = invocation.clock().instant();
        return new RestoreStatus.Request(RestoreName.resolve(invocation, id));
    }

    @Override
    protected void print(RestoreStatus.Result result, PrintStream out) {
        RestoreJob job = result.job();
        RestoreJob.Source source = job.source();
        out.print("Restore " + job.id() + " is " + job.state().word() + ": " + result.meaning() + ".\n");
        out.print("  source    " + Printable.line(source.kind() + ", " + source.text()) + "\n");
        if (!source.only().isEmpty()) {
            out.print("  users     "
                    + Printable.line(
                            String.join(", ", source.only().stream().sorted().toList())) + "\n");
        }
        source.renames().entrySet().stream()
                .sorted(Map.Entry.comparingByKey())
                .forEach(one ->
                        out.print("  renamed   " + Printable.line(one.getKey() + " to " + one.getValue()) + "\n"));
        out.print("  begun     " + Figures.minute(job.createdAt()) + " UTC\n");
        out.print("  changed   " + Figures.minute(job.changedAt()) + " UTC\n");
        if (job.attempt() > 1) {
            out.print("  undone    " + (job.attempt() == 2 ? "once" : (job.attempt() - 1) + " times") + "\n");
        }
        @Nullable String hash = job.planHash();
        if (hash != null) {
            out.print("  plan      " + hash + "\n");
            for (Approval one : job.approvals()) {
                out.print("  approved  by " + ApproveVerb.text(one) + "\n");
            }
        }
        result.proofs().forEach(proof -> out.print("  proof     " + Printable.line(ProofText.line(proof)) + "\n"));
        if (job.failure() != null) {
            out.print("  STOPPED   " + Printable.line(job.failure()) + "\n");
        }
        ShadowTerms shadow = result.shadow();
        out.print("  shadow    " + ShadowText.kept(shadow, job.state()) + "\n");
        if (shadow.ownersUntil() != null && shadow.deletedAt() == null) {
            out.print("  owners    " + ShadowText.owners(shadow, now) + "\n");
        }
        if (shadow.deletedAt() != null && job.state() == RestoreState.UNDONE) {
            out.print("Next: understudy restore stage SOURCE, as a new restore: this one's shadow is gone\n");
            return;
        }
        NextStep.print(out, job.id(), job.state(), hash);
    }
}
