package org.understudy.restore.retention;

import java.time.Instant;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.time.temporal.IsoFields;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;

/**
 * How many snapshots are kept. A rule for a period keeps the newest snapshot of each of the last so many hours, days, ISO
 * weeks, months or years (UTC) of which there is one; periods without a snapshot do not count. 0 switches a rule off. A
 * snapshot is kept if one rule wants it.
 *
 * @param last the newest ones, however close together
 */
public record RetentionRules(int last, int hourly, int daily, int weekly, int monthly, int yearly) {
    /** Nothing is ever pruned. */
    public static final RetentionRules KEEP_ALL = new RetentionRules(0, 0, 0, 0, 0, 0);

    private static final DateTimeFormatter HOUR = format("uuuu-MM-dd HH'h'");
    private static final DateTimeFormatter DAY = format("uuuu-MM-dd");
    private static final DateTimeFormatter MONTH = format("uuuu-MM");
    private static final DateTimeFormatter YEAR = format("uuuu");

    public RetentionRules {
        if (last < 0 || hourly < 0 || daily < 0 || weekly < 0 || monthly < 0 || yearly < 0) {
            throw new IllegalArgumentException("a negative number of snapshots");
        }
    }

    /**
     * @param created when it was taken
     * @param sound false where it is known to be damaged
     */
    public record Candidate(String id, Instant created, boolean sound) {}

    /** Whether there is no rule, so that everything is kept. */
    public boolean keepsAll() {
        return last + (long) hourly + daily + weekly + monthly + yearly == 0;
    }

    /** For people, for example {@code last 3, daily 7, monthly 12}. */
    public String text() {
        List<String> parts = new ArrayList<>();
        add(parts, "last", last);
        add(parts, "hourly", hourly);
        add(parts, "daily", daily);
        add(parts, "weekly", weekly);
        add(parts, "monthly", monthly);
        add(parts, "yearly", yearly);
        return parts.isEmpty() ? "keep all" : String.join(", ", parts);
    }

    private static void add(List<String> parts, String name, int count) {
        if (count > 0) {
            parts.add(name + " " + count);
        }
    }

    /**
     * Chooses those that are kept.
     *
     * @return by id the rules that want it, newest first; what is not in it may be pruned
     */
    public Map<String, List<String>> keep(List<Candidate> snapshots) {
        List<Candidate> newestFirst = new ArrayList<>(snapshots);
        newestFirst.sort(Comparator.comparing(Candidate::created)
                .thenComparing(Candidate::id)
                .reversed());
        Map<String, List<String>> kept = new LinkedHashMap<>();
        if (newestFirst.isEmpty()) {
            return kept;
        }
        if (keepsAll()) {
            newestFirst.forEach(one -> because(kept, one, "no rule"));
            return kept;
        }
        because(kept, newestFirst.getFirst(), "newest");
        newestFirst.stream()
                .filter(Candidate::sound)
                .findFirst()
                .ifPresent(one -> because(kept, one, "newest that is sound"));
        newestFirst.stream().limit(last).forEach(one -> because(kept, one, "last " + last));
        periods(kept, newestFirst, hourly, "hourly", HOUR::format);
        periods(kept, newestFirst, daily, "daily", DAY::format);
        periods(kept, newestFirst, weekly, "weekly", RetentionRules::week);
        periods(kept, newestFirst, monthly, "monthly", MONTH::format);
        periods(kept, newestFirst, yearly, "yearly", YEAR::format);
        return kept;
    }

    private static void periods(
            Map<String, List<String>> kept,
            List<Candidate> newestFirst,
            int count,
            String rule,
            Function<Instant, String> period) {
        Set<String> withSound = new HashSet<>();
        newestFirst.stream().filter(Candidate::sound).forEach(one -> withSound.add(period.apply(one.created())));
        Set<String> seen = new HashSet<>();
        for (Candidate one : newestFirst) {
            String name = period.apply(one.created());
            if (seen.size() < count && (one.sound() || !withSound.contains(name)) && seen.add(name)) {
                because(kept, one, rule + " " + name);
            }
        }
    }

    private static String week(Instant at) {
        ZonedDateTime day = at.atZone(ZoneOffset.UTC);
        return String.format(
                Locale.ROOT,
                "%04d-W%02d",
                day.get(IsoFields.WEEK_BASED_YEAR),
                day.get(IsoFields.WEEK_OF_WEEK_BASED_YEAR));
    }

    private static void because(Map<String, List<String>> kept, Candidate one, String rule) {
        kept.computeIfAbsent(one.id(), id -> new ArrayList<>()).add(rule);
    }

    private static DateTimeFormatter format(String pattern) {
        return DateTimeFormatter.ofPattern(pattern, Locale.ROOT).withZone(ZoneOffset.UTC);
    }
}
