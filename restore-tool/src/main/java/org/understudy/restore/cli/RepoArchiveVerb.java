package org.understudy.restore.cli;

import java.io.PrintStream;
import java.time.Instant;
import org.understudy.restore.RestoreOperations;
import org.understudy.restore.repository.log.ArchiveLog;
import org.understudy.restore.repository.log.ArchiveReport;
import org.understudy.restore.repository.log.ArchiveState;
import org.understudy.storage.Reason;
import picocli.CommandLine.Command;

/** {@code understudy repo archive}. */
@Command(
        name = "archive",
        description = {
            "Carry the log of the live store into the repository, up to now, so that every second can be restored.",
            "The running server does so by itself each minute. Exit code 3 if a snapshot is needed first."
        },
        footer = {"", "Example: understudy repo archive"})
final class RepoArchiveVerb extends OperationVerb<ArchiveLog.Request, ArchiveReport> {
    RepoArchiveVerb(Frame frame) {
        super(frame, RestoreOperations.archiveLog());
    }

    @Override
    protected ArchiveLog.Request request(Invocation invocation) {
        return new ArchiveLog.Request();
    }

    @Override
    protected int exitCode(ArchiveReport report) {
        return report.state() == ArchiveState.CURRENT ? 0 : Reason.UNSOUND.exitCode();
    }

    @Override
    protected void print(ArchiveReport report, PrintStream out) {
        Instant upTo = report.upTo();
        if (upTo != null) {
            out.print("The log is in the repository up to " + Figures.toSecond(upTo) + ": "
                    + Figures.count(report.effects(), "effect") + " more, "
                    + Figures.count(report.segments(), "segment") + " of " + Figures.size(report.bytes()) + "\n");
        }
        if (!report.gap().isEmpty()) {
            out.print("THE LOG HAS A GAP: " + Printable.line(report.gap()) + ".\n");
        }
        out.print(
                switch (report.state()) {
                    case NO_REPOSITORY -> "There is no repository yet.\nNext: understudy snapshot\n";
                    case NO_SNAPSHOT ->
                        "There is no snapshot of this store from which the log could go on.\nNext: understudy"
                                + " snapshot\n";
                    case WAITING_FOR_SNAPSHOT ->
                        "Nothing since then can be restored to the second until there is a snapshot.\nNext: understudy"
                                + " snapshot\n";
                    case CURRENT -> "Next: understudy repo list   (shows which moments can be restored)\n";
                });
    }
}
