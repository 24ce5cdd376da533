package org.understudy.restore.cli;

import java.io.PrintStream;
import org.understudy.restore.RestoreOperations;
import org.understudy.restore.repository.ListSnapshots;
import org.understudy.restore.repository.ListSnapshots.Snapshot;
import org.understudy.restore.repository.Logbook;
import org.understudy.restore.repository.Trust;
import org.understudy.storage.Reason;
import picocli.CommandLine.Command;

/** {@code understudy repo list}. */
@Command(
        name = "list",
        description = {
            "List the snapshots of the repository, oldest first, with what they hold.",
            "Exit code 3 if a manifest cannot be read or its signature not be checked, or if the log is not whole."
        },
        footer = {"", "Example: understudy repo list"})
final class RepoListVerb extends OperationVerb<ListSnapshots.Request, ListSnapshots.Result> {
    RepoListVerb(Frame frame) {
        super(frame, RestoreOperations.listSnapshots());
    }

    @Override
    protected ListSnapshots.Request request(Invocation invocation) {
        return new ListSnapshots.Request();
    }

    @Override
    protected int exitCode(ListSnapshots.Result result) {
        return sound(result) && result.brokenLog().isEmpty() ? 0 : Reason.UNSOUND.exitCode();
    }

    private static boolean sound(ListSnapshots.Result result) {
        return result.snapshots().stream().allMatch(RepoListVerb::trusted);
    }

    private static boolean trusted(Snapshot snapshot) {
        return snapshot.readable() && snapshot.trust() != Trust.NONE;
    }

    @Override
    protected void print(ListSnapshots.Result result, PrintStream out) {
        show(result, out);
        if (result.snapshots().isEmpty()) {
            out.print("Next: understudy snapshot\n");
        } else if (sound(result)) {
            out.print("Next: understudy restore stage --snapshot "
                    + result.snapshots().getLast().id() + "\n");
        } else {
            out.print("HINT: 'understudy repo verify' says what is wrong with the snapshots that are unreadable or"
                    + " signed by nobody known.\n");
        }
    }

    /** The table of snapshots. */
    static void show(ListSnapshots.Result result, PrintStream out) {
        out.print("Repository " + Printable.line(result.repository()) + ": "
                + Figures.count(result.snapshots().size(), "snapshot") + "\n");
        if (result.pruned() > 0) {
            out.print("  " + Figures.count(result.pruned(), "snapshot")
                    + " pruned by the rules of retention, with their places in the chain kept\n");
        }
        if (!result.hold().isEmpty()) {
            out.print("INCIDENT HOLD " + Printable.line(result.hold())
                    + "\n  Nothing is pruned; 'understudy repo hold' shows all of it.\n");
        }
        if (result.snapshots().isEmpty()) {
            return;
        }
        Table table = new Table(
                "snapshot",
                "taken (UTC)",
                "users",
                "mailboxes",
                "messages",
                "mail MB",
                "files MB",
                "mail of",
                "signed by");
        for (Snapshot one : result.snapshots()) {
            table.row(
                    one.id(),
                    one.readable() ? Figures.minute(one.created()) : "UNREADABLE",
                    one.users(),
                    one.mailboxes(),
                    one.messages(),
                    new Table.Megabytes(one.bytes()),
                    new Table.Megabytes(one.fileBytes()),
                    one.months().isEmpty()
                            ? ""
                            : one.months().firstKey() + " to " + one.months().lastKey(),
                    signature(one.trust()));
        }
        table.print(out, "  ");
        out.print(
                result.reaches().isEmpty()
                        ? "No moment between snapshots can be restored: the repository has no log that goes on from one"
                                + " ('understudy repo archive').\n"
                        : "Every second of these spans can be restored (restore stage --at):\n");
        for (Logbook.Reach reach : result.reaches()) {
            out.print("  " + reach.firstSecond() + " to " + reach.lastSecond() + "\n");
        }
        if (!result.brokenLog().isEmpty()) {
            out.print("THE LOG IS NOT WHOLE:\n");
            for (String broken : result.brokenLog()) {
                out.print("  " + Printable.line(broken) + "\n");
            }
            out.print("HINT: 'understudy repo verify' says whose mail changed then, and what can be done.\n");
        }
    }

    private static String signature(Trust trust) {
        return switch (trust) {
            case TRUSTED_KEY -> "this machine's key";
            case REPOSITORY_KEY -> "the repository's own key";
            case NONE -> "NOBODY KNOWN";
        };
    }
}
