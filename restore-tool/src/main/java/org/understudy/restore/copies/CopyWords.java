package org.understudy.restore.copies;

import java.util.List;
import java.util.Locale;

/** Totals of a comparison in words, the same for terminal and page. */
public final class CopyWords {
    private CopyWords() {}

    /** A count and what it counts. */
    public record Line(String name, long count, String meaning) {}

    /** The bins of the comparison; the first four add up to the fifth. */
    public static List<Line> bins(CopyTotals totals) {
        return List.of(
                new Line("equal", totals.equal(), "the other sources have the same bytes"),
                new Line("differing", totals.differing(), "another source has other bytes"),
                new Line("unreadable", totals.unreadable(), "unreadable here, and another source has them"),
                new Line("only here", totals.onlyHere(), "no other source has them"),
                new Line("here", totals.here(), "all of this source that are or should be messages"),
                new Line("only there", totals.onlyThere(), "this source has them not"),
                new Line("recovered", totals.recovered(), "not sound or not there here, and sound in another source"));
    }

    /** What it means for the decision, in one sentence. */
    public static String conclusion(CopyTotals totals) {
        long sound = totals.best().proven() + totals.best().consistent();
        long all = totals.best().messages() + totals.best().unreadable();
        String cut = totals.sources().stream().allMatch(CopyTotals.Other::complete)
                ? ""
                : " Not all sources were read to their ends.";
        return String.format(
                        Locale.ROOT,
                        "With the best copy of each, %,d of %,d messages %s sound; %,d of them %s from another source.",
                        sound,
                        all,
                        sound == 1 ? "is" : "are",
                        totals.recovered(),
                        totals.recovered() == 1 ? "comes" : "come")
                + cut;
    }

    /** What one of the others holds. */
    public static String words(CopyTotals.Other other) {
        return String.format(
                Locale.ROOT,
                "%,d messages and %,d unreadable = %,d held by a source before it + %,d only there + %,d unreadable and"
                        + " only there; best copy of %,d",
                other.messages(),
                other.unreadable(),
                other.held(),
                other.onlyThere(),
                other.unreadableOnlyThere(),
                other.taken());
    }
}
