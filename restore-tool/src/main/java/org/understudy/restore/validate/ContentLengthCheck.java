package org.understudy.restore.validate;

import org.understudy.restore.message.HeaderBlock;
import org.understudy.restore.source.SourceItem;
import org.understudy.restore.validate.Finding.Place;
import org.understudy.restore.validate.Finding.Strength;

/**
 * Compares the body with a Content-Length field in the header, as mbox and MMDF stores write it (octets of the body as it
 * lies there, without the empty line that ends a message in an mbox). The field travels on with copied mail and goes
 * stale, so one that differs is a note, unless the body is shorter and shows a cut.
 */
final class ContentLengthCheck implements Check {
    private static final int SEPARATOR = 2;

    @Override
    public String name() {
        return "content-length";
    }

    @Override
    public Observer observe(SourceItem.Message message) {
        return (scan, findings) -> conclude(message, scan, findings);
    }

    private static void conclude(SourceItem.Message message, Scan scan, Findings findings) {
        HeaderBlock.Field field = scan.header().first("Content-Length");
        if (field == null) {
            return;
        }
        String value = scan.header().value(field, 20);
        if (!value.matches("[0-9]{1,15}")) {
            findings.add(Strength.NOTE, new Place.Header("Content-Length"), "no number");
            return;
        }
        long stated = Long.parseLong(value);
        long raw = scan.reading().rawSize() - scan.bodyOffset();
        long canonical = scan.reading().canonical().size() - scan.reading().headerSize();
        String text = "states a body of " + stated + " octets, found " + raw;
        if (fits(stated, raw) || fits(stated, canonical)) {
            findings.add(Strength.SUPPORT, new Place.Header("Content-Length"), text);
            return;
        }
        boolean cut = raw < stated
                && Shortfall.showsCut(scan.reading().rawSize(), scan)
                && !MaildirSizeCheck.agrees(message, scan);
        findings.add(cut ? Strength.DOUBT : Strength.NOTE, new Place.Header("Content-Length"), text);
    }

    /** Whether sizes agree but for an empty line at the end, which some count. */
    private static boolean fits(long stated, long found) {
        return Math.abs(stated - found) <= SEPARATOR;
    }
}
