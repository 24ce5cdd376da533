package org.understudy.restore.cli;

import java.io.PrintStream;
import java.util.stream.Collectors;
import org.understudy.restore.RestoreOperations;
import org.understudy.restore.report.VerdictCounts;
import org.understudy.restore.workflow.ValidateRestore;
import org.understudy.storage.Reason;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code understudy restore validate}. */
@Command(
        name = "validate",
        description = {
            "Read the whole shadow again and say of each message: proven, consistent, suspect or damaged.",
            "Then compare all messages with each other: mail that may be another user's is listed, and held back by a merge.",
            "Exit code 3 if messages are suspect, damaged, unreadable or another user's."
        },
        footer = {"", "Example: understudy restore validate r-20260527-3fa9"})
final class ValidateVerb extends OperationVerb<ValidateRestore.Request, ValidateRestore.Result> {
    private static final int SHOWN = 20;

    @Parameters(paramLabel = "ID", description = RestoreVerbs.ID)
    private String id;

    @Option(names = "--months", description = "Count by month of arrival too.")
    private boolean months;

    ValidateVerb(Frame frame) {
        super(frame, RestoreOperations.validate());
    }

    @Override
    protected ValidateRestore.Request request(Invocation invocation) {
        return new ValidateRestore.Request(RestoreName.resolve(invocation, id));
    }

    @Override
    protected int exitCode(ValidateRestore.Result result) {
        return exitCode(result.totals(), result.contaminated());
    }

    static int exitCode(VerdictCounts totals, long contaminated) {
        return totals.suspect() + totals.damaged() + totals.unreadable() + contaminated == 0
                ? 0
                : Reason.UNSOUND.exitCode();
    }

    @Override
    protected void print(ValidateRestore.Result result, PrintStream out) {
        out.print("Restore " + result.id() + " is validated.\n");
        out.print("  reread  " + Figures.count(result.reread(), "message") + " of the shadow ("
                + Figures.size(result.rereadBytes()) + ") in " + Figures.duration(result.millis()) + ": "
                + Figures.number(result.reread() - result.rereadDifferent()) + " as replayed + "
                + Figures.number(result.rereadDifferent()) + " different\n");
        out.print("  report  " + Printable.line(result.reportFile()) + "\n");
        if (!result.takenFrom().isEmpty()) {
            out.print("  taken   "
                    + result.takenFrom().entrySet().stream()
                            .map(one -> Figures.number(one.getValue()) + " from " + Printable.line(one.getKey()))
                            .collect(Collectors.joining(", "))
                    + "\n");
        }
        VerdictText text = new VerdictText(out);
        text.byMailbox(result.rows(), result.totals());
        if (months) {
            text.byMonth(result.rows(), result.totals());
        }
        VerdictCounts totals = result.totals();
        text.unsound(
                result.unsound(),
                totals.suspect() + totals.damaged() + totals.unreadable(),
                SHOWN,
                "'understudy restore report " + result.id() + "'");
        text.strays(result.strays(), result.contaminated(), SHOWN, "'understudy restore report " + result.id() + "'");
        out.print(Printable.line(result.conclusion()) + "\n");
        NextStep.print(out, result.id(), result.state(), null);
    }
}
