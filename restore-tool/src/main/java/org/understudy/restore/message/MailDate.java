package org.understudy.restore.message;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Reads dates as mail has them (RFC 5322 section 3.3 and 4.3): with or without day of week and seconds, years of two to
 * four digits, numeric or named zones, comments, dots or dashes for blanks, month before day as ctime writes it. What is
 * missing of the zone counts as UTC. Years 1 to 9999 are read as they stand, so that impossible dates can be told.
 */
public final class MailDate {
    private static final String MONTHS = "janfebmaraprmayjunjulaugsepoctnovdec";

    private int day = -1;
    private int month = -1;
    private int year = -1;
    private int hour = -1;
    private int minute;
    private int second;
    private int offsetMinutes;
    private boolean zoned;

    private MailDate() {}

    /** The instant that {@code text} names, or null where it names none. */
    public static @Nullable Instant read(String text) {
        MailDate date = new MailDate();
        int depth = 0;
        int start = -1;
        for (int i = 0; i <= text.length(); i++) {
            char c = i < text.length() ? text.charAt(i) : ' ';
            boolean inWord = depth == 0 && (Character.isLetterOrDigit(c) || c == ':' || c == '+');
            // A dash divides, but for the sign of a zone.
            boolean sign = depth == 0 && c == '-' && start < 0 && date.hour >= 0;
            if ((inWord || sign) && start < 0) {
                start = i;
            } else if (!inWord && start >= 0) {
                date.word(text.substring(start, i).toLowerCase(Locale.ROOT));
                start = sign ? i : -1;
            }
            depth += c == '(' ? 1 : c == ')' && depth > 0 ? -1 : 0;
        }
        return date.instant();
    }

    private void word(String word) {
        char first = word.charAt(0);
        if (first == '+' || first == '-') {
            zone(word);
        } else if (word.indexOf(':') > 0) {
            time(word);
        } else if (Character.isDigit(first)) {
            number(word);
        } else if (month < 0 && word.length() >= 3 && MONTHS.indexOf(word.substring(0, 3)) % 3 == 0) {
            month = MONTHS.indexOf(word.substring(0, 3)) / 3 + 1;
        } else if (hour >= 0 && !zoned) {
            namedZone(word);
        }
    }

    private void number(String word) {
        int value = digits(word, 0, word.length());
        if (value < 0) {
            return;
        }
        if (day < 0 && value >= 1 && value <= 31 && word.length() <= 2) {
            day = value;
        } else if (year < 0) {
            year = word.length() == 2 ? value + (value < 50 ? 2000 : 1900) : word.length() == 3 ? value + 1900 : value;
        }
    }

    private void time(String word) {
        String[] parts = word.split(":", -1);
        int h = digits(parts[0], 0, parts[0].length());
        int m = digits(parts[1], 0, parts[1].length());
        int s = parts.length > 2 ? digits(parts[2], 0, parts[2].length()) : 0;
        if (hour < 0 && h >= 0 && h <= 24 && m >= 0 && m < 60 && s >= 0 && s <= 60) {
            hour = h;
            minute = m;
            second = Math.min(s, 59);
        }
    }

    private void zone(String word) {
        int value = digits(word, 1, Math.min(word.length(), 5));
        if (value >= 0 && !zoned && hour >= 0) {
            zoned = true;
            offsetMinutes = (word.charAt(0) == '-' ? -1 : 1) * (value / 100 * 60 + value % 100);
        }
    }

    /** RFC 5322 section 4.3; single letters and unknown names count as UTC. */
    private void namedZone(String word) {
        int hours = switch (word) {
            case "edt" -> -4;
            case "est", "cdt" -> -5;
            case "cst", "mdt" -> -6;
            case "mst", "pdt" -> -7;
            case "pst" -> -8;
            default -> 0;
        };
        zoned = hours != 0;
        offsetMinutes = hours * 60;
    }

    private static int digits(String word, int from, int to) {
        if (to <= from || to - from > 6) {
            return -1;
        }
        int value = 0;
        for (int i = from; i < to; i++) {
            char c = word.charAt(i);
            if (c < '0' || c > '9') {
                return -1;
            }
            value = value * 10 + c - '0';
        }
        return value;
    }

    private @Nullable Instant instant() {
        if (day < 0 || month < 0 || year < 1 || year > 9999) {
            return null;
        }
        try {
            LocalDateTime local = LocalDateTime.of(year, month, day, Math.clamp(hour, 0, 23), minute, second);
            return local.toInstant(ZoneOffset.UTC).minusSeconds(offsetMinutes * 60L);
        } catch (DateTimeException noSuchDay) {
            return null;
        }
    }
}
