package org.understudy.restore.cli;

import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.util.Locale;

/** Numbers, sizes and times as people read them. */
final class Figures {
    private static final DateTimeFormatter MINUTE =
            DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm", Locale.ROOT).withZone(ZoneOffset.UTC);

    private Figures() {}

    /** {@code 12,345}. */
    static String number(long number) {
        return String.format(Locale.ROOT, "%,d", number);
    }

    /** {@code 1 message}, {@code 2 messages}; the plural has an {@code s} more, and {@code es} after an x. */
    static String count(long number, String noun) {
        String plural = noun.endsWith("x") ? "es" : "s";
        return number(number) + " " + noun + (number == 1 ? "" : plural);
    }

    /** {@code 1,234.5}, in millions of bytes. */
    static String megabytes(long bytes) {
        return String.format(Locale.ROOT, "%,.1f", bytes / 1e6);
    }

    /** {@code 312 bytes}, {@code 12.5 KB} or {@code 1,234.5 MB}. */
    static String size(long bytes) {
        if (bytes < 1_000) {
            return count(bytes, "byte");
        }
        return bytes < 1_000_000 ? String.format(Locale.ROOT, "%.1f KB", bytes / 1e3) : megabytes(bytes) + " MB";
    }

    /** {@code 0.8 s}, or {@code 3 min 20 s} from two minutes on. */
    static String duration(long millis) {
        return millis < 120_000
                ? String.format(Locale.ROOT, "%.1f s", millis / 1e3)
                : millis / 60_000 + " min " + millis / 1_000 % 60 + " s";
    }

    /** {@code 2026-05-27T02:00:07Z}; of a fraction of a second, the second before it. */
    static String toSecond(Instant time) {
        return time.truncatedTo(ChronoUnit.SECONDS).toString();
    }

    /** {@code 2026-05-27 02:00}, in UTC. */
    static String minute(Instant time) {
        return MINUTE.format(time);
    }
}
