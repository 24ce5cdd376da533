package org.understudy.restore.validate;

import org.understudy.restore.source.SourceItem;
import org.understudy.restore.validate.Finding.Place;
import org.understudy.restore.validate.Finding.Strength;

/**
 * Looks whether base64 and quoted-printable parts decode (RFC 2045 section 6), and whether base64 keeps the line length
 * that its program gave it: a line of another length within the part is where something was cut out or put in.
 */
final class TransferEncodingCheck implements Check {
    private static final byte[] BASE64 = new byte[256];

    static {
        for (char c : "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".toCharArray()) {
            BASE64[c] = 1;
        }
        BASE64['='] = 2;
        BASE64[' '] = 3;
        BASE64['\t'] = 3;
    }

    @Override
    public String name() {
        return "transfer-encoding";
    }

    @Override
    public Observer observe(SourceItem.Message message) {
        return new Encodings();
    }

    private static final class Encodings implements Observer, PartSink {
        private final Tally illegal = new Tally();
        private final Tally irregular = new Tally();
        private final Tally afterPadding = new Tally();
        private final Tally groups = new Tally();
        private final Tally badEscapes = new Tally();
        private final Tally rawOctets = new Tally();
        private int encodedParts;

        private long characters;
        private int lineLength;
        private int usualLength;
        private long shortAt;
        private long paddedAt;
        private int afterEquals;

        @Override
        public void partBegins(Part part) {
            characters = 0;
            lineLength = 0;
            usualLength = -1;
            shortAt = -1;
            paddedAt = -1;
            afterEquals = 0;
        }

        @Override
        public void partLine(Part part, byte[] buffer, int from, int to, int ending, long offset, boolean whole) {
            partLine(part, buffer, from, to, ending, offset, whole, Octets.kinds(buffer, from, to));
        }

        @Override
        public void partLine(
                Part part, byte[] buffer, int from, int to, int ending, long offset, boolean whole, int kinds) {
            if (part.isMultipart()) {
                return;
            }
            if (part.encoding().equals("base64")) {
                base64(buffer, from, to, ending, offset, kinds == 0 && paddedAt < 0);
            } else if (part.encoding().equals("quoted-printable")) {
                if (afterEquals > 0 || !Octets.none(kinds, Octets.HIGH | Octets.EQUALS)) {
                    quotedPrintable(buffer, from, to, ending, offset);
                }
            }
        }

        /** @param plain whether the line holds nothing but characters of base64, and no padding came before */
        private void base64(byte[] buffer, int from, int to, int ending, long offset, boolean plain) {
            characters += plain ? to - from : 0;
            for (int i = plain ? to : from; i < to; i++) {
                int kind = BASE64[buffer[i] & 0xFF];
                if (kind == 0) {
                    illegal.add(offset + i - from);
                } else if (kind == 2) {
                    paddedAt = offset + i - from;
                } else if (kind == 1 && paddedAt >= 0) {
                    afterPadding.add(offset + i - from);
                    paddedAt = -1;
                }
                characters += kind == 1 || kind == 2 ? 1 : 0;
            }
            lineLength += to - from;
            if (ending == 0) {
                return;
            }
            if (lineLength > 0) {
                if (shortAt >= 0) {
                    irregular.add(shortAt);
                    shortAt = -1;
                }
                if (usualLength < 0) {
                    usualLength = lineLength;
                } else if (lineLength != usualLength) {
                    shortAt = offset;
                }
            }
            lineLength = 0;
        }

        private void quotedPrintable(byte[] buffer, int from, int to, int ending, long offset) {
            for (int i = from; i < to; i++) {
                byte b = buffer[i];
                if (afterEquals > 0) {
                    boolean hex = Character.digit((char) (b & 0xFF), 16) >= 0;
                    boolean blank = b == ' ' || b == '\t';
                    if (hex && afterEquals < 3) {
                        afterEquals = afterEquals == 2 ? 0 : 2;
                    } else if (blank && afterEquals != 2) {
                        afterEquals = 3;
                    } else {
                        badEscapes.add(offset + i - from);
                        afterEquals = 0;
                    }
                } else if (b == '=') {
                    afterEquals = 1;
                } else if (b < 0) {
                    rawOctets.add(offset + i - from);
                }
            }
            if (ending > 0) {
                if (afterEquals == 2) {
                    badEscapes.add(offset + to - from);
                }
                afterEquals = 0;
            }
        }

        @Override
        public void partEnds(Part part, long offset) {
            if (part.isMultipart()) {
                return;
            }
            if (part.encoding().equals("base64")) {
                encodedParts++;
                if (characters % 4 != 0) {
                    groups.add(offset);
                }
            } else if (part.encoding().equals("quoted-printable")) {
                encodedParts++;
            }
        }

        @Override
        public void conclude(Scan scan, Findings findings) {
            boolean sound = illegal.tell(Strength.DOUBT, "character(s) in base64 that it does not have", findings);
            sound &= afterPadding.tell(Strength.DOUBT, "time(s) base64 goes on after its padding", findings);
            sound &= groups.tell(Strength.DOUBT, "base64 part(s) whose last group is incomplete", findings);
            sound &= irregular.tell(Strength.DOUBT, "base64 line(s) of another length than their part's", findings);
            sound &= badEscapes.tell(Strength.DOUBT, "quoted-printable escape(s) that cannot be read", findings);
            sound &= rawOctets.tell(Strength.DOUBT, "8-bit octet(s) in quoted-printable", findings);
            if (sound && encodedParts > 0) {
                findings.add(
                        Strength.SUPPORT,
                        new Place.Octets(scan.bodyOffset(), scan.reading().rawSize() - scan.bodyOffset()),
                        encodedParts + " encoded part(s) decode");
            }
        }
    }
}
