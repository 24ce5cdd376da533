package org.understudy.restore.validate;

import java.util.Set;
import org.understudy.restore.message.HeaderBlock;
import org.understudy.restore.message.LineSink;
import org.understudy.restore.source.SourceItem;
import org.understudy.restore.validate.Finding.Strength;

/**
 * Looks for octets that the text around them does not explain: control characters, a CR that ends no line, line ends of two
 * kinds in one message, invalid UTF-8 where UTF-8 is stated, one 8-bit octet alone in a part that states to have none.
 */
final class CharacterCheck implements Check {
    @Override
    public String name() {
        return "characters";
    }

    @Override
    public Observer observe(SourceItem.Message message) {
        return new Characters();
    }

    private static final class Characters implements Observer, LineSink, PartSink {
        private static final Set<String> UTF_8 = Set.of("utf-8", "utf8");
        private static final String TYPED =
                "\u0085\u0091\u0092\u0093\u0094\u0096\u0097\u0099\u00a3\u00a9\u00ae\u00b4\u00e9";

        private final Tally control = new Tally();
        private final Tally loneCr = new Tally();
        private final Tally highInAscii = new Tally();
        private final Tally high = new Tally();
        private final Tally notUtf8 = new Tally();
        private final Tally lf = new Tally();
        private final Tally crlf = new Tally();
        private boolean statedUtf8;
        private boolean binary;
        private boolean statedAscii;
        private int utf8Left;

        @Override
        public void headerLine(byte[] buffer, int from, int to, int ending, long offset) {
            if (ending > 0) {
                (ending == 1 ? lf : crlf).add(offset + to - from);
            }
        }

        @Override
        public void headerEnd(HeaderBlock header, long bodyOffset) {}

        @Override
        public void bodyLine(byte[] buffer, int from, int to, int ending, long offset) {
            headerLine(buffer, from, to, ending, offset);
        }

        @Override
        public void end(long size) {}

        @Override
        public void partBegins(Part part) {
            statedUtf8 = UTF_8.contains(part.charset()) && part.type().startsWith("text/");
            statedAscii = part.encoding().equals("7bit") || part.charset().equals("us-ascii");
            binary = part.encoding().equals("binary");
            utf8Left = 0;
        }

        @Override
        public void partLine(
                Part part, byte[] buffer, int from, int to, int ending, long offset, boolean whole, int kinds) {
            if (utf8Left > 0 || !Octets.none(kinds, Octets.HIGH | Octets.CONTROL)) {
                partLine(part, buffer, from, to, ending, offset, whole);
            }
        }

        @Override
        public void partLine(Part part, byte[] buffer, int from, int to, int ending, long offset, boolean whole) {
            if (binary) {
                return;
            }
            for (int i = from; i < to; i++) {
                int b = buffer[i];
                if (b < 0 || utf8Left > 0) {
                    int before = i > from ? buffer[i - 1] : ' ';
                    int after = i + 1 < to ? buffer[i + 1] : ' ';
                    octet(b & 0xFF, before, after, offset + i - from);
                } else if ((b < ' ' && b != '\t') || b == 127) {
                    if (b == '\r') {
                        loneCr.add(offset + i - from);
                    } else if (b != 12 && b != 27 && b != 0) {
                        control.add(offset + i - from);
                    }
                }
            }
            if (ending > 0 && utf8Left > 0) {
                notUtf8.add(offset + to - from);
                utf8Left = 0;
            }
        }

        /**
         * Whether an octet is an ASCII character with its top bit set rather than one that people type in Windows-1252 and
         * leave undeclared: quotes, dashes, signs, the frequent e acute, and the no-break space beside a space.
         */
        private static boolean maybeFlipped(int b, int before, int after) {
            return b == 0xA0 ? before > ' ' && after > ' ' : TYPED.indexOf(b) < 0;
        }

        private void octet(int b, int before, int after, long offset) {
            if (b >= 0x80) {
                (statedAscii && maybeFlipped(b, before, after) ? highInAscii : high).add(offset);
            }
            if (!statedUtf8) {
                return;
            }
            if (utf8Left > 0 && (b & 0xC0) == 0x80) {
                utf8Left--;
            } else {
                if (utf8Left > 0 || (b >= 0x80 && (b < 0xC2 || b > 0xF4))) {
                    notUtf8.add(offset);
                }
                utf8Left = b < 0xC2 || b > 0xF4 ? 0 : b < 0xE0 ? 1 : b < 0xF0 ? 2 : 3;
            }
        }

        @Override
        public void partEnds(Part part, long offset) {}

        @Override
        public void conclude(Scan scan, Findings findings) {
            boolean quiet = control.tell(Strength.DOUBT, "control character(s) in text", findings);
            quiet &= loneCr.tell(Strength.DOUBT, "CR that end no line", findings);
            quiet &= notUtf8.tell(Strength.DOUBT, "place(s) that are not UTF-8, though it is stated", findings);
            if (quiet && highInAscii.count() + high.count() == 1) {
                highInAscii.tell(Strength.DOUBT, "8-bit octet alone, in a part that states to be ASCII", findings);
                high.tell(Strength.NOTE, "8-bit octet alone in text that is otherwise ASCII", findings);
            }
            if (lf.count() > 0 && crlf.count() > 0) {
                (lf.count() < crlf.count() ? lf : crlf)
                        .tell(Strength.DOUBT, "line end(s) of another kind than the rest of the message", findings);
            }
        }
    }
}
