package org.understudy.restore.report;

import org.understudy.restore.validate.Verdict;

/**
 * Messages by verdict.
 *
 * @param unreadable items that should be messages and cannot be read as such
 * @param duplicateOfLive how many of the messages live has already; a relation, counted beside the verdicts
 */
public record VerdictCounts(
        long proven, long consistent, long suspect, long damaged, long unreadable, long duplicateOfLive) {
    public static final VerdictCounts NONE = new VerdictCounts(0, 0, 0, 0, 0, 0);

    static VerdictCounts of(Verdict verdict, boolean live) {
        return new VerdictCounts(
                verdict == Verdict.PROVEN ? 1 : 0,
                verdict == Verdict.CONSISTENT ? 1 : 0,
                verdict == Verdict.SUSPECT ? 1 : 0,
                verdict == Verdict.DAMAGED ? 1 : 0,
                0,
                live ? 1 : 0);
    }

    static VerdictCounts ofUnreadable() {
        return new VerdictCounts(0, 0, 0, 0, 1, 0);
    }

    VerdictCounts plus(VerdictCounts more) {
        return new VerdictCounts(
                proven + more.proven,
                consistent + more.consistent,
                suspect + more.suspect,
                damaged + more.damaged,
                unreadable + more.unreadable,
                duplicateOfLive + more.duplicateOfLive);
    }

    /** How many messages have a verdict. */
    public long graded() {
        return proven + consistent + suspect + damaged;
    }
}
