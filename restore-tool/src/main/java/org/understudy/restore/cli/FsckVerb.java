package org.understudy.restore.cli;

import java.io.PrintStream;
import org.jspecify.annotations.Nullable;
import org.understudy.restore.RestoreOperations;
import org.understudy.restore.fsck.CheckStore;
import org.understudy.storage.OperatorException;
import org.understudy.storage.Reason;
import org.understudy.storage.fsck.Fsck;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code understudy fsck}. */
@Command(
        name = "fsck",
        description = {
            "Cross-check the live store, and say of all that is wrong whose mail it concerns.",
            "Nothing is changed; the server goes on serving, and what it writes meanwhile is no finding.",
            "Ctrl-C stops it. Exit code 3 if the store is not sound."
        },
        footer = {"", "Example: understudy fsck --deep"})
final class FsckVerb extends OperationVerb<CheckStore.Request, CheckStore.Result> {
    private static final int SHOWN = 100;
    private static final int MOST = 100_000;

    @Option(names = "--deep", description = "Read every message too, and compare its SHA-256.")
    private boolean deep;

    @Option(
            names = "--rate",
            paramLabel = "MB",
            description =
                    "Read at most so many megabytes a second. Default: as fast as the disk can while nobody uses the"
                            + " store, 60 while users are at work.")
    private @Nullable Integer rate;

    FsckVerb(Frame frame) {
        super(frame, RestoreOperations.checkStore());
    }

    @Override
    protected CheckStore.Request request(Invocation invocation) {
        if (rate != null && (rate < 1 || rate > MOST)) {
            throw new OperatorException(
                    Reason.USAGE, "--rate must be 1 to " + MOST + ", found " + rate, "Leave it out for no limit.");
        }
        return new CheckStore.Request(deep, rate == null ? 0 : rate * 1_000_000L);
    }

    @Override
    protected int exitCode(CheckStore.Result result) {
        return result.sound() ? 0 : Reason.UNSOUND.exitCode();
    }

    @Override
    protected void print(CheckStore.Result result, PrintStream out) {
        out.print("Store checked in " + Figures.duration(result.millis())
                + (result.deep() ? ": all rows, and every message read.\n" : ": all rows; messages not read.\n"));
        out.print("  " + Figures.count(result.messages(), "message") + " in "
                + Figures.count(result.mailboxes(), "mailbox") + ", and "
                + Figures.number(result.expunged() - result.reclaimed()) + " expunged that can be recovered"
                + (result.reclaimed() == 0
                        ? ""
                        : " (" + Figures.number(result.reclaimed()) + " more were reclaimed since)")
                + "\n");
        if (result.deep()) {
            out.print("  " + Figures.number(result.bodies()) + " bodies: "
                    + Figures.number(result.bodies() - result.orphanBodies()) + " of messages and expunged ones, "
                    + Figures.number(result.orphanBodies()) + " that belong to none (harmless)\n");
        }
        if (result.sound()) {
            out.print("Sound: nothing is wrong.\n");
            if (!result.deep()) {
                out.print("Next: understudy fsck --deep   (reads every message)\n");
            }
            return;
        }
        out.print("NOT SOUND: " + Figures.count(result.findingCount(), "finding") + ".\n");
        Table table = new Table("user", "mailbox", "UID", "what is wrong");
        result.findings().stream()
                .limit(SHOWN)
                .forEach(one -> table.row(
                        one.user().isEmpty() ? "-" : one.user(),
                        one.mailbox().isEmpty() ? "-" : one.mailbox(),
                        uid(one),
                        one.what()));
        table.print(out, "  ");
        if (result.findingCount() > SHOWN) {
            out.print("  and " + Figures.number(result.findingCount() - SHOWN) + " more; '--json' lists them\n");
        }
        out.print("HINT: keep the store's files as they are, find the last sound snapshot with 'understudy repo verify"
                + " --full', and bring back the messages above with 'understudy restore stage --snapshot ID'.\n");
    }

    private static String uid(Fsck.Finding finding) {
        return finding.uid() == 0 ? "-" : Long.toString(finding.uid());
    }
}
