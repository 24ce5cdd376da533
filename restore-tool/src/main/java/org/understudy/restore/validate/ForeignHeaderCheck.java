package org.understudy.restore.validate;

import java.nio.charset.StandardCharsets;
import org.understudy.restore.source.SourceItem;
import org.understudy.restore.validate.Finding.Strength;

/**
 * Looks for pieces of another message in the parts of this one: header fields that programs write, in text or within
 * base64, and delimiters that belong to no multipart here.
 */
final class ForeignHeaderCheck implements Check {
    private static final int NAME_LIMIT = 40;
    private static final int DELIMITER = 18;

    @Override
    public String name() {
        return "foreign-header";
    }

    @Override
    public Observer observe(SourceItem.Message message) {
        return new Foreign();
    }

    private static final class Foreign implements Observer, PartSink {
        private final Tally inBase64 = new Tally();
        private final Tally blocks = new Tally();
        private final Tally separators = new Tally();
        private final Tally delimiters = new Tally();
        private long blockAt;
        private int blockFields;
        private int machineFields;
        private boolean base64;
        private boolean text;
        private boolean afterSeparator;

        @Override
        public void partBegins(Part part) {
            base64 = part.encoding().equals("base64") && !part.isMultipart();
            text = !base64
                    && !part.type().startsWith("message/")
                    && !part.type().equals("text/rfc822-headers")
                    && !part.isMultipart();
            endBlock();
        }

        @Override
        public void partLine(Part part, byte[] buffer, int from, int to, int ending, long offset, boolean whole) {
            partLine(part, buffer, from, to, ending, offset, whole, Octets.kinds(buffer, from, to));
        }

        @Override
        public void partLine(
                Part part, byte[] buffer, int from, int to, int ending, long offset, boolean whole, int kinds) {
            if (!whole || !(base64 || text)) {
                return;
            }
            String name = Octets.none(kinds, Octets.COLON) ? "" : fieldName(buffer, from, to);
            if (name.isEmpty()) {
                boolean folded = to > from && (buffer[from] == ' ' || buffer[from] == '\t');
                if (!folded) {
                    endBlock();
                    afterSeparator = false;
                }
                if (to - from >= DELIMITER && buffer[from] == '-' && buffer[from + 1] == '-') {
                    if (looksLikeDelimiter(buffer, from, to)) {
                        delimiters.add(offset);
                    }
                } else if (to - from > 20 && isSeparator(buffer, from, to)) {
                    afterSeparator = true;
                }
                return;
            }
            if (base64) {
                if (FieldNames.isMachines(name)) {
                    inBase64.add(offset);
                }
                return;
            }
            if (afterSeparator) {
                separators.add(offset);
                afterSeparator = false;
            }
            if (blockFields++ == 0) {
                blockAt = offset;
            }
            machineFields += FieldNames.isMachines(name) ? 1 : 0;
        }

        private void endBlock() {
            if (blockFields >= 3 && machineFields >= 2) {
                blocks.add(blockAt);
            }
            blockFields = 0;
            machineFields = 0;
        }

        /** The field name that begins a line, or empty. */
        private static String fieldName(byte[] buffer, int from, int to) {
            int end = Math.min(to, from + NAME_LIMIT);
            for (int i = from; i < end; i++) {
                byte b = buffer[i];
                if (b == ':') {
                    boolean valued = i + 1 == to || buffer[i + 1] == ' ' || buffer[i + 1] == '\t';
                    return i > from + 1 && valued
                            ? new String(buffer, from, i - from, StandardCharsets.ISO_8859_1)
                            : "";
                }
                if (!isLetter(b) && !isDigit(b) && b != '-') {
                    return "";
                }
            }
            return "";
        }

        private static boolean isSeparator(byte[] buffer, int from, int to) {
            if (buffer[from] != 'F'
                    || buffer[from + 1] != 'r'
                    || buffer[from + 2] != 'o'
                    || buffer[from + 3] != 'm'
                    || buffer[from + 4] != ' ') {
                return false;
            }
            int colons = 0;
            for (int i = from + 5; i < to; i++) {
                colons += buffer[i] == ':' ? 1 : 0;
            }
            return colons >= 1 && colons <= 3;
        }

        /** Two dashes, then one word of boundary characters that has digits among its letters (RFC 2046 section 5.1.1). */
        private static boolean looksLikeDelimiter(byte[] buffer, int from, int to) {
            int digits = 0;
            int letters = 0;
            for (int i = from + 2; i < to; i++) {
                byte b = buffer[i];
                if (b <= ' ' || b == 127) {
                    return false;
                }
                digits += isDigit(b) ? 1 : 0;
                letters += isLetter(b) || b == '_' || b == '=' ? 1 : 0;
            }
            return digits >= 6 && letters >= 2;
        }

        private static boolean isLetter(byte b) {
            return (b >= 'a' && b <= 'z') || (b >= 'A' && b <= 'Z');
        }

        private static boolean isDigit(byte b) {
            return b >= '0' && b <= '9';
        }

        @Override
        public void partEnds(Part part, long offset) {
            endBlock();
            base64 = false;
            text = false;
        }

        @Override
        public void conclude(Scan scan, Findings findings) {
            inBase64.tell(Strength.CONTRADICTION, "header field(s) of another message within base64", findings);
            separators.tell(
                    Strength.DOUBT, "mbox separator line(s) with a header after them, within the body", findings);
            blocks.tell(Strength.DOUBT, "block(s) of header fields that programs write, within text", findings);
            delimiters.tell(Strength.DOUBT, "delimiter(s) that belong to no multipart of this message", findings);
        }
    }
}
