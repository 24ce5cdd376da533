package org.understudy.restore.proof;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What is proven of one merge, or of its undo; the content of a proof file (docs/proof-of-blast-radius.md).
 *
 * @param format always {@value #FORMAT}
 * @param version of this form, 1
 * @param step {@code merge} or {@code undo}
 * @param planHash SHA-256 of the plan that was carried out, or taken back
 * @param verdict the worse of the log's and of reading back
 * @param readBack every merged message, read back from live; null for an undo
 * @param keyId of the key that signs the file
 */
public record RestoreProof(
        String format,
        int version,
        String step,
        String restoreId,
        int attempt,
        String planHash,
        String storeId,
        Instant at,
        ProofVerdict verdict,
        BlastRadius radius,
        @Nullable Proof readBack,
        String keyId) {
    public static final String FORMAT = "understudy-proof";
    public static final int VERSION = 1;

    /** A proof whose verdict follows from what it is made of. */
    public static RestoreProof of(
            String step,
            String restoreId,
            int attempt,
            String planHash,
            String storeId,
            Instant at,
            BlastRadius radius,
            @Nullable Proof readBack,
            String keyId) {
        ProofVerdict read = readBack == null || readBack.holds() ? ProofVerdict.PASSED : ProofVerdict.FAILED;
        return new RestoreProof(
                FORMAT,
                VERSION,
                step,
                restoreId,
                attempt,
                planHash,
                storeId,
                at,
                radius.verdict().and(read),
                radius,
                readBack,
                keyId);
    }

    /** Why it did not pass, a line each; empty if it did. At most {@code limit} lines of each kind. */
    public List<String> reasons(int limit) {
        List<String> reasons = new ArrayList<>();
        radius.strays().stream()
                .limit(limit)
                .forEach(one -> reasons.add(
                        "stray write: " + one.key() + " was " + one.operation().replace('-', ' ') + " by "
                                + (one.author().isEmpty() ? "nobody" : one.author()) + ", sequence "
                                + one.sequence() + ": " + one.why() + " (key " + one.hex() + ")"));
        more(reasons, radius.strayCount(), limit, "stray writes");
        radius.missing().stream().limit(limit).forEach(one -> reasons.add("missing: " + one));
        more(reasons, radius.missingCount(), limit, "missing keys");
        radius.gaps().stream()
                .filter(gap -> gap.explained().isEmpty())
                .limit(limit)
                .forEach(gap -> reasons.add("the log is missing from sequence " + gap.from() + " to " + gap.to()
                        + ": nothing can be said" + " of it"));
        if (readBack != null) {
            readBack.different().stream().limit(limit).forEach(one -> reasons.add("differs: " + one));
            more(reasons, readBack.different().size(), limit, "messages that differ");
        }
        return reasons;
    }

    private static void more(List<String> reasons, long all, int limit, String what) {
        if (all > limit) {
            reasons.add("and " + (all - limit) + " more " + what + ", in the proof file");
        }
    }
}
