package org.understudy.restore.cli;

import java.io.PrintStream;
import org.jspecify.annotations.Nullable;
import org.understudy.restore.RestoreOperations;
import org.understudy.restore.merge.Receipt;
import org.understudy.restore.merge.StoreFigures;
import org.understudy.restore.proof.Proof;
import org.understudy.restore.workflow.MergeRestore;
import org.understudy.storage.Reason;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code understudy restore merge}. */
@Command(
        name = "merge",
        description = {
            "Carry out the approved plan, then prove it: read the store's log for what was touched, and read back every"
                    + " merged message.",
            "If it is cut short, the same command goes on. Exit code 3 if what was read back differs, 16 if the proof"
                    + " did not pass for another reason; the merge was done then, and 'restore undo' takes it back."
        },
        footer = {"", "Example: understudy restore merge r-20260527-3fa9"})
final class MergeVerb extends OperationVerb<MergeRestore.Request, MergeRestore.Result> {
    private static final int SHOWN = 20;

    @Parameters(paramLabel = "ID", description = RestoreVerbs.ID)
    private String id;

    @Option(
            names = "--limit",
            paramLabel = "MB",
            description =
                    "Write body files at so many MB a second at most, 0 for no limit of anything. Default: 42, which"
                            + " users hardly notice.")
    @Nullable
    private Double limit;

    @Option(
            names = "--deep",
            description =
                    "Compare every message of all other mailboxes before and after, not only their counters; and read"
                            + " every body before the merge too.")
    private boolean deep;

    MergeVerb(Frame frame) {
        super(frame, RestoreOperations.merge());
    }

    @Override
    protected MergeRestore.Request request(Invocation invocation) {
        return new MergeRestore.Request(RestoreName.resolve(invocation, id), rate(limit), deep);
    }

    /** As the operation wants it: 0 for its default, -1 for no limit. */
    static long rate(@Nullable Double megabytes) {
        if (megabytes == null) {
            return 0;
        }
        long bytes = Pacing.bytes(megabytes);
        return bytes == 0 ? -1 : bytes;
    }

    @Override
    protected int exitCode(MergeRestore.Result result) {
        return result.receipt().proof().holds() ? ProofText.exitCode(result.proof()) : Reason.UNSOUND.exitCode();
    }

    @Override
    protected void print(MergeRestore.Result result, PrintStream out) {
        Receipt receipt = result.receipt();
        Proof proof = receipt.proof();
        StoreFigures.Untouched others = receipt.untouched();
        out.print("Restore " + result.id() + " is merged, in " + Figures.duration(result.millis()) + "; proven in "
                + Figures.duration(result.proofMillis()) + " more.\n");
        out.print("  planned    " + Figures.count(receipt.planned(), "message") + " = "
                + Figures.number(receipt.added()) + " added (" + Figures.size(receipt.addedBytes()) + ") + "
                + Figures.number(receipt.appeared()) + " that live had got meanwhile\n");
        out.print("  flags      " + Figures.number(receipt.flagsChanged()) + " changed, "
                + Figures.number(receipt.flagsMissed()) + " left, since their users changed them meanwhile\n");
        out.print("  mailboxes  " + Figures.number(receipt.mailboxesCreated()) + " made\n");
        out.print("  read back  " + Figures.number(proof.messages()) + " = " + Figures.number(proof.equal())
                + " equal + " + Figures.number(proof.different().size())
                + (proof.holds() ? " different + " : " DIFFERENT + ") + Figures.number(proof.gone())
                + " expunged by users meanwhile\n");
        out.print("  others     " + Figures.count(others.others(), "mailbox") + " of "
                + Figures.count(others.users(), "user") + " = " + Figures.number(others.same()) + " untouched + "
                + Figures.number(others.changed().size()) + " that their users went on working in"
                + (others.deep() ? " (each message compared)\n" : "\n"));
        ProofText.print(result.proof(), out);
        out.print("  receipt    " + Printable.line(result.receiptFile()) + "\n");
        if (!proof.holds()) {
            out.print("NOT SOUND: these messages differ from the plan:\n");
            proof.different().stream().limit(SHOWN).forEach(one -> out.print("  " + Printable.line(one) + "\n"));
            if (proof.different().size() > SHOWN) {
                out.print("  and " + Figures.number(proof.different().size() - SHOWN) + " more, in the receipt\n");
            }
            out.print("HINT: take the merge back with the command below, then run 'understudy fsck --deep'.\n");
        }
        NextStep.print(out, result.id(), result.state(), null);
    }
}
