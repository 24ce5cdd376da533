package org.understudy.restore.cli;

import java.io.PrintStream;
import java.time.Instant;
import java.util.Locale;
import org.understudy.restore.drill.DrillResult;
import org.understudy.restore.drill.DrillResult.UserDrill;
import org.understudy.storage.Reason;

/** Results of drills for people. */
final class DrillText {
    private DrillText() {}

    static int exitCode(DrillResult result) {
        return switch (result.verdict()) {
            case GOOD -> 0;
            case INCOMPLETE -> Reason.UNPROVEN.exitCode();
            case FAILED -> Reason.UNSOUND.exitCode();
        };
    }

    static void print(DrillResult result, PrintStream out) {
        out.print("Drill " + result.id() + ": " + result.verdict().word().toUpperCase(Locale.ROOT) + ". "
                + meaning(result) + "\n");
        if (!result.snapshot().isEmpty()) {
            out.print("  snapshot  " + result.snapshot() + ", "
                    + (result.verified().equals(Instant.EPOCH)
                            ? "never verified"
                            : "verified " + Figures.minute(result.verified()))
                    + "\n");
        }
        out.print("  seed      " + result.seed() + "   (drill --seed " + result.seed()
                + " chooses the same users again)\n");
        out.print("  took      " + Figures.duration(result.millis()) + ", begun " + Figures.minute(result.begun())
                + "\n");
        if (!result.users().isEmpty()) {
            users(result, out);
        }
        result.notes().forEach(note -> out.print("NOTE: " + Printable.line(note) + "\n"));
        result.allFaults().forEach(fault -> out.print("FAULT: " + Printable.line(fault) + "\n"));
        if (result.verdict() == DrillResult.Verdict.FAILED) {
            out.print("HINT: 'understudy repo verify --full' names damaged files; take a new snapshot and drill again."
                    + " The shadows are kept in drills/" + result.id() + " of the data folder for a week."
                    + " docs/runbooks/drill.md goes on from here.\n");
        }
    }

    private static String meaning(DrillResult result) {
        return switch (result.verdict()) {
            case GOOD ->
                "A restore of " + Figures.count(result.users().size(), "user")
                        + " would bring back everything the snapshot promises.";
            case INCOMPLETE -> "Nothing wrong was found, but not everything was compared; it does not count as good.";
            case FAILED -> "A restore would not bring back what it should.";
        };
    }

    private static void users(DrillResult result, PrintStream out) {
        Table table = new Table(
                "user", "promised", "replayed", "twice", "proven", "trees", "canary", "by IMAP", "MB", "s", "");
        for (UserDrill user : result.users()) {
            table.row(
                    user.user(),
                    user.promised(),
                    user.replayed(),
                    user.duplicate(),
                    user.proven(),
                    (user.trees() - user.treesDifferent()) + "/" + user.trees(),
                    user.canary() ? Figures.number(user.canaryMessages()) : "-",
                    user.imap().exercised()
                            ? Figures.number(user.imap().messages())
                                    + (user.imap().left() > 0
                                            ? " of "
                                                    + Figures.number(user.imap().messages()
                                                            + user.imap().left())
                                            : "")
                            : "not read",
                    new Table.Megabytes(user.bytes()),
                    String.format(
                            Locale.ROOT,
                            "%.1f",
                            (user.stageMillis()
                                            + user.validateMillis()
                                            + user.imap().millis())
                                    / 1e3),
                    user.faults().isEmpty() ? "" : "FAILED");
        }
        table.print(out, "  ");
    }
}
