package org.understudy.restore.validate;

import org.understudy.restore.source.SourceItem;
import org.understudy.restore.source.Witness;
import org.understudy.restore.validate.Finding.Place;
import org.understudy.restore.validate.Finding.Strength;

/**
 * Compares the file with the sizes in its Maildir name: {@code S=} the file's octets, {@code W=} its octets with CRLF line
 * ends. Where only {@code S=} is off and equals neither form, yet {@code W=} agrees, line ends were converted after the
 * file got its name, and nothing is lost.
 */
final class MaildirSizeCheck implements Check {
    @Override
    public String name() {
        return "maildir-size";
    }

    @Override
    public Observer observe(SourceItem.Message message) {
        long stated = -1;
        long statedVirtual = -1;
        for (Witness witness : message.witnesses()) {
            if (witness instanceof Witness.MaildirSize size) {
                stated = size.octets();
            } else if (witness instanceof Witness.MaildirVirtualSize size) {
                statedVirtual = size.octets();
            }
        }
        long size = stated;
        long virtual = statedVirtual;
        return (scan, findings) -> compare(size, virtual, scan, findings);
    }

    private static void compare(long stated, long statedVirtual, Scan scan, Findings findings) {
        long raw = scan.reading().rawSize();
        long canonical = scan.reading().canonical().size();
        boolean virtualAgrees = statedVirtual == canonical;
        if (statedVirtual >= 0) {
            String text = "W= states " + statedVirtual + " octets with CRLF line ends, found " + canonical;
            Strength strength = virtualAgrees ? Strength.SUPPORT : Shortfall.weigh(statedVirtual, canonical, scan);
            findings.add(strength, new Place.FileName(), text);
        }
        if (stated >= 0) {
            String text = "S= states " + stated + " octets, found " + raw;
            if (stated == raw) {
                findings.add(Strength.SUPPORT, new Place.FileName(), text);
            } else if (virtualAgrees || (statedVirtual < 0 && stated == canonical)) {
                findings.add(Strength.NOTE, new Place.FileName(), text + "; only line ends differ");
            } else {
                findings.add(Shortfall.weigh(stated, raw, scan), new Place.FileName(), text);
            }
        }
    }

    /** Whether a size in the name agrees, so that nothing can be missing at the end. */
    static boolean agrees(SourceItem.Message message, Scan scan) {
        for (Witness witness : message.witnesses()) {
            boolean agrees = switch (witness) {
                case Witness.MaildirSize size -> size.octets() == scan.reading().rawSize();
                case Witness.MaildirVirtualSize size ->
                    size.octets() == scan.reading().canonical().size();
                case Witness.IndexSize size -> size.octets() == scan.reading().rawSize();
                case Witness.Rfc822Size size ->
                    size.octets() == scan.reading().canonical().size();
                case Witness.TrustedDigest digest -> false;
                case Witness.Copies copies -> false;
                case Witness.ContentGuid guid -> false;
                case Witness.NotListed list -> false;
                case Witness.IndexFlags flags -> false;
                case Witness.OctetsDigest digest -> false;
                case Witness.Rebuilt rebuilt -> false;
            };
            if (agrees) {
                return true;
            }
        }
        return false;
    }
}
