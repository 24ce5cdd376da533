package org.understudy.server.console;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Names and figures as people read them, and as addresses carry them. */
final class Shown {
    private static final DateTimeFormatter MINUTE =
            DateTimeFormatter.ofPattern("uuuu-MM-dd HH:mm 'UTC'", Locale.ROOT).withZone(ZoneOffset.UTC);
    private static final int LONGEST = 500;
    private static final int HEAD = 300;
    private static final int TAIL = 120;

    private Shown() {}

    /** With what hides or turns text shown by its code point, and the middle of long ones left out. */
    static String name(String text) {
        if (text.length() <= LONGEST) {
            return visible(text);
        }
        return visible(text.substring(0, HEAD)) + " … " + visible(text.substring(text.length() - TAIL))
                + String.format(Locale.ROOT, " (%,d characters)", text.length());
    }

    private static String visible(String text) {
        StringBuilder shown = new StringBuilder(text.length());
        text.codePoints().forEach(c -> {
            boolean hidden = switch (Character.getType(c)) {
                case Character.CONTROL,
                        Character.LINE_SEPARATOR,
                        Character.PARAGRAPH_SEPARATOR,
                        Character.SURROGATE,
                        Character.FORMAT -> true;
                default -> (c & 0xFFFE) == 0xFFFE;
            };
            if (hidden) {
                shown.append("\\u{")
                        .append(Integer.toHexString(c).toUpperCase(Locale.ROOT))
                        .append('}');
            } else {
                shown.appendCodePoint(c);
            }
        });
        return shown.toString();
    }

    static String number(long n) {
        return String.format(Locale.ROOT, "%,d", n);
    }

    /** {@code 1 message}, {@code 2 messages}. */
    static String number(long n, String one) {
        return number(n) + " " + (n == 1 ? one : one.endsWith("x") ? one + "es" : one + "s");
    }

    static String size(long bytes) {
        if (bytes < 1_000) {
            return number(bytes, "byte");
        }
        String[] units = {"kB", "MB", "GB", "TB"};
        double value = bytes / 1e3;
        int unit = 0;
        while (value >= 1_000 && unit < units.length - 1) {
            value /= 1e3;
            unit++;
        }
        return String.format(Locale.ROOT, value < 100 ? "%.1f %s" : "%.0f %s", value, units[unit]);
    }

    static String time(Instant at) {
        return MINUTE.format(at);
    }

    /** {@code 3 h ago}. */
    static String ago(@Nullable Instant at, Instant now) {
        return at == null ? "never" : span(Duration.between(at, now)) + " ago";
    }

    /** The two largest units that count. */
    static String span(Duration time) {
        long seconds = Math.max(0, time.toSeconds());
        if (seconds < 60) {
            return seconds + " s";
        }
        if (seconds < 3_600) {
            return seconds / 60 + " min";
        }
        if (seconds < 48 * 3_600) {
            long minutes = seconds / 60 % 60;
            return seconds / 3_600 + " h" + (seconds < 6 * 3_600 && minutes > 0 ? " " + minutes + " min" : "");
        }
        return number(seconds / 86_400, "day");
    }

    /** For a query. */
    static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }

    static String hash(String hash) {
        return hash.length() <= 16 ? hash : hash.substring(0, 16);
    }

    static String upper(String words) {
        return words.isEmpty() ? words : words.substring(0, 1).toUpperCase(Locale.ROOT) + words.substring(1);
    }
}
