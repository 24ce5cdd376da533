package org.understudy.restore.cli;

import java.io.PrintStream;
import org.understudy.restore.repair.RepairStore;
import org.understudy.storage.OperatorException;
import org.understudy.storage.Reason;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code understudy repair}. */
@Command(
        name = "repair",
        description = {
            "Make a sound store of a damaged one and a snapshot of it. The server must be stopped.",
            "What the damaged store can still tell is taken from it, the rest from the snapshot; what neither has is listed.",
            "Nothing in the damaged store is changed: the new one is made beside it, as store.repaired-TIME, and every message",
            "in it is read. With --swap the two then change names. Exit code 3 if mail was lost."
        },
        footer = {"", "Example: understudy repair --snapshot latest --dry-run", "Read docs/runbooks/repair.md before."})
final class RepairVerb extends Verb {
    private static final int SHOWN = 100;

    @Option(
            names = "--snapshot",
            required = true,
            paramLabel = "SNAPSHOT",
            description = "An id, its beginning, or latest.")
    private String snapshot = "";

    @Option(
            names = "--dry-run",
            description = "Make the new store and tell what would be taken from where, then delete it.")
    private boolean dryRun;

    @Option(
            names = "--swap",
            description = "Put the new store in the place of the damaged one, which is kept as store.damaged-TIME.")
    private boolean swap;

    @Option(
            names = "--accept-key",
            description = "Use a snapshot that a key has signed which this machine does not trust.")
    private boolean acceptKey;

    RepairVerb(Frame frame) {
        super(frame);
    }

    @Override
    protected int run(Invocation invocation) throws Exception {
        if (dryRun && swap) {
            throw new OperatorException(
                    Reason.USAGE, "both --dry-run and --swap are given", "Leave one of them out; try --dry-run first.");
        }
        RepairStore.Result result;
        try (ShownProgress progress = invocation.console().progress()) {
            result = new RepairStore(invocation.dataFolder(), invocation.repository(), invocation.clock(), progress)
                    .run(new RepairStore.Request(snapshot, acceptKey, dryRun, swap));
        }
        invocation.console().result(result, out -> print(result, out));
        return result.lost() + result.unknown() > 0 ? Reason.UNSOUND.exitCode() : 0;
    }

    private static void print(RepairStore.Result result, PrintStream out) {
        out.print(
                (result.dryRun() ? "DRY RUN: a new store was made and deleted again, in " : "A new store was made in ")
                        + Figures.duration(result.millis()) + ", with snapshot " + result.snapshot() + " of "
                        + Figures.minute(result.taken()) + " UTC\n");
        if (result.damage().isEmpty()) {
            out.print("  damaged   no table; what is wrong may lie elsewhere\n");
        }
        result.damage().forEach(one -> out.print("  damaged   " + Printable.line(one) + "\n"));
        out.print("  mail      " + Figures.count(result.messages(), "message") + " = "
                + Figures.number(result.same()) + " that both have + "
                + Figures.number(result.fromSnapshot()) + " that only the snapshot can tell + "
                + Figures.number(result.fromDamaged()) + " newer ones from the damaged store\n");
        out.print("  LOST      " + Figures.number(result.lost())
                + " that are newer than the snapshot and cannot be read" + unknown(result.unknown()) + "\n");
        out.print("  tables    " + Figures.count(result.rows(), "row") + " newer than the snapshot"
                + (result.tables().isEmpty()
                        ? ""
                        : "; as in the snapshot, since they cannot be read: " + String.join(", ", result.tables()))
                + "\n");
        out.print("  checked   as by fsck --deep, every message read: sound\n");
        Table table =
                new Table("user", "mailbox", "messages", "both", "snapshot", "newer", "expunged", "LOST", "lost UIDs");
        result.mailboxes().stream()
                .filter(one -> one.fromSnapshot() + one.lost() + one.unknown() + one.flagsOfSnapshot() > 0)
                .limit(SHOWN)
                .forEach(one -> table.row(
                        one.user(),
                        one.mailbox(),
                        Figures.number(one.messages()),
                        Figures.number(one.same()),
                        Figures.number(one.fromSnapshot()),
                        Figures.number(one.fromDamaged()),
                        Figures.number(one.expunged()),
                        Figures.number(one.lost()),
                        one.lostUids().isEmpty() ? "-" : one.lostUids()));
        out.print("Mailboxes with rows that cannot be read ('--json' lists all):\n");
        table.print(out, "  ");
        for (RepairStore.MailboxResult one : result.mailboxes()) {
            if (one.flagsOfSnapshot() > 0) {
                note(
                        out,
                        one,
                        Figures.count(one.flagsOfSnapshot(), "message") + " with the flags of the snapshot, or none");
            }
            if (one.unknown() > 0) {
                note(
                        out,
                        one,
                        "of " + Figures.number(one.unknown()) + " UIDs nothing tells whether there was a message");
            }
            one.notes().forEach(text -> note(out, one, text));
        }
        result.notes().forEach(text -> out.print("NOTE: " + Printable.line(text) + "\n"));
        if (result.dryRun()) {
            out.print("Next: the same without --dry-run\n");
        } else if (result.swapped()) {
            out.print("The new store is in place; the damaged one is kept in " + Printable.line(result.kept())
                    + "\nNext: understudy server, then understudy snapshot\n");
        } else {
            out.print("It lies in " + Printable.line(result.store())
                    + "; nothing else was changed.\nNext: the same with" + " --swap, or rename the folder "
                    + Printable.line(result.kept()) + " and then this one to its name\n");
        }
    }

    private static String unknown(long uids) {
        return uids == 0
                ? ""
                : ", and " + Figures.number(uids) + " UIDs of which nothing tells whether there was a message";
    }

    private static void note(PrintStream out, RepairStore.MailboxResult mailbox, String text) {
        out.print("NOTE: user " + Printable.line(mailbox.user()) + ", mailbox " + Printable.line(mailbox.mailbox())
                + ": " + Printable.line(text) + "\n");
    }
}
