package org.understudy.restore.validate;

import org.understudy.restore.source.SourceItem;
import org.understudy.restore.source.Witness;
import org.understudy.restore.validate.Finding.Place;
import org.understudy.restore.validate.Finding.Strength;

/**
 * Compares the size in CRLF form with what a server stated as RFC822.SIZE. Servers that count their stored form, without
 * the CRs, are known; a size that is right for that form is a note.
 */
final class Rfc822SizeCheck implements Check {
    @Override
    public String name() {
        return "rfc822-size";
    }

    @Override
    public Observer observe(SourceItem.Message message) {
        return (scan, findings) -> {
            for (Witness witness : message.witnesses()) {
                if (witness instanceof Witness.Rfc822Size size) {
                    compare(size, scan, findings);
                }
            }
        };
    }

    private static void compare(Witness.Rfc822Size stated, Scan scan, Findings findings) {
        long canonical = scan.reading().canonical().size();
        String text = stated.from() + " states " + stated.octets() + " octets with CRLF line ends, found " + canonical;
        if (stated.octets() == canonical) {
            findings.add(Strength.SUPPORT, new Place.Whole(), text);
        } else if (stated.octets() == scan.reading().rawSize()) {
            findings.add(Strength.NOTE, new Place.Whole(), text + "; the server counted line ends as they lie there");
        } else {
            findings.add(Shortfall.weigh(stated.octets(), canonical, scan), new Place.Whole(), text);
        }
    }
}
