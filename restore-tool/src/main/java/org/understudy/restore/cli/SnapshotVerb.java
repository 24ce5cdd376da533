package org.understudy.restore.cli;

import java.io.PrintStream;
import org.understudy.restore.RestoreOperations;
import org.understudy.restore.repository.TakeSnapshot;
import org.understudy.storage.Reason;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code understudy snapshot}. */
@Command(
        name = "snapshot",
        description = {
            "Put a snapshot of the live store into the repository; the server goes on serving.",
            "Every file is compared with what it was when it was written, before it is copied and after.",
            "Exit code 3 if it was taken, and something in the store or the repository is not as it should be."
        },
        footer = {"", "Example: understudy snapshot"})
final class SnapshotVerb extends OperationVerb<TakeSnapshot.Request, TakeSnapshot.Result> {
    @Option(
            names = "--reread",
            description = "Read the files that the repository has already, and replace those that are damaged.")
    private boolean reread;

    SnapshotVerb(Frame frame) {
        super(frame, RestoreOperations.takeSnapshot());
    }

    @Override
    protected TakeSnapshot.Request request(Invocation invocation) {
        return new TakeSnapshot.Request(reread);
    }

    @Override
    protected int exitCode(TakeSnapshot.Result result) {
        return result.warnings().isEmpty() ? 0 : Reason.UNSOUND.exitCode();
    }

    @Override
    protected void print(TakeSnapshot.Result result, PrintStream out) {
        out.print("Snapshot " + result.id() + " was taken.\n");
        out.print("  repository  " + Printable.line(result.repository()) + "\n");
        out.print("  holds       " + Figures.count(result.messages(), "message") + " in "
                + Figures.count(result.mailboxes(), "mailbox") + " of " + Figures.count(result.users(), "user") + "\n");
        out.print("  files       " + Figures.number(result.files()) + ", "
                + Figures.size(result.bytesCopied() + result.bytesReused()) + " = "
                + Figures.size(result.bytesCopied()) + " copied + " + Figures.size(result.bytesReused())
                + " there already\n");
        out.print("  took        " + Figures.duration(result.durationMillis()) + "\n");
        result.warnings().forEach(warning -> out.print("WARNING: " + Printable.line(warning) + "\n"));
        out.print("Next: understudy repo verify --full " + result.id() + "\n");
    }
}
