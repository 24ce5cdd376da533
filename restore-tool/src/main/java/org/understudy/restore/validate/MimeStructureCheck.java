package org.understudy.restore.validate;

import org.understudy.restore.source.SourceItem;
import org.understudy.restore.validate.Finding.Place;
import org.understudy.restore.validate.Finding.Strength;

/**
 * Looks whether every multipart has its delimiters and is closed (RFC 2046 section 5.1). Some senders never close their
 * last multipart, so an open end alone is a note where the end of the message is otherwise whole.
 */
final class MimeStructureCheck implements Check {
    @Override
    public String name() {
        return "mime-structure";
    }

    @Override
    public Observer observe(SourceItem.Message message) {
        return new Structure(message);
    }

    private static final class Structure implements Observer, PartSink {
        private final SourceItem.Message message;
        private int multiparts;
        private int open;
        private int openInside;
        private int empty;
        private int unnamed;
        private long firstOpen = -1;

        Structure(SourceItem.Message message) {
            this.message = message;
        }

        @Override
        public void partBegins(Part part) {}

        @Override
        public void partLine(Part part, byte[] buffer, int from, int to, int ending, long offset, boolean whole) {}

        @Override
        public void partLine(
                Part part, byte[] buffer, int from, int to, int ending, long offset, boolean whole, int kinds) {}

        @Override
        public void partEnds(Part part, long offset) {
            if (!part.isMultipart()) {
                return;
            }
            multiparts++;
            if (part.boundary() == null) {
                unnamed++;
            } else if (part.delimiters() == 0) {
                empty++;
            } else if (!part.closed()) {
                open++;
                openInside += part.depth() > 0 ? 1 : 0;
            } else {
                return;
            }
            firstOpen = firstOpen < 0 ? part.bodyOffset() : firstOpen;
        }

        @Override
        public void conclude(Scan scan, Findings findings) {
            if (multiparts == 0) {
                return;
            }
            if (open + empty + unnamed == 0) {
                findings.add(
                        Strength.SUPPORT,
                        new Place.Octets(scan.bodyOffset(), scan.reading().rawSize() - scan.bodyOffset()),
                        multiparts + " multipart(s), each closed");
                return;
            }
            boolean sizeAgrees = MaildirSizeCheck.agrees(message, scan);
            Place place = new Place.Octets(firstOpen, Math.max(1, scan.reading().rawSize() - firstOpen));
            if (unnamed > 0) {
                findings.add(Strength.NOTE, place, unnamed + " multipart(s) name no boundary");
            }
            if (empty > 0) {
                findings.add(Strength.DOUBT, place, empty + " multipart(s) in which not one delimiter comes");
            }
            if (open > 0) {
                boolean wholeEnd = !scan.tail().midLine() && !scan.tail().cutBase64();
                boolean only = open == scan.tail().openMultiparts() && open == 1;
                findings.add(
                        sizeAgrees || (wholeEnd && only) ? Strength.NOTE : Strength.DOUBT,
                        place,
                        open + " multipart(s) without closing delimiter"
                                + (openInside > 0 ? ", " + openInside + " of them nested" : ""));
            }
        }
    }
}
