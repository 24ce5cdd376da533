package org.understudy.restore.cli;

import java.io.PrintStream;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.understudy.restore.RestoreOperations;
import org.understudy.restore.reclaim.ReclaimStore;
import org.understudy.storage.OperatorException;
import org.understudy.storage.Reason;
import org.understudy.storage.reclaim.Reclaim;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code understudy store reclaim}. */
@Command(
        name = "reclaim",
        description = {
            "Delete for good the messages that were expunged and whose window is over (configuration: expunged.keep), and"
                    + " give their room on the disk back.",
            "What a mailbox still holds, a copy included, stays. Snapshots keep what they have.",
            "Nothing is deleted while an incident hold is on, or a restore is merging or being undone. Ctrl-C stops it;"
                    + " the next time goes on."
        },
        footer = {"", "Example: understudy store reclaim --dry-run"})
final class StoreReclaimVerb extends OperationVerb<ReclaimStore.Request, ReclaimStore.Result> {
    private static final int MOST = 100_000;

    @Option(names = "--dry-run", description = "Say what would be deleted, and delete nothing.")
    private boolean dryRun;

    @Option(
            names = "--rate",
            paramLabel = "MB",
            description = "Read and write at most so many megabytes a second. Default: as fast as the disk can while"
                    + " nobody uses the store, 20 while users are at work.")
    private @Nullable Integer rate;

    StoreReclaimVerb(Frame frame) {
        super(frame, RestoreOperations.reclaimStore());
    }

    @Override
    protected ReclaimStore.Request request(Invocation invocation) {
        if (rate != null && (rate < 1 || rate > MOST)) {
            throw new OperatorException(
                    Reason.USAGE, "--rate must be 1 to " + MOST + ", found " + rate, "Leave it out for no limit.");
        }
        return new ReclaimStore.Request(dryRun, rate == null ? 0 : rate * 1_000_000L);
    }

    @Override
    protected int exitCode(ReclaimStore.Result result) {
        return result.round().obstacle().isEmpty() ? 0 : Reason.CONFLICT.exitCode();
    }

    @Override
    protected void print(ReclaimStore.Result result, PrintStream out) {
        Reclaim.Round round = result.round();
        out.print("Expunged mail is kept for " + time(result.windowMillis()) + ", of which the store has seen "
                + time(result.observedMillis()) + " so far.\n");
        out.print("  rows       " + Figures.number(round.rows()) + " of the expunge log = "
                + Figures.number(round.rowsReclaimedBefore()) + " reclaimed before + "
                + Figures.number(round.rowsInWindow()) + " in their window + "
                + Figures.number(round.rowsPastWindow()) + " past it\n");
        out.print("  bodies     " + Figures.number(round.bodies()) + " of those past it = "
                + Figures.number(round.bodiesLive()) + " that mailboxes hold + "
                + Figures.number(round.bodiesInWindow()) + " expunged elsewhere since + "
                + Figures.number(round.due()) + " due\n");
        out.print("  due        " + Figures.number(round.due()) + " = " + Figures.number(round.reclaimed())
                + " reclaimed + " + Figures.number(round.inUse()) + " taken up again meanwhile + "
                + Figures.number(round.unreadable()) + " unreadable + " + Figures.number(round.left())
                + (result.dryRun() ? " left, since nothing is deleted in a dry run\n" : " left\n"));
        String size = Figures.size(round.octets());
        if (!round.obstacle().isEmpty()) {
            out.print("STOPPED: " + round.obstacle() + ".\n");
        }
        if (result.dryRun()) {
            out.print(size + " would be deleted.\n");
            if (round.due() > 0) {
                out.print("Next: understudy store reclaim\n");
            }
            return;
        }
        if (round.reclaimed() > 0 || result.compacted().ranges() > 0) {
            Reclaim.Compacted compacted = result.compacted();
            out.print(size + " deleted. Tables rewritten: " + Figures.size(compacted.octetsBefore()) + " before, "
                    + Figures.size(compacted.octetsAfter()) + " now; " + Figures.size(compacted.pendingOctets())
                    + " deleted here and there, and given back when more of the same time is.\n");
        } else if (round.obstacle().isEmpty()) {
            out.print("Nothing was due.\n");
        }
        if (round.unreadable() > 0) {
            out.print("HINT: 'understudy fsck --deep' says what cannot be read.\n");
        }
    }

    private static String time(long millis) {
        Duration time = Duration.ofMillis(millis);
        return time.toDays() > 1 ? time.toDays() + " days" : Figures.duration(millis);
    }
}
