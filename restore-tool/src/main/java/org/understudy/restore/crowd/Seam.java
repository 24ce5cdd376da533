package org.understudy.restore.crowd;

import java.util.List;

/**
 * How the text runs over a sector bound, judged from the sector before and what follows of it. One number of 64 bits holds
 * it, from the highest on: a hash of the 3 octets before (12 bits, 0 where the file begins), a hash of the 3 octets after
 * (12 bits, 0 where it ends), a hash of the word that lies across (18 bits, 0 for none), the {@link Joins join} (20 bits, 0
 * for none) and the {@link Grade}'s number (2 bits).
 */
final class Seam {
    /** How well both sides go together. */
    enum Grade {
        /** Lines of an encoded part go on in their measure. */
        SMOOTH,
        /** Nothing tells. */
        PLAIN,
        /** The line across is longer than its neighbours ever are. */
        ODD,
        /** The line across cannot be one line of this text. */
        BROKEN
    }

    private static final List<Grade> GRADES = List.of(Grade.values());
    private static final int EDGE = 3;

    /** Bits of the hash of an edge. */
    static final int EDGE_BITS = 12;

    /** Bits of the hash of a word. */
    static final int WORD_BITS = 18;

    private static final int GRADE_BITS = 2;
    private static final int JOIN_AT = GRADE_BITS;
    private static final int WORD_AT = JOIN_AT + Joins.BITS;
    private static final int AFTER_AT = WORD_AT + WORD_BITS;
    private static final int BEFORE_AT = AFTER_AT + EDGE_BITS;
    private static final int ENCODED_LINE = 40;
    private static final int LONGEST_LINE = 998;
    private static final int WRAP = 78;
    private static final int WORD = 24;
    private static final boolean[] BASE64 = base64();

    private Seam() {}

    private static boolean[] base64() {
        boolean[] table = new boolean[256];
        for (char c : "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/=".toCharArray()) {
            table[c] = true;
        }
        return table;
    }

    /**
     * @param octets on both sides of the bound
     * @param bound where it is in them
     * @param leftLength octets before it, a sector; 0 at the file's start
     * @param rightLength octets after it, a sector; fewer where the file ends
     * @param inHeader whether the bound lies in the message's header block
     */
    static long of(byte[] octets, int bound, int leftLength, int rightLength, boolean inHeader) {
        Text text = new Text(octets, bound, leftLength, rightLength);
        Grade grade = leftLength == 0 ? text.start() : rightLength == 0 ? Grade.PLAIN : text.grade(inHeader);
        long before = leftLength == 0 ? 0 : edge(octets, bound - Math.min(EDGE, leftLength), bound);
        long after = rightLength == 0 ? 0 : edge(octets, bound, bound + Math.min(EDGE, rightLength));
        boolean encoded = grade == Grade.SMOOTH;
        long word = encoded ? 0 : text.word();
        long join = encoded || leftLength < 2 || rightLength < 2 ? 0 : Joins.of(octets, bound);
        return (before << BEFORE_AT)
                | (after << AFTER_AT)
                | (word << WORD_AT)
                | (join << JOIN_AT)
                | GRADES.indexOf(grade);
    }

    static int before(long seam) {
        return bits(seam, BEFORE_AT, EDGE_BITS);
    }

    static int after(long seam) {
        return bits(seam, AFTER_AT, EDGE_BITS);
    }

    static int word(long seam) {
        return bits(seam, WORD_AT, WORD_BITS);
    }

    static int join(long seam) {
        return bits(seam, JOIN_AT, Joins.BITS);
    }

    static Grade grade(long seam) {
        return GRADES.get(bits(seam, 0, GRADE_BITS));
    }

    private static int bits(long seam, int at, int bits) {
        return (int) (seam >>> at) & ((1 << bits) - 1);
    }

    private static int edge(byte[] bytes, int from, int to) {
        long hash = (long) to - from;
        for (int i = from; i < to; i++) {
            hash = (hash << 8) | (bytes[i] & 0xFF);
        }
        int folded = (int) (Mixing.mix(hash) >>> (Long.SIZE - EDGE_BITS));
        return folded == 0 ? 1 : folded;
    }

    /** Both sides as one text; positions are negative before the bound. */
    private static final class Text {
        private final byte[] octets;
        private final int bound;
        private final int leftLength;
        private final int rightLength;

        Text(byte[] octets, int bound, int leftLength, int rightLength) {
            this.octets = octets;
            this.bound = bound;
            this.leftLength = leftLength;
            this.rightLength = rightLength;
        }

        private byte at(int position) {
            return octets[bound + position];
        }

        /** The position after the LF that ends the line before the one that {@code position} lies in, or the text's start. */
        private int lineStart(int position) {
            int i = position;
            while (i > -leftLength && at(i - 1) != '\n') {
                i--;
            }
            return i;
        }

        /** The position of the LF that ends the line, or the text's end. */
        private int lineEnd(int position) {
            int i = position;
            while (i < rightLength && at(i) != '\n') {
                i++;
            }
            return i;
        }

        private int stripped(int from, int end) {
            return end > from && at(end - 1) == '\r' ? end - 1 : end;
        }

