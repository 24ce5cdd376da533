package org.understudy.server.schedule;

import java.time.DayOfWeek;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalTime;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.time.temporal.TemporalAdjusters;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * When a job runs. Times of day are those of the wall clock: one that a change to daylight saving time leaves out is moved
 * on by the change, and one that occurs twice counts the first time only; so there is one run a day whatever happens.
 */
public sealed interface Timing {
    /** What {@link #parse} takes, for people. */
    String FORMS = "\"never\", \"every 6 h\", \"daily 02:30\" or \"weekly sunday 04:00\"";

    /** The first time after {@code after}; empty for never. */
    Optional<Instant> next(Instant after, ZoneId zone);

    /** The text that {@link #parse} reads. */
    String text();

    /** Not at all. */
    record Never() implements Timing {
        @Override
        public Optional<Instant> next(Instant after, ZoneId zone) {
            return Optional.empty();
        }

        @Override
        public String text() {
            return "never";
        }
    }

    /** @param period a minute at least */
    record Every(Duration period) implements Timing {
        public Every {
            if (period.compareTo(Duration.ofMinutes(1)) < 0) {
                throw new IllegalArgumentException("a job runs once a minute at most, not every " + period);
            }
        }

        @Override
        public Optional<Instant> next(Instant after, ZoneId zone) {
            return Optional.of(after.plus(period));
        }

        @Override
        public String text() {
            long minutes = period.toMinutes();
            return minutes % (24 * 60) == 0
                    ? "every " + period.toDays() + " d"
                    : minutes % 60 == 0 ? "every " + period.toHours() + " h" : "every " + minutes + " min";
        }
    }

    /** Each day. */
    record Daily(LocalTime time) implements Timing {
        @Override
        public Optional<Instant> next(Instant after, ZoneId zone) {
            LocalDate day = after.atZone(zone).toLocalDate();
            return Optional.of(firstAfter(after, at(day, time, zone), at(day.plusDays(1), time, zone)));
        }

        @Override
        public String text() {
            return "daily " + time;
        }
    }

    /** Each week. */
    record Weekly(DayOfWeek day, LocalTime time) implements Timing {
        @Override
        public Optional<Instant> next(Instant after, ZoneId zone) {
            LocalDate first = after.atZone(zone).toLocalDate().with(TemporalAdjusters.nextOrSame(day));
            return Optional.of(firstAfter(after, at(first, time, zone), at(first.plusWeeks(1), time, zone)));
        }

        @Override
        public String text() {
            return "weekly " + day.name().toLowerCase(Locale.ROOT) + " " + time;
        }
    }

    private static Instant firstAfter(Instant after, Instant one, Instant other) {
        return one.isAfter(after) ? one : other;
    }

    private static Instant at(LocalDate day, LocalTime time, ZoneId zone) {
        return ZonedDateTime.of(day, time, zone).withEarlierOffsetAtOverlap().toInstant();
    }

    /** Empty if the text has none of {@link #FORMS}. */
    static Optional<Timing> parse(String text) {
        String lower = text.strip().toLowerCase(Locale.ROOT).replaceAll("\\s+", " ");
        if (lower.equals("never")) {
            return Optional.of(new Never());
        }
        Matcher every = Forms.EVERY.matcher(lower);
        if (every.matches()) {
            Duration unit = every.group(2).startsWith("d")
                    ? Duration.ofDays(1)
                    : every.group(2).startsWith("h") ? Duration.ofHours(1) : Duration.ofMinutes(1);
            long count = Long.parseLong(every.group(1));
            return count == 0 ? Optional.empty() : Optional.of(new Every(unit.multipliedBy(count)));
        }
        Matcher daily = Forms.DAILY.matcher(lower);
        if (daily.matches()) {
            return Optional.of(new Daily(LocalTime.parse(daily.group(1))));
        }
        Matcher weekly = Forms.WEEKLY.matcher(lower);
        if (weekly.matches()) {
            for (DayOfWeek day : DayOfWeek.values()) {
                if (day.name().toLowerCase(Locale.ROOT).startsWith(weekly.group(1))) {
                    return Optional.of(new Weekly(day, LocalTime.parse(weekly.group(2))));
                }
            }
        }
        return Optional.empty();
    }

    /** How texts look. */
    final class Forms {
        private static final String TIME = "((?:[01]\\d|2[0-3]):[0-5]\\d)";
        private static final Pattern EVERY = Pattern.compile("every (\\d{1,4}) ?(min|minutes?|h|hours?|d|days?)");
        private static final Pattern DAILY = Pattern.compile("daily " + TIME);
        private static final Pattern WEEKLY = Pattern.compile("weekly ([a-z]{2,9}) " + TIME);

        private Forms() {}
    }
}
