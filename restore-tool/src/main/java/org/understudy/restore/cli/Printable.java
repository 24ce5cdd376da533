package org.understudy.restore.cli;

/** Text from outside made fit for a terminal. */
public final class Printable {
    private Printable() {}

    /**
     * Replaces each control character, those that turn the direction of writing included, by {@code U+FFFD}, so that a
     * file name or header cannot move the cursor or hide text. Tabs become spaces.
     */
    public static String line(String text) {
        StringBuilder out = new StringBuilder(text.length());
        text.codePoints().forEach(c -> out.appendCodePoint(c == '\t' ? ' ' : dangerous(c) ? 0xFFFD : c));
        return out.toString();
    }

    /** As {@link #line(String)}, but line feeds stay. */
    public static String text(String text) {
        StringBuilder out = new StringBuilder(text.length());
        text.codePoints().forEach(c -> out.appendCodePoint(c == '\n' || c == '\t' ? c : dangerous(c) ? 0xFFFD : c));
        return out.toString();
    }

    private static boolean dangerous(int c) {
        return Character.isISOControl(c)
                || (c >= 0x202A && c <= 0x202E)
                || (c >= 0x2066 && c <= 0x2069)
                || c == 0x2028
                || c == 0x2029;
    }
}
