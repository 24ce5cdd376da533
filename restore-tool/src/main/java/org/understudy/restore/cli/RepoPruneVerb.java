package org.understudy.restore.cli;

import java.io.PrintStream;
import org.understudy.restore.RestoreOperations;
import org.understudy.restore.repository.PruneRepository;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code understudy repo prune}. */
@Command(
        name = "prune",
        description = {
            "Remove the snapshots that no rule of retention wants (configuration: retention), and the files that only they"
                    + " needed.",
            "The chain of those that stay is kept whole. Refused while an incident hold is on."
        },
        footer = {"", "Example: understudy repo prune --dry-run"})
final class RepoPruneVerb extends OperationVerb<PruneRepository.Request, PruneRepository.Result> {
    @Option(names = "--dry-run", description = "Say what would be removed, and remove nothing.")
    private boolean dryRun;

    RepoPruneVerb(Frame frame) {
        super(frame, RestoreOperations.pruneRepository());
    }

    @Override
    protected PruneRepository.Request request(Invocation invocation) {
        return new PruneRepository.Request(invocation.retention(), dryRun);
    }

    @Override
    protected void print(PruneRepository.Result result, PrintStream out) {
        out.print("Repository " + Printable.line(result.repository()) + ", rules: " + result.rules() + "\n");
        Table table = new Table("snapshot", "taken (UTC)", "messages", result.dryRun() ? "would be" : "", "because");
        for (PruneRepository.Gone one : result.gone()) {
            table.row(
                    one.id(),
                    Figures.minute(one.created()),
                    one.messages(),
                    "pruned",
                    one.resumed() ? "a prune before had decided so" : "no rule wants it");
        }
        for (PruneRepository.Kept one : result.kept().reversed()) {
            table.row(
                    one.id(), Figures.minute(one.created()), one.messages(), "kept", String.join(", ", one.because()));
        }
        table.print(out, "  ");
        String verb = result.dryRun() ? "would be removed" : "removed";
        out.print("Snapshots: " + result.gone().size() + " " + verb + ", "
                + result.kept().size() + " kept.\n");
        out.print("Files: " + Figures.number(result.objects()) + " of " + Figures.size(result.bytes()) + " = "
                + Figures.number(result.freedObjects()) + " of " + Figures.size(result.freedBytes()) + " " + verb
                + " + "
                + Figures.number(result.objects() - result.freedObjects()) + " of "
                + Figures.size(result.bytes() - result.freedBytes()) + " kept.\n");
        if (result.unnamedObjects() > 0) {
            out.print("  Of those " + verb + ", " + Figures.count(result.unnamedObjects(), "file") + " of "
                    + Figures.size(result.unnamedBytes())
                    + " belonged to no snapshot, as interrupted work leaves them.\n");
        }
        result.shares()
                .forEach(share -> out.print("  " + Printable.line(share.what()) + ": "
                        + Figures.count(share.files(), "file") + " of " + Figures.size(share.bytes()) + " " + verb
                        + ".\n"));
        if (result.dryRun() && !result.gone().isEmpty()) {
            out.print("Next: understudy repo prune\n");
        }
    }
}
