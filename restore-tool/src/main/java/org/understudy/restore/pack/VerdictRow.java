package org.understudy.restore.pack;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.understudy.restore.shadow.Evidence;
import org.understudy.restore.shadow.ItemOutcome;
import org.understudy.restore.shadow.ShadowMailbox;
import org.understudy.restore.source.SourceMailbox;
import org.understudy.restore.validate.Finding;
import org.understudy.storage.keyspace.Digest;

/**
 * One line of {@code verdicts.jsonl}: a message of the shadow, or an item that should be a message and cannot be read.
 *
 * @param mailboxId of the shadow's mailbox, null for an unreadable item
 * @param uid in the shadow, null for an unreadable item
 * @param path of the item in the source
 * @param verdict in lower case, or {@code unreadable}
 * @param digest SHA-256 of the canonical form
 * @param rawDigest SHA-256 of the bytes as they lay in the source
 * @param why for an unreadable item
 */
record VerdictRow(
        String user,
        String mailbox,
        @Nullable Long mailboxId,
        @Nullable Long uid,
        String path,
        @Nullable Instant internalDate,
        String verdict,
        @Nullable Long rawSize,
        @Nullable Digest digest,
        @Nullable Digest rawDigest,
        @Nullable String why,
        List<Said> findings) {
    /** What one check said. */
    record Said(String check, String strength, String place, String what) {
        static Said of(Finding finding) {
            return new Said(
                    finding.check(), finding.strength().word(), finding.place().text(), finding.what());
        }
    }

    static VerdictRow of(ShadowMailbox mailbox, long uid, Evidence evidence) {
        return new VerdictRow(
                mailbox.source().user(),
                mailbox.source().name(),
                mailbox.id().value(),
                uid,
                evidence.path(),
                evidence.internalDate(),
                evidence.verdict().word(),
                evidence.rawSize(),
                evidence.digest(),
                evidence.rawDigest(),
                null,
                evidence.findings().stream().map(Said::of).toList());
    }

    static VerdictRow unreadable(ItemOutcome outcome) {
        SourceMailbox mailbox = outcome.mailbox() == null ? new SourceMailbox("", "") : outcome.mailbox();
        return new VerdictRow(
                mailbox.user(),
                mailbox.name(),
                null,
                null,
                outcome.path(),
                null,
                "unreadable",
                null,
                null,
                null,
                outcome.why(),
                List.of());
    }
}
