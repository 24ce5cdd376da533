package org.understudy.restore.validate;

import org.understudy.restore.source.SourceItem;
import org.understudy.restore.source.Witness;
import org.understudy.restore.validate.Finding.Place;
import org.understudy.restore.validate.Finding.Strength;
import org.understudy.storage.keyspace.Digest;

/** Compares the bytes with a digest that a trusted record holds: a snapshot's manifest, another copy's proven digest. */
final class TrustedDigestCheck implements Check {
    static final String NAME = "trusted-digest";

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public Observer observe(SourceItem.Message message) {
        return (scan, findings) -> {
            for (Witness witness : message.witnesses()) {
                if (witness instanceof Witness.TrustedDigest trusted) {
                    compare(trusted, scan, findings);
                }
            }
        };
    }

    private static void compare(Witness.TrustedDigest trusted, Scan scan, Findings findings) {
        Digest found =
                trusted.canonical() ? scan.reading().digest() : scan.reading().rawDigest();
        String form = trusted.canonical() ? "SHA-256 of the canonical form" : "SHA-256 of the bytes";
        if (found.equals(trusted.digest())) {
            findings.add(
                    Strength.PROOF,
                    new Place.Whole(),
                    form + " equals that of " + trusted.from() + ": these are the bytes that were stored");
        } else {
            findings.add(
                    Strength.CONTRADICTION,
                    new Place.Whole(),
                    form + " should be " + trusted.digest() + " by " + trusted.from() + ", found " + found);
        }
    }
}
