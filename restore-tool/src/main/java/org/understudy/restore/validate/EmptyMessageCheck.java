package org.understudy.restore.validate;

import org.understudy.restore.source.SourceItem;
import org.understudy.restore.validate.Finding.Place;
import org.understudy.restore.validate.Finding.Strength;

/** Tells messages of no octets: no mail is delivered so. */
final class EmptyMessageCheck implements Check {
    @Override
    public String name() {
        return "empty";
    }

    @Override
    public Observer observe(SourceItem.Message message) {
        return (scan, findings) -> {
            if (scan.reading().rawSize() == 0) {
                findings.add(
                        Strength.CONTRADICTION, new Place.Whole(), "the file is empty; every message has a header");
            }
        };
    }
}
