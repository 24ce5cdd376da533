package org.understudy.restore.validate;

import java.util.List;
import org.understudy.restore.validate.Finding.Place;
import org.understudy.restore.validate.Finding.Strength;

/**
 * Draws the verdict from the findings; the order of the findings plays no part.
 *
 * <ol>
 *   <li>A digest that differs from a trusted one: damaged, whatever else speaks for the message.
 *   <li>A digest equal to a trusted one: proven, whatever a heuristic says, for the bytes are the ones that were stored.
 *       (It proves that this copy is what was stored, not that what was stored was sound when it came.)
 *   <li>Any other contradiction: damaged, unless its place lies in a body that a proof covers.
 *   <li>Doubts: suspect, with the same exception. Doubts of the header, of the file name and of the message as a whole
 *       remain.
 *   <li>A message that was rebuilt from another form (check {@code rebuilt}) is never proven, whatever speaks for it.
 *   <li>Else consistent. A proof of the body alone never makes a message proven: a changed header leaves it standing.
 * </ol>
 */
public final class Grading {
    private Grading() {}

    /** Of all findings on one message, whatever found them. */
    public static Verdict verdict(List<Finding> findings) {
        boolean rebuilt = findings.stream().anyMatch(finding -> finding.check().equals(RebuiltCheck.NAME));
        boolean whole = !rebuilt && has(findings, Strength.PROOF, Place.Whole.class);
        boolean digestDiffers = findings.stream()
                .anyMatch(finding -> finding.strength() == Strength.CONTRADICTION
                        && finding.check().equals(TrustedDigestCheck.NAME));
        if (digestDiffers) {
            return Verdict.DAMAGED;
        }
        if (whole) {
            return Verdict.PROVEN;
        }
        if (stands(Strength.CONTRADICTION, findings)) {
            return Verdict.DAMAGED;
        }
        return stands(Strength.DOUBT, findings) ? Verdict.SUSPECT : Verdict.CONSISTENT;
    }

    private static boolean stands(Strength strength, List<Finding> findings) {
        return findings.stream().anyMatch(finding -> finding.strength() == strength && !answered(finding, findings));
    }

    /** Whether a proof covers the octets that a finding is about. */
    private static boolean answered(Finding against, List<Finding> findings) {
        return against.place() instanceof Place.Octets octets
                && findings.stream()
                        .anyMatch(finding -> finding.strength() == Strength.PROOF
                                && finding.place() instanceof Place.Octets proven
                                && proven.offset() <= octets.offset()
                                && octets.offset() + octets.length() <= proven.offset() + proven.length());
    }

    private static boolean has(List<Finding> findings, Strength strength, Class<? extends Place> place) {
        return findings.stream()
                .anyMatch(finding -> finding.strength() == strength && place.isInstance(finding.place()));
    }
}
