package org.understudy.restore.report.page;

import java.time.YearMonth;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Items by month, with the months that a chart draws one by one. Mail with a wrong clock would stretch the axis over
 * decades, so the ends of a span of more than ten years are folded into {@code earlier} and {@code later} while they
 * hold no more than one message in a hundred, and those of a span of more than fifty years in any case.
 */
final class Months {
    private static final int WIDE_ENOUGH = 120;
    private static final int WIDEST = 600;
    private static final int TRAILING = 18;

    /** Months without any mail, from first to last, both included. */
    record Hole(YearMonth from, YearMonth to) {
        long months() {
            return distance(from, to) + 1;
        }

        String text() {
            return from.equals(to) ? from.toString() : from + " to " + to;
        }
    }

    private final SortedMap<YearMonth, Tally> drawn;
    private final Tally earlier;
    private final Tally later;
    private final Tally undated;
    private final YearMonth last;

    private Months(SortedMap<YearMonth, Tally> drawn, Tally earlier, Tally later, Tally undated, YearMonth now) {
        this.drawn = drawn;
        this.earlier = earlier;
        this.later = later;
        this.undated = undated;
        YearMonth newest = drawn.isEmpty() ? now : drawn.lastKey();
        long since = distance(newest, now);
        this.last = since > 1 && since <= TRAILING && later.all() == 0 ? now.minusMonths(1) : newest;
    }

    /**
     * @param undated items whose month is not known
     * @param now when the report was made: if the mail ends at most 18 months before, the months since are drawn too, so
     *     that a hole at the end is seen
     */
    static Months of(SortedMap<YearMonth, Tally> byMonth, Tally undated, YearMonth now) {
        TreeMap<YearMonth, Tally> drawn = new TreeMap<>(byMonth);
        drawn.values().removeIf(tally -> tally.all() == 0);
        long all = drawn.values().stream().mapToLong(Tally::all).sum();
        Tally earlier = Tally.NONE;
        Tally later = Tally.NONE;
        while (!drawn.isEmpty() && distance(drawn.firstKey(), drawn.lastKey()) >= WIDE_ENOUGH) {
            long first = drawn.firstEntry().getValue().all();
            long last = drawn.lastEntry().getValue().all();
            boolean few = (earlier.all() + later.all() + Math.min(first, last)) * 100 <= all;
            if (!few && distance(drawn.firstKey(), drawn.lastKey()) < WIDEST) {
                break;
            }
            if (last <= first) {
                later = later.plus(drawn.pollLastEntry().getValue());
            } else {
                earlier = earlier.plus(drawn.pollFirstEntry().getValue());
            }
        }
        return new Months(Collections.unmodifiableSortedMap(drawn), earlier, later, undated, now);
    }

    private static long distance(YearMonth from, YearMonth to) {
        return ChronoUnit.MONTHS.between(from, to);
    }

    /** No month is known of any item. */
    boolean empty() {
        return drawn.isEmpty();
    }

    /** Not to be called on an empty one. */
    YearMonth first() {
        return drawn.firstKey();
    }

    YearMonth last() {
        return last;
    }

    /** How many months lie from first to last, both included. */
    int span() {
        return drawn.isEmpty() ? 0 : Math.toIntExact(distance(first(), last) + 1);
    }

    Tally at(YearMonth month) {
        return drawn.getOrDefault(month, Tally.NONE);
    }

    /** The months that have mail. */
    SortedMap<YearMonth, Tally> drawn() {
        return drawn;
    }

    Tally earlier() {
        return earlier;
    }

    Tally later() {
        return later;
    }

    Tally undated() {
        return undated;
    }

    /** The highest bar. */
    long highest() {
        long bars = drawn.values().stream().mapToLong(Tally::all).max().orElse(0);
        return Math.max(Math.max(bars, undated.all()), Math.max(earlier.all(), later.all()));
    }

    /** Runs of months without mail within the months drawn, in order. */
    List<Hole> holes() {
        List<Hole> holes = new ArrayList<>();
        YearMonth expected = null;
        for (YearMonth month : drawn.keySet()) {
            if (expected != null && expected.isBefore(month)) {
                holes.add(new Hole(expected, month.minusMonths(1)));
            }
            expected = month.plusMonths(1);
        }
        if (expected != null && !expected.isAfter(last)) {
            holes.add(new Hole(expected, last));
        }
        return List.copyOf(holes);
    }

    /** The {@code most} longest holes, in order. */
    List<Hole> longestHoles(int most) {
        return holes().stream()
                .sorted(Comparator.comparingLong(Hole::months).reversed())
                .limit(most)
                .sorted(Comparator.comparing(Hole::from))
                .toList();
    }
}
