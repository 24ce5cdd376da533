package org.understudy.restore.shadow;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.understudy.restore.source.Witness;
import org.understudy.restore.validate.Finding;
import org.understudy.restore.validate.Verdict;
import org.understudy.storage.keyspace.Digest;

/**
 * What is known of one message of the shadow, apart from what the store keeps of it.
 *
 * @param ordinal of the item in the source
 * @param path of the item in the source
 * @param sourceUid the UID that the source gave it, or 0
 * @param rawSize octets as they lay in the source
 * @param rawDigest SHA-256 of those
 * @param digest SHA-256 of the canonical form
 * @param witnesses what the source said of the bytes
 */
public record Evidence(
        long ordinal,
        String path,
        long sourceUid,
        Instant internalDate,
        long rawSize,
        Digest rawDigest,
        Digest digest,
        List<Witness> witnesses,
        Verdict verdict,
        List<Finding> findings) {
    public Evidence {
        witnesses = List.copyOf(witnesses);
        findings = List.copyOf(findings);
    }

    /** Which source it was taken from, where there were several. */
    public Optional<Witness.TakenFrom> takenFrom() {
        return witnesses.stream()
                .filter(Witness.TakenFrom.class::isInstance)
                .map(Witness.TakenFrom.class::cast)
                .findFirst();
    }

    /** With one more finding, and the verdict that it leads to. */
    public Evidence with(Finding finding, Verdict now) {
        List<Finding> more = new ArrayList<>(findings);
        more.add(finding);
        return with(more, now);
    }

    /** With these findings instead, and the verdict that they lead to. */
    public Evidence with(List<Finding> all, Verdict now) {
        return new Evidence(ordinal, path, sourceUid, internalDate, rawSize, rawDigest, digest, witnesses, now, all);
    }
}
