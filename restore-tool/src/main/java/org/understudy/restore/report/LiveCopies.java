package org.understudy.restore.report;

import org.understudy.restore.shadow.Evidence;
import org.understudy.restore.validate.Finding;
import org.understudy.restore.validate.Verdict;

/**
 * Lets live's copy speak for a message of the shadow: live took its digest when the message was stored, apart from the
 * source. It proves the bytes of a message that nothing speaks against; what speaks against one may be damage that was
 * stored with both.
 */
final class LiveCopies {
    /** Name of the finding. */
    static final String CHECK = "live-copy";

    private LiveCopies() {}

    /** The evidence of a message that live has in the same mailbox, by digest. */
    static Evidence heard(Evidence evidence) {
        if (evidence.verdict() == Verdict.PROVEN
                || evidence.findings().stream()
                        .anyMatch(finding -> finding.check().equals(CHECK))) {
            return evidence;
        }
        boolean clean = evidence.verdict() == Verdict.CONSISTENT;
        return evidence.with(
                new Finding(
                        CHECK,
                        clean ? Finding.Strength.PROOF : Finding.Strength.SUPPORT,
                        new Finding.Place.Whole(),
                        clean
                                ? "equal to the live copy, by the digest that live took when it was stored"
                                : "equal to the live copy; what speaks against it speaks against both"),
                clean ? Verdict.PROVEN : evidence.verdict());
    }
}
