package org.understudy.restore.cli;

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

/** Dates to come, as operators write them: {@code 12h}, {@code 7d}, {@code 2w}, or {@code 2026-12-31}, its end in UTC. */
public final class Until {
    public static final String FORM = "12h, 7d, 2w, or a date such as 2026-12-31";

    private static final Pattern SPAN = Pattern.compile("([1-9][0-9]{0,4})\\s*([hdw])");
    private static final int DAYS_A_WEEK = 7;

    private Until() {}

    /** @throws OperatorException {@link Reason#USAGE} if it is none of the forms, or is over already */
    public static Instant parse(String text, Instant now) {
        Matcher span = SPAN.matcher(text.strip().toLowerCase(Locale.ROOT));
        Instant until;
        if (span.matches()) {
            long number = Long.parseLong(span.group(1));
            until = now.plus(
                    switch (span.group(2)) {
                        case "h" -> Duration.ofHours(number);
                        case "d" -> Duration.ofDays(number);
                        default -> Duration.ofDays(number * DAYS_A_WEEK);
                    });
        } else {
            until = endOf(text);
        }
        if (!until.isAfter(now)) {
            throw wrong(text, "is over already");
        }
        return until;
    }

    private static Instant endOf(String text) {
        try {
            return LocalDate.parse(text.strip())
                    .plusDays(1)
                    .atStartOfDay(ZoneOffset.UTC)
                    .toInstant();
        } catch (DateTimeParseException e) {
            throw wrong(text, "is no time to come");
        }
    }

    private static OperatorException wrong(String text, String why) {
        return new OperatorException(Reason.USAGE, "'" + text + "' " + why, "Write " + FORM + ".");
    }
}