        /** At the file's start, where a header field is due, or the line that an mbox puts before it. */
        Grade start() {
            int end = lineEnd(0);
            boolean due = end > 0 && at(0) != ' ' && at(0) != '\t' && headerLine(0, end);
            boolean separator = end > 5 && at(0) == 'F' && at(4) == ' ';
            return due ? Grade.SMOOTH : separator ? Grade.PLAIN : Grade.BROKEN;
        }

        Grade grade(boolean inHeader) {
            int start = lineStart(0);
            int end = lineEnd(0);
            if (start == -leftLength || end == rightLength) {
                return Grade.PLAIN;
            }
            int crossingEnd = stripped(start, end);
            int crossing = crossingEnd - start;
            int previous = lineStart(start - 1);
            boolean previousWhole = previous > -leftLength || leftLength < SectorNotes.SECTOR;
            int previousEnd = stripped(previous, start - 1);
            int next = end + 1;
            int nextLf = lineEnd(next);
            boolean nextWhole = nextLf < rightLength || rightLength < SectorNotes.SECTOR;
            if (!previousWhole || !nextWhole) {
                return crossing > LONGEST_LINE ? Grade.ODD : Grade.PLAIN;
            }
            int nextEnd = stripped(next, nextLf);
            boolean previousEncoded = encoded(previous, previousEnd, ENCODED_LINE);
            boolean nextEncoded = encoded(next, nextEnd, ENCODED_LINE);
            if (previousEncoded) {
                return afterEncoded(start, crossingEnd, previousEnd - previous, next, nextEnd, nextEncoded);
            }
            if (nextEncoded) {
                boolean first = encoded(start, crossingEnd, ENCODED_LINE) && crossing == nextEnd - next;
                boolean divided = crossing == 0 || (first && previousEnd == previous);
                return divided ? Grade.SMOOTH : first ? Grade.PLAIN : Grade.BROKEN;
            }
            if (inHeader && !headerLine(next, nextEnd)) {
                return Grade.BROKEN;
            }
            return crossing > WRAP && crossing > width(start, end) ? Grade.ODD : Grade.PLAIN;
        }

        private Grade afterEncoded(int start, int end, int measure, int next, int nextEnd, boolean nextEncoded) {
            int length = end - start;
            boolean divider = length == 0 || (at(start) == '-' && length > 1 && at(start + 1) == '-');
            if (start == 0 && divider) {
                return Grade.SMOOTH;
            }
            if (!encoded(start, end, 1) || length > measure) {
                return length > 1 && at(start) == '-' && at(start + 1) == '-' ? Grade.PLAIN : Grade.BROKEN;
            }
            if (nextEncoded) {
                return length == measure ? Grade.SMOOTH : Grade.BROKEN;
            }
            boolean nextDivides = nextEnd == next || (at(next) == '-' && nextEnd > next + 1 && at(next + 1) == '-');
            if (nextDivides) {
                return length % 4 == 0 ? Grade.SMOOTH : Grade.BROKEN;
            }
            boolean nextIsLast = length == measure && encoded(next, nextEnd, 1);
            return nextIsLast ? Grade.SMOOTH : Grade.BROKEN;
        }

        /** Base64 (RFC 2045 section 6.8). */
        private boolean encoded(int from, int to, int atLeast) {
            if (to - from < atLeast) {
                return false;
            }
            for (int i = from; i < to; i++) {
                if (!BASE64[at(i) & 0xFF]) {
                    return false;
                }
            }
            return true;
        }

        private boolean headerLine(int from, int to) {
            if (to == from || at(from) == ' ' || at(from) == '\t') {
                return true;
            }
            for (int i = from; i < to; i++) {
                byte b = at(i);
                if (b == ':') {
                    return i > from;
                }
                if (b <= ' ' || b > '~') {
                    return false;
                }
            }
            return false;
        }

        /** Octets that a line here may have: those of the longest neighbour, where these are wrapped; else no limit. */
        private int width(int start, int end) {
            int widest = 0;
            int lines = 0;
            int lineEnd = start - 1;
            while (true) {
                int lineStart = lineStart(lineEnd);
                if (lineStart == -leftLength) {
                    break;
                }
                widest = Math.max(widest, lineEnd - lineStart);
                lines++;
                lineEnd = lineStart - 1;
            }
            for (int from = end + 1; from < rightLength; ) {
                int to = lineEnd(from);
                if (to == rightLength) {
                    break;
                }
                widest = Math.max(widest, to - from);
                lines++;
                from = to + 1;
            }
            return lines < 4 || widest > WRAP + 2 ? Integer.MAX_VALUE : Math.max(widest, WRAP);
        }

        /** A hash of the letters around the bound, without case; 0 where no word lies across. */
        int word() {
            int from = 0;
            while (from > -leftLength && from > -WORD && letter(at(from - 1))) {
                from--;
            }
            int to = 0;
            while (to < rightLength && to < WORD && letter(at(to))) {
                to++;
            }
            if (from == 0 || to == 0) {
                return 0;
            }
            long hash = 0;
            for (int i = from; i < to; i++) {
                byte b = at(i);
                hash = Mixing.mix(hash ^ (b >= 'A' && b <= 'Z' ? b + 32 : b));
            }
            return (int) (hash >>> (Long.SIZE - WORD_BITS)) | 1;
        }

        private static boolean letter(byte b) {
            return (b >= 'a' && b <= 'z') || (b >= 'A' && b <= 'Z') || b < 0;
        }
    }
}
