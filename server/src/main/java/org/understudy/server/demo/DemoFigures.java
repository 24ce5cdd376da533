package org.understudy.server.demo;

import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import org.understudy.restore.merge.StoreFigures;
import org.understudy.restore.merge.UndoReport;
import org.understudy.restore.plan.PlanTotals;
import org.understudy.restore.report.VerdictCounts;
import org.understudy.restore.shadow.ReplayTotals;

/** What each act of the demo came to; {@code demo --json} prints it. */
record DemoFigures(
        Delivered delivered,
        List<Snapshot> snapshots,
        Lost lost,
        Rotten rotten,
        Staged staged,
        Preview preview,
        Merged merged,
        Undone undone,
        Merged mergedAgain,
        String restoreId,
        String reportPage,
        long millis) {
    record Delivered(long users, long messages, long bytes, long millis) {}

    record Snapshot(String id, long messages, long files, long bytesCopied, long bytesReused, long millis) {}

    /**
     * @param months messages of each loser that are gone, by user and month
     * @param headline what {@code loss} says of it
     */
    record Lost(
            List<String> users, long messages, SortedMap<String, SortedMap<String, Long>> months, String headline) {}

    /** @param messages whose bytes the rot has made unreadable, in all users' mail; {@code named} lists them */
    record Rotten(String object, int bits, long messages, List<String> named) {}

    record Staged(ReplayTotals bins, VerdictCounts verdicts, String conclusion, List<String> unsound, long millis) {}

    record Preview(String planHash, PlanTotals totals) {}

    /**
     * @param seenOverImaps messages that a mail program counts after the merge, by user
     * @param proven whether the store's log shows that nothing but the plan was written
     * @param proofEqual how many merged messages were read back from live and have the planned digest
     */
    record Merged(
            long planned,
            long added,
            long proofEqual,
            long proofDifferent,
            StoreFigures.Untouched untouched,
            boolean proven,
            Map<String, Long> seenOverImaps,
            long millis) {}

    record Undone(UndoReport report, Map<String, Long> seenOverImaps, long millis) {}
}
