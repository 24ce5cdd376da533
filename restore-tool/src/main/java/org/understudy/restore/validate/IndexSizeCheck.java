package org.understudy.restore.validate;

import org.understudy.restore.source.SourceItem;
import org.understudy.restore.source.Witness;
import org.understudy.restore.validate.Finding.Place;
import org.understudy.restore.validate.Finding.Strength;

/** Compares the size with what an index or a store row states, of the bytes as they lie there or with CRLF line ends. */
final class IndexSizeCheck implements Check {
    @Override
    public String name() {
        return "index-size";
    }

    @Override
    public Observer observe(SourceItem.Message message) {
        return (scan, findings) -> {
            for (Witness witness : message.witnesses()) {
                if (witness instanceof Witness.IndexSize index) {
                    compare(index, scan, findings);
                }
            }
        };
    }

    private static void compare(Witness.IndexSize index, Scan scan, Findings findings) {
        long raw = scan.reading().rawSize();
        long canonical = scan.reading().canonical().size();
        if (index.octets() == raw || index.octets() == canonical) {
            findings.add(
                    Strength.SUPPORT, new Place.Whole(), index.octets() + " octets, as " + index.from() + " states");
        } else {
            findings.add(
                    Shortfall.weigh(index.octets(), raw, scan),
                    new Place.Whole(),
                    index.from() + " states " + index.octets() + " octets, found " + raw + " (" + canonical
                            + " with CRLF line ends)");
        }
    }
}
