package org.understudy.restore.report;

import java.util.ArrayList;
import java.util.List;
import org.understudy.restore.job.Steps;
import org.understudy.restore.shadow.Evidence;
import org.understudy.restore.shadow.ShadowStore;
import org.understudy.restore.validate.Finding;
import org.understudy.restore.validate.Verdict;
import org.understudy.storage.JournalRow;
import org.understudy.storage.keyspace.MailboxId;

/**
 * Lets live's copy speak for a message of the shadow: live took its digest when the message was stored, apart from the
 * source. It proves the bytes of a message that nothing speaks against; what speaks against one may be damage that was
 * stored with both.
 */
final class LiveCopies {
    /** Name of the finding. */
    static final String CHECK = "live-copy";

    private static final int ROWS = 500;

    private final ShadowStore shadow;
    private final Steps steps;
    private final List<JournalRow> rows = new ArrayList<>();

    LiveCopies(ShadowStore shadow, Steps steps) {
        this.shadow = shadow;
        this.steps = steps;
    }

    /**
     * The evidence of a message that live has in the same mailbox, by digest; a proof is kept in the shadow with the next
     * {@link #write}.
     */
    Evidence heard(MailboxId mailbox, long uid, Evidence evidence) {
        if (evidence.verdict() == Verdict.PROVEN
                || evidence.findings().stream()
                        .anyMatch(finding -> finding.check().equals(CHECK))) {
            return evidence;
        }
        boolean clean = evidence.verdict() == Verdict.CONSISTENT;
        Evidence more = evidence.with(
                new Finding(
                        CHECK,
                        clean ? Finding.Strength.PROOF : Finding.Strength.SUPPORT,
                        new Finding.Place.Whole(),
                        clean
                                ? "equal to the live copy, by the digest that live took when it was stored"
                                : "equal to the live copy; what speaks against it speaks against both"),
                clean ? Verdict.PROVEN : evidence.verdict());
        rows.add(shadow.evidenceRow(mailbox, uid, more));
        if (rows.size() >= ROWS) {
            write();
        }
        return more;
    }

    /** Keeps what was added. */
    void write() {
        if (!rows.isEmpty()) {
            shadow.store().journal().write(rows, shadow.author());
            rows.clear();
            steps.passed(Steps.Step.EVIDENCE_CHANGED);
        }
    }
}
