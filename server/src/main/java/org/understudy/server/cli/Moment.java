package org.understudy.server.cli;

import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.time.format.DateTimeParseException;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.understudy.storage.OperatorException;
import org.understudy.storage.Reason;

/** Moments as operators write them: {@code 12h}, {@code 14d}, {@code 2w} ago, {@code 2026-12-31} (UTC), or an instant. */
final class Moment {
    private static final Pattern SPAN = Pattern.compile("([1-9][0-9]{0,4})\\s*([hdw])");
    private static final int DAYS_A_WEEK = 7;

    private Moment() {}

    /**
     * @param span whether a time that has passed may be meant
     * @throws OperatorException {@link Reason#USAGE} if it is none of the forms
     */
    static Instant parse(String text, Instant now, boolean span) {
        Matcher ago = SPAN.matcher(text.strip().toLowerCase(Locale.ROOT));
        if (span && ago.matches()) {
            long number = Long.parseLong(ago.group(1));
            return now.minus(
                    switch (ago.group(2)) {
                        case "h" -> Duration.ofHours(number);
                        case "d" -> Duration.ofDays(number);
                        default -> Duration.ofDays(number * DAYS_A_WEEK);
                    });
        }
        try {
            return text.contains("T")
                    ? Instant.parse(text.strip())
                    : LocalDate.parse(text.strip()).atStartOfDay(ZoneOffset.UTC).toInstant();
        } catch (DateTimeParseException e) {
            throw new OperatorException(
                    Reason.USAGE,
                    "'" + text + "' is no moment",
                    "Write " + (span ? "12h, 14d, 2w, " : "") + "a date such as 2026-12-31, or 2026-12-31T22:00:00Z.",
                    e);
        }
    }
}
