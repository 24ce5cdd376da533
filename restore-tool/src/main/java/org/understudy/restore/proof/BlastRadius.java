package org.understudy.restore.proof;

import java.util.List;

/**
 * What the live store's log says of one merge or undo.
 *
 * @param from first sequence number that was looked at
 * @param to the last
 * @param effects in that range, of all authors
 * @param rows in those
 * @param authors who they were of
 * @param explained rows of this restore that its plan explains
 * @param planned keys that it had to write
 * @param written how many of those it wrote
 * @param strayCount rows that nobody should have written; {@code strays} has the first ones
 * @param missingCount what should have been done and was not; {@code missing} has the first ones
 * @param touchedCount messages of this restore that others have changed since; {@code touched} has the first ones
 * @param gaps parts of the log that are missing
 */
public record BlastRadius(
        ProofVerdict verdict,
        long from,
        long to,
        long effects,
        long rows,
        List<AuthorCount> authors,
        long explained,
        long planned,
        long written,
        long strayCount,
        List<Stray> strays,
        long missingCount,
        List<String> missing,
        long touchedCount,
        List<String> touched,
        List<Gap> gaps) {
    /** Lists have no more entries. */
    static final int LISTED = 1_000;

    /** @param author a class of authors: this restore, other restores, sessions, system, unknown */
    public record AuthorCount(String author, long effects, long rows) {}

    /**
     * A row that no rule explains.
     *
     * @param key in words
     * @param hex its bytes in hexadecimal
     * @param author tag in the log, or empty
     * @param operation put, deleted, range-deleted or foreign
     */
    public record Stray(
            long sequence, String family, String key, String hex, String operation, String author, String why) {}

    /**
     * Sequence numbers, both inclusive, of which the log says nothing.
     *
     * @param explained why that is in order, or empty
     */
    public record Gap(long from, long to, String explained) {}

    public BlastRadius {
        authors = List.copyOf(authors);
        strays = List.copyOf(strays);
        missing = List.copyOf(missing);
        touched = List.copyOf(touched);
        gaps = List.copyOf(gaps);
        if (effects != authors.stream().mapToLong(AuthorCount::effects).sum()
                || rows != authors.stream().mapToLong(AuthorCount::rows).sum()) {
            throw new IllegalArgumentException(
                    "the authors do not add up to " + effects + " effects, " + rows + " rows");
        }
    }
}
