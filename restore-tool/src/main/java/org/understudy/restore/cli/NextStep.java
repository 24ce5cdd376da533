package org.understudy.restore.cli;

import java.io.PrintStream;
import org.jspecify.annotations.Nullable;
import org.understudy.restore.job.RestoreState;

/** The command that a restore waits for, ready to be typed. */
final class NextStep {
    private static final int HASH_DIGITS = 12;

    private NextStep() {}

    /** Writes {@code Next: understudy restore validate r-20260527-3fa9}. */
    static void print(PrintStream out, String id, RestoreState state, @Nullable String planHash) {
        out.print(
                (state == RestoreState.MERGED ? "To take it back: " : "Next: ") + command(id, state, planHash) + "\n");
    }

    private static String command(String id, RestoreState state, @Nullable String planHash) {
        return "understudy restore "
                + switch (state) {
                    case STAGING -> "stage --id " + id;
                    case STAGED -> "validate " + id;
                    case VALIDATED, UNDONE -> "preview " + id;
                    case PLANNED -> "approve " + id + " --hash " + shortened(planHash);
                    case APPROVED, MERGING -> "merge " + id;
                    case MERGED, UNDOING -> "undo " + id;
                };
    }

    /** As many digits of a plan's hash as an approval needs. */
    static String shortened(@Nullable String hash) {
        return hash == null ? "HASH" : hash.substring(0, Math.min(HASH_DIGITS, hash.length()));
    }
}
