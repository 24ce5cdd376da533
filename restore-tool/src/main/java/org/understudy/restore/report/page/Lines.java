package org.understudy.restore.report.page;

import java.io.IOException;

/** Lines for a terminal, at most 80 columns wide; characters of East Asian width count as two. */
final class Lines {
    private static final int COLUMNS = 80;
    private static final int FIRST_WIDE = 0x1100;
    private static final int[][] WIDE = {
        {FIRST_WIDE, 0x115F},
        {0x2E80, 0xA4CF},
        {0xAC00, 0xD7A3},
        {0xF900, 0xFAFF},
        {0xFE30, 0xFE6F},
        {0xFF00, 0xFF60},
        {0xFFE0, 0xFFE6},
        {0x1F300, 0x1FAFF},
        {0x20000, 0x3FFFD}
    };

    private final Appendable out;
    private final boolean ascii;

    Lines(Appendable out, boolean ascii) {
        this.out = out;
        this.ascii = ascii;
    }

    void gap() throws IOException {
        out.append('\n');
    }

    void heading(String words) throws IOException {
        gap();
        plain(words);
    }

    /** Our own words, which fit. */
    void plain(String words) throws IOException {
        out.append(words.stripTrailing()).append('\n');
    }

    /**
     * Text that may come from outside, behind {@code first}, wrapped between words or within long ones; what wraps is
     * indented to where it began.
     */
    void wrapped(String first, String text) throws IOException {
        String shown = ascii ? ascii(Shown.name(text)) : Shown.name(text);
        StringBuilder line = new StringBuilder(first);
        int indent = width(first);
        for (String word : shown.split(" ")) {
            if (width(line) > indent) {
                if (width(line) + 1 + width(word) <= COLUMNS) {
                    line.append(' ');
                } else {
                    plain(line.toString());
                    line = new StringBuilder(" ".repeat(indent));
                }
            }
            for (int i = 0; i < word.length(); ) {
                int c = word.codePointAt(i);
                if (width(line) + width(c) > COLUMNS) {
                    plain(line.toString());
                    line = new StringBuilder(" ".repeat(indent));
                }
                line.appendCodePoint(c);
                i += Character.charCount(c);
            }
        }
        plain(line.toString());
    }

    static int width(CharSequence text) {
        return text.codePoints().map(Lines::width).sum();
    }

    private static int width(int c) {
        if (c < FIRST_WIDE) {
            return Character.getType(c) == Character.NON_SPACING_MARK ? 0 : 1;
        }
        for (int[] range : WIDE) {
            if (c >= range[0] && c <= range[1]) {
                return 2;
            }
        }
        return 1;
    }

    private static String ascii(String text) {
        StringBuilder plain = new StringBuilder(text.length());
        text.codePoints().forEach(c -> plain.append(c == 0x2026 ? "..." : c < 0x7F ? Character.toString(c) : "?"));
        return plain.toString();
    }
}
