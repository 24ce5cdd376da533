package org.understudy.restore.report.page;

import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;

/** Names and figures as people read them. */
final class Shown {
    private static final DateTimeFormatter MINUTE =
            DateTimeFormatter.ofPattern("uuuu-MM-dd HH:mm 'UTC'", Locale.ROOT).withZone(ZoneOffset.UTC);
    private static final int HEAD = 300;
    private static final int TAIL = 120;
    private static final int ZERO_WIDTH_NON_JOINER = 0x200C;
    private static final int ZERO_WIDTH_JOINER = 0x200D;

    private Shown() {}

    /**
     * Text from outside with nothing hidden: control characters, those that turn the direction of writing, other
     * invisible ones and lone surrogates are replaced by their code point, for example U+202E by {@code u{202E}} behind a backslash. A text longer
     * than 500 characters loses its middle and says how long it was.
     */
    static String name(String text) {
        if (text.length() <= HEAD + TAIL + 80) {
            return visible(text);
        }
        int from = Character.isLowSurrogate(text.charAt(text.length() - TAIL)) ? TAIL - 1 : TAIL;
        int to = Character.isHighSurrogate(text.charAt(HEAD - 1)) ? HEAD - 1 : HEAD;
        return visible(text.substring(0, to)) + " \u2026 " + visible(text.substring(text.length() - from))
                + String.format(Locale.ROOT, " (%,d characters)", text.length());
    }

    private static String visible(String text) {
        StringBuilder out = new StringBuilder(text.length());
        text.codePoints().forEach(c -> {
            if (hidden(c)) {
                out.append("\\u{")
                        .append(Integer.toHexString(c).toUpperCase(Locale.ROOT))
                        .append('}');
            } else {
                out.appendCodePoint(c);
            }
        });
        return out.toString();
    }

    /** Also what XML does not allow: U+FFFE, U+FFFF and their like. */
    private static boolean hidden(int c) {
        return switch (Character.getType(c)) {
            case Character.CONTROL, Character.LINE_SEPARATOR, Character.PARAGRAPH_SEPARATOR, Character.SURROGATE ->
                true;
            case Character.FORMAT -> c != ZERO_WIDTH_NON_JOINER && c != ZERO_WIDTH_JOINER;
            default -> (c & 0xFFFE) == 0xFFFE;
        };
    }

    static String number(long n) {
        return String.format(Locale.ROOT, "%,d", n);
    }

    /** {@code 1 message}, {@code 2 messages}. */
    static String number(long n, String one) {
        return number(n) + " " + (n == 1 ? one : one.endsWith("x") ? one + "es" : one + "s");
    }

    /** With one decimal place; never rounds something to nothing, nor less than all to all. */
    static String share(long part, long all) {
        if (all == 0 || part == 0) {
            return "0 %";
        }
        if (part == all) {
            return "100 %";
        }
        double percent = 100.0 * part / all;
        return percent < 0.1 ? "< 0.1 %" : percent > 99.9 ? "> 99.9 %" : String.format(Locale.ROOT, "%.1f %%", percent);
    }

    static String size(long bytes) {
        return bytes < 1_000_000
                ? String.format(Locale.ROOT, "%,.1f KB", bytes / 1e3)
                : String.format(Locale.ROOT, "%,.1f MB", bytes / 1e6);
    }

    static String time(Instant at) {
        return MINUTE.format(at);
    }
}
