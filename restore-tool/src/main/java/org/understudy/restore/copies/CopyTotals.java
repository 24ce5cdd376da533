package org.understudy.restore.copies;

import java.util.List;
import org.understudy.restore.inspect.Counts;

/**
 * What a comparison of sources found. {@code here = equal + differing + unreadable + onlyHere}, the sum of the sources'
 * {@code onlyThere} is {@code onlyThere}, and {@code best} counts {@code here + onlyThere}.
 *
 * @param here messages of the main source, and items of it that should be messages and cannot be read
 * @param equal messages of which all other copies are equal, or the same but for lines that mail systems add
 * @param differing messages of which another copy differs
 * @param unreadable items that cannot be read, and that another source has
 * @param onlyHere what no other source has
 * @param onlyThere messages that the main source has not; one that several others have counts for the first of them
 * @param betterThere how many of {@code here} have their best copy in another source
 * @param recovered messages that are missing, unreadable, suspect or damaged in the main source and sound in another
 * @param best all messages by the verdict of their best copy
 * @param sources the others in their order
 */
public record CopyTotals(
        long here,
        long equal,
        long differing,
        long unreadable,
        long onlyHere,
        long onlyThere,
        long betterThere,
        long recovered,
        Counts best,
        List<Other> sources) {
    /**
     * One other source: {@code messages + unreadable = held + onlyThere + unreadableOnlyThere}.
     *
     * @param name as the operator gave it
     * @param complete whether it was read to its end
     * @param held messages and unreadable items of it that a source before it holds too
     * @param onlyThere messages that none before it holds
     * @param unreadableOnlyThere unreadable items that match nothing in a source before it
     * @param taken how many best copies lie in it
     */
    public record Other(
            String name,
            String kind,
            boolean complete,
            long messages,
            long unreadable,
            long held,
            long onlyThere,
            long unreadableOnlyThere,
            long taken) {}

    public CopyTotals {
        sources = List.copyOf(sources);
        long there = sources.stream().mapToLong(Other::onlyThere).sum();
        if (here != equal + differing + unreadable + onlyHere
                || onlyThere != there
                || best.messages() + best.unreadable() != here + onlyThere) {
            throw new IllegalStateException("the comparison does not add up: here %d, equal %d, differing %d,"
                            .formatted(here, equal, differing)
                    + " unreadable %d, only here %d, only there %d of %d, best %s"
                            .formatted(unreadable, onlyHere, onlyThere, there, best));
        }
    }
}
