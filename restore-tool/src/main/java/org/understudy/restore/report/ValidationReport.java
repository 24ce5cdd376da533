package org.understudy.restore.report;

import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.understudy.restore.shadow.ReplayTotals;
import org.understudy.restore.validate.Finding;
import org.understudy.restore.validate.Verdict;

/**
 * What validation found in one shadow: {@code totals} is the sum of {@code rows}, {@code totals.graded() =
 * replay.replayed()} and {@code totals.unreadable() = replay.unreadable()}.
 *
 * @param reread messages whose stored bytes were read again and compared with the digest taken in the source
 * @param rereadBytes octets of those
 * @param rereadDifferent how many of them differ; they are among the damaged
 * @param findings how often each check spoke, by its name and strength, for example {@code mime-structure doubt}
 * @param unsound suspect, damaged and unreadable ones, by user and mailbox
 * @param compared messages that were compared with each other
 * @param contaminated messages that may hold another user's mail, whatever their verdict, with the findings that say so;
 *     a merge holds them back
 * @param takenFrom messages by the source that they were taken from, where there were several; they add up to {@code
 *     replay.replayed()}; report.json may lack them
 */
public record ValidationReport(
        String restoreId,
        String source,
        Instant at,
        ReplayTotals replay,
        VerdictCounts totals,
        long reread,
        long rereadBytes,
        long rereadDifferent,
        List<Row> rows,
        Map<String, Long> findings,
        List<Unsound> unsound,
        long compared,
        List<Unsound> contaminated,
        Map<String, Long> takenFrom) {
    /** Of one source, whose messages were all compared, and are all their owners'. */
    public ValidationReport(
            String restoreId,
            String source,
            Instant at,
            ReplayTotals replay,
            VerdictCounts totals,
            long reread,
            long rereadBytes,
            long rereadDifferent,
            List<Row> rows,
            Map<String, Long> findings,
            List<Unsound> unsound) {
        this(
                restoreId,
                source,
                at,
                replay,
                totals,
                reread,
                rereadBytes,
                rereadDifferent,
                rows,
                findings,
                unsound,
                replay.replayed(),
                List.of(),
                Map.of());
    }

    /** @param month {@code 2026-05} by arrival in UTC, or empty for items whose arrival is not known */
    public record Row(String user, String mailbox, String month, VerdictCounts counts) {}

    /**
     * One message, or item, that is not sound.
     *
     * @param uid in the shadow, or 0 for an item that is not there
     * @param path of the item in the source
     * @param verdict null for an unreadable item
     * @param why for an unreadable item; else empty, and the findings say why
     */
    public record Unsound(
            String user,
            String mailbox,
            long uid,
            String path,
            @Nullable Verdict verdict,
            String why,
            List<Finding> findings) {}

    public ValidationReport {
        rows = List.copyOf(rows);
        unsound = List.copyOf(unsound);
        contaminated = List.copyOf(Objects.requireNonNullElse(contaminated, List.of()));
        takenFrom = takenFrom == null ? Map.of() : takenFrom;
        VerdictCounts sum = rows.stream().map(Row::counts).reduce(VerdictCounts.NONE, VerdictCounts::plus);
        if (!sum.equals(totals) || totals.graded() != replay.replayed() || totals.unreadable() != replay.unreadable()) {
            throw new IllegalArgumentException("the report of " + restoreId + " does not add up: rows " + sum
                    + ", totals " + totals + ", replay " + replay);
        }
    }

    /** In a few sentences, what this means for the decision. */
    public String conclusion() {
        return conclusion(totals, contaminated.size(), compared);
    }

    /** The same of a report of which only these figures are at hand. */
    public static String conclusion(VerdictCounts totals, long contaminated, long compared) {
        long sound = totals.proven() + totals.consistent();
        long bad = totals.damaged() + totals.unreadable();
        String share = totals.graded() == 0
                ? "The source holds no messages."
                : String.format(
                        Locale.ROOT,
                        "%,d of %,d messages are sound (%,d proven, %,d consistent)",
                        sound,
                        totals.graded() + totals.unreadable(),
                        totals.proven(),
                        totals.consistent());
        if (totals.graded() == 0) {
            return share;
        }
        String rest = totals.suspect() == 0 && bad == 0
                ? "; nothing speaks against merging them."
                : String.format(
                        Locale.ROOT,
                        "; %,d are suspect and would be held apart, %,d are damaged or unreadable and would not be"
                                + " merged: look for a better copy of those before you merge, or merge the sound"
                                + " ones now and the others later.",
                        totals.suspect(),
                        bad);
        return share + rest + strays(contaminated) + uncompared(totals, compared);
    }

    private static String strays(long contaminated) {
        return contaminated == 0
                ? ""
                : String.format(
                        Locale.ROOT,
                        " %,d may hold another user's mail and would be held back until somebody has looked.",
                        contaminated);
    }

    private static String uncompared(VerdictCounts totals, long compared) {
        return compared >= totals.graded()
                ? ""
                : String.format(
                        Locale.ROOT,
                        " %,d were not compared with the others, for staging's notes of them are missing or damaged:"
                                + " stage the source again to have that.",
                        totals.graded() - compared);
    }
}
