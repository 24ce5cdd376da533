package org.understudy.restore.cli;

import java.io.PrintStream;
import org.understudy.restore.RestoreOperations;
import org.understudy.restore.job.RestoreJob;
import org.understudy.restore.shadow.ShadowTerms;
import org.understudy.restore.workflow.ListRestores;
import picocli.CommandLine.Command;

/** {@code understudy restore list}. */
@Command(
        name = "list",
        description = "List all restores, oldest first.",
        footer = {"", "Example: understudy restore list"})
final class RestoreListVerb extends OperationVerb<ListRestores.Request, ListRestores.Result> {
    RestoreListVerb(Frame frame) {
        super(frame, RestoreOperations.list());
    }

    @Override
    protected ListRestores.Request request(Invocation invocation) {
        return new ListRestores.Request();
    }

    @Override
    protected void print(ListRestores.Result result, PrintStream out) {
        if (result.restores().isEmpty()) {
            out.print("There are no restores. 'understudy restore stage SOURCE' begins one.\n");
            return;
        }
        Table table = new Table("restore", "state", "begun (UTC)", "changed (UTC)", "shadow until", "source");
        for (RestoreJob job : result.restores()) {
            table.row(
                    job.id(),
                    job.state().word() + (job.failure() == null ? "" : ", STOPPED"),
                    Figures.minute(job.createdAt()),
                    Figures.minute(job.changedAt()),
                    until(result.shadows().getOrDefault(job.id(), ShadowTerms.NONE)),
                    job.source().location());
        }
        table.print(out, "");
        out.print("Next: understudy restore status ID\n");
    }

    private static String until(ShadowTerms shadow) {
        if (shadow.deletedAt() != null) {
            return "deleted";
        }
        return shadow.deleteAt() == null ? "" : Figures.minute(shadow.deleteAt());
    }
}
