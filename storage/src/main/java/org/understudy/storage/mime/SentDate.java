package org.understudy.storage.mime;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Reads a Date field (RFC 5322 section 3.3, obsolete forms of section 4.3 included): day, month, year, time, zone, each
 * where it is expected; a weekday before and comments anywhere are passed over. A missing or unknown zone is UTC.
 */
final class SentDate {
    private static final String MONTHS = "janfebmaraprmayjunjulaugsepoctnovdec";

    private SentDate() {}

    static @Nullable Instant read(@Nullable String value) {
        if (value == null) {
            return null;
        }
        List<String> words = words(value);
        int day = 0;
        while (day < words.size() && !Character.isDigit(words.get(day).charAt(0))) {
            day++;
        }
        if (words.size() - day < 4) {
            return null;
        }
        try {
            int month = MONTHS.indexOf(words.get(day + 1)
                    .substring(0, Math.min(3, words.get(day + 1).length())));
            int year = Integer.parseInt(words.get(day + 2));
            year += year < 50 ? 2000 : year < 1000 ? 1900 : 0;
            String[] time = words.get(day + 3).split(":", -1);
            if (month < 0 || month % 3 != 0 || time.length < 2) {
                return null;
            }
            int second = time.length > 2 ? Math.min(59, Integer.parseInt(time[2])) : 0;
            return LocalDateTime.of(
                            year,
                            month / 3 + 1,
                            Integer.parseInt(words.get(day)),
                            Integer.parseInt(time[0]),
                            Integer.parseInt(time[1]),
                            second)
                    .toInstant(zone(words.size() > day + 4 ? words.get(day + 4) : ""));
        } catch (NumberFormatException | DateTimeException unreadable) {
            return null;
        }
    }

    private static ZoneOffset zone(String zone) {
        if (zone.matches("[+-][0-9]{4}")) {
            int minutes = Integer.parseInt(zone.substring(1, 3)) * 60 + Integer.parseInt(zone.substring(3));
            return minutes > 18 * 60
                    ? ZoneOffset.UTC
                    : ZoneOffset.ofTotalSeconds(60 * (zone.charAt(0) == '-' ? -minutes : minutes));
        }
        int hours = switch (zone) {
            case "edt" -> -4;
            case "est", "cdt" -> -5;
            case "cst", "mdt" -> -6;
            case "mst", "pdt" -> -7;
            case "pst" -> -8;
            default -> 0;
        };
        return ZoneOffset.ofHours(hours);
    }

    private static List<String> words(String value) {
        List<String> words = new ArrayList<>();
        StringBuilder word = new StringBuilder();
        int depth = 0;
        for (int i = 0; i <= Math.min(value.length(), 200); i++) {
            char c = i < value.length() ? value.charAt(i) : ' ';
            if (c == '(') {
                depth++;
            } else if (c == ')' && depth > 0) {
                depth--;
                continue;
            }
            if (depth > 0) {
                continue;
            }
            if (c == ' ' || c == '\t' || c == ',') {
                if (!word.isEmpty()) {
                    words.add(word.toString().toLowerCase(Locale.ROOT));
                    word.setLength(0);
                }
            } else {
                word.append(c);
            }
        }
        return words;
    }
}
