package org.understudy.restore.validate;

import org.understudy.restore.source.SourceItem;
import org.understudy.restore.validate.Finding.Strength;

/**
 * Looks in parts that are plain text for lines that only an encoded part has: base64 as wide as mail programs write it,
 * and soft line breaks of quoted-printable. They come from another message whose block or tail lies here.
 */
final class ForeignTextCheck implements Check {
    private static final int LINES = 3;
    private static final int NARROWEST = 70;
    private static final int WIDEST = 76;

    @Override
    public String name() {
        return "foreign-text";
    }

    @Override
    public Observer observe(SourceItem.Message message) {
        return new Texts();
    }

    private static final class Texts implements Observer, PartSink {
        private final Tally base64 = new Tally();
        private final Tally soft = new Tally();
        private boolean text;
        private int run;
        private int width;
        private long runAt;
        private int softRun;
        private long softAt;

        @Override
        public void partBegins(Part part) {
            boolean encoded =
                    part.encoding().equals("base64") || part.encoding().equals("quoted-printable");
            text = !encoded && part.type().startsWith("text/") && !part.isMultipart();
            endRuns();
        }

        @Override
        public void partLine(Part part, byte[] buffer, int from, int to, int ending, long offset, boolean whole) {
            if (!text || !whole || ending == 0) {
                return;
            }
            int length = to - from;
            if (length < NARROWEST || length > WIDEST) {
                endRuns();
                return;
            }
            if (isBase64(buffer, from, to)) {
                if (run == 0 || length != width) {
                    endBase64();
                    width = length;
                    runAt = offset;
                }
                run++;
            } else {
                endBase64();
            }
            if (isSoft(buffer, from, to)) {
                softAt = softRun++ == 0 ? offset : softAt;
            } else {
                endSoft();
            }
        }

        /** Base64 of anything but constants has letters of both cases and digits within so many characters. */
        private static boolean isBase64(byte[] buffer, int from, int to) {
            int seen = 0;
            for (int i = from; i < to; i++) {
                byte b = buffer[i];
                if (b >= 'a' && b <= 'z') {
                    seen |= 1;
                } else if (b >= 'A' && b <= 'Z') {
                    seen |= 2;
                } else if (b >= '0' && b <= '9') {
                    seen |= 4;
                } else if (b != '+' && b != '/') {
                    return false;
                }
            }
            return seen == 7;
        }

        private static boolean isSoft(byte[] buffer, int from, int to) {
            return buffer[to - 1] == '=' && buffer[to - 2] != '=' && buffer[from] != '=';
        }

        private void endRuns() {
            endBase64();
            endSoft();
        }

        private void endBase64() {
            if (run >= LINES) {
                base64.add(runAt);
            }
            run = 0;
        }

        private void endSoft() {
            if (softRun >= LINES) {
                soft.add(softAt);
            }
            softRun = 0;
        }

        @Override
        public void partEnds(Part part, long offset) {
            endRuns();
            text = false;
        }

        @Override
        public void conclude(Scan scan, Findings findings) {
            base64.tell(Strength.DOUBT, "place(s) with lines of base64, in a part that is plain text", findings);
            soft.tell(
                    Strength.DOUBT,
                    "place(s) with soft breaks of quoted-printable, in a part that is not encoded",
                    findings);
        }
    }
}
