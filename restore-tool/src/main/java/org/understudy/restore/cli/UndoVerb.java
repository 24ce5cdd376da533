package org.understudy.restore.cli;

import java.io.PrintStream;
import java.util.List;
import org.understudy.restore.RestoreOperations;
import org.understudy.restore.merge.UndoReport;
import org.understudy.restore.workflow.UndoRestore;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code understudy restore undo}. */
@Command(
        name = "undo",
        description = {
            "Take a merge back, also one that was cut short: expunge what it added, revert the flags it changed.",
            "What users have touched since is left as it is, and listed.",
            "Exit code 16 if the proof of what it touched did not pass."
        },
        footer = {"", "Example: understudy restore undo r-20260527-3fa9"})
final class UndoVerb extends OperationVerb<UndoRestore.Request, UndoRestore.Result> {
    private static final int SHOWN = 50;

    @Parameters(paramLabel = "ID", description = RestoreVerbs.ID)
    private String id;

    UndoVerb(Frame frame) {
        super(frame, RestoreOperations.undo());
    }

    @Override
    protected UndoRestore.Request request(Invocation invocation) {
        return new UndoRestore.Request(RestoreName.resolve(invocation, id));
    }

    @Override
    protected int exitCode(UndoRestore.Result result) {
        return ProofText.exitCode(result.proof());
    }

    @Override
    protected void print(UndoRestore.Result result, PrintStream out) {
        UndoReport report = result.report();
        out.print("The merge of restore " + result.id() + " was taken back, in " + Figures.duration(result.millis())
                + ".\n");
        out.print("  messages   " + Figures.number(report.added()) + " added = " + Figures.number(report.expunged())
                + " expunged + " + Figures.number(report.touched().size()) + " left, touched since + "
                + Figures.number(report.gone()) + " gone already\n");
        out.print("  flags      " + Figures.number(report.flagsChanged()) + " changed = "
                + Figures.number(report.flagsReverted()) + " reverted + "
                + Figures.number(report.flagsTouched().size()) + " left, touched since + "
                + Figures.number(report.flagsGone()) + " gone already\n");
        out.print("  mailboxes  " + Figures.number(report.mailboxesCreated()) + " made = "
                + Figures.number(report.mailboxesDeleted()) + " deleted + "
                + Figures.number(report.mailboxesKept().size()) + " kept\n");
        ProofText.print(result.proof(), out);
        list("Messages left, since somebody touched them:", report.touched(), out);
        list("Flags left, since somebody changed them again:", report.flagsTouched(), out);
        list("Mailboxes kept:", report.mailboxesKept(), out);
        NextStep.print(out, result.id(), result.state(), null);
    }

    private static void list(String title, List<String> lines, PrintStream out) {
        if (lines.isEmpty()) {
            return;
        }
        out.print(title + "\n");
        lines.stream().limit(SHOWN).forEach(line -> out.print("  " + Printable.line(line) + "\n"));
        if (lines.size() > SHOWN) {
            out.print("  and " + Figures.number(lines.size() - SHOWN) + " more; the restore's folder has them all\n");
        }
    }
}
