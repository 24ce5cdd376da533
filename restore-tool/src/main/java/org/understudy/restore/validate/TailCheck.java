package org.understudy.restore.validate;

import org.understudy.restore.source.SourceItem;
import org.understudy.restore.validate.Finding.Place;
import org.understudy.restore.validate.Finding.Strength;

/**
 * Looks at how the message ends. Mail that came by SMTP ends with a line end; an end within a line says that something is
 * missing, and more so when a multipart is open or a base64 group incomplete. Where the source's own size agrees, the end
 * is as it was stored.
 */
final class TailCheck implements Check {
    @Override
    public String name() {
        return "tail";
    }

    @Override
    public Observer observe(SourceItem.Message message) {
        return (scan, findings) -> conclude(message, scan, findings);
    }

    private static void conclude(SourceItem.Message message, Scan scan, Findings findings) {
        Scan.Tail tail = scan.tail();
        long size = scan.reading().rawSize();
        if (size == 0) {
            return;
        }
        Place end = new Place.Octets(size - 1, 1);
        boolean sizeAgrees = MaildirSizeCheck.agrees(message, scan);
        boolean cutPart = tail.openMultiparts() > 0 || tail.cutBase64();
        if (tail.midLine() && scan.cameBySmtp()) {
            String what = "the message came by SMTP, which ends mail with a line end, and stops within a line"
                    + (tail.openMultiparts() > 0 ? ", with " + tail.openMultiparts() + " multipart(s) open" : "")
                    + (tail.cutBase64() ? ", within a base64 group" : "");
            findings.add(sizeAgrees ? Strength.NOTE : cutPart ? Strength.CONTRADICTION : Strength.DOUBT, end, what);
        } else if (!tail.midLine()) {
            findings.add(Strength.SUPPORT, end, "the last line is whole");
        }
        if (tail.cutBase64() && tail.openMultiparts() > 0 && !tail.midLine() && !sizeAgrees) {
            findings.add(Strength.DOUBT, end, "stops within a base64 group, with a multipart open");
        }
        if (size % 4096 == 0 && tail.midLine() && !sizeAgrees) {
            findings.add(
                    cutPart || scan.cameBySmtp() ? Strength.CONTRADICTION : Strength.DOUBT,
                    end,
                    "stops within a line at a multiple of 4096 octets, where disk blocks end");
        }
    }
}
