package org.understudy.restore.validate;

import org.understudy.restore.source.SourceItem;
import org.understudy.restore.source.Witness;
import org.understudy.restore.validate.Finding.Place;
import org.understudy.restore.validate.Finding.Strength;

/**
 * Tells a message that was put together as MIME from another form (an Outlook data file), and what could not be read of it.
 * Its octets are not the delivered ones, so {@link Grading} never calls it proven, and the checks that compare octets with
 * what a sender or a server stated of the delivered ones leave it alone.
 */
public final class RebuiltCheck implements Check {
    /** Name of its findings. */
    public static final String NAME = "rebuilt";

    static boolean applies(SourceItem.Message message) {
        return message.witnesses().stream().anyMatch(Witness.Rebuilt.class::isInstance);
    }

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public Observer observe(SourceItem.Message message) {
        return (scan, findings) -> {
            for (Witness witness : message.witnesses()) {
                if (witness instanceof Witness.Rebuilt rebuilt) {
                    findings.add(
                            Strength.NOTE,
                            new Place.Whole(),
                            "rebuilt as MIME from " + rebuilt.from()
                                    + ": its octets are not those that were delivered, and nothing can vouch for them");
                    rebuilt.notes().forEach(note -> findings.add(Strength.NOTE, new Place.Whole(), note));
                    rebuilt.damage()
                            .forEach(what ->
                                    findings.add(Strength.CONTRADICTION, new Place.Whole(), "damaged: " + what));
                }
            }
        };
    }
}
