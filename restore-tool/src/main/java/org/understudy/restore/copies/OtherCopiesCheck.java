package org.understudy.restore.copies;

import org.understudy.restore.source.SourceItem;
import org.understudy.restore.source.Witness;
import org.understudy.restore.validate.Check;
import org.understudy.restore.validate.Finding.Place;
import org.understudy.restore.validate.Finding.Strength;

/** Tells what comparing several sources said of a message; that its bytes are proven is told by its trusted digest. */
public final class OtherCopiesCheck implements Check {
    @Override
    public String name() {
        return Jury.CHECK;
    }

    @Override
    public Observer observe(SourceItem.Message message) {
        return (scan, findings) -> {
            for (Witness witness : message.witnesses()) {
                if (witness instanceof Witness.TakenFrom taken) {
                    findings.add(
                            Strength.NOTE,
                            new Place.Whole(),
                            "taken from " + taken.source() + ", " + taken.path() + ": " + taken.why());
                } else if (witness instanceof Witness.OtherCopy other) {
                    findings.add(other.doubt() ? Strength.DOUBT : Strength.NOTE, new Place.Whole(), other.what());
                }
            }
        };
    }
}
