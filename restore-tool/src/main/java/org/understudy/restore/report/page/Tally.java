package org.understudy.restore.report.page;

import org.understudy.restore.inspect.Counts;
import org.understudy.restore.report.VerdictCounts;

/** Items by grade. */
record Tally(long proven, long consistent, long suspect, long damaged, long unreadable) {
    static final Tally NONE = new Tally(0, 0, 0, 0, 0);

    static Tally of(VerdictCounts counts) {
        return new Tally(counts.proven(), counts.consistent(), counts.suspect(), counts.damaged(), counts.unreadable());
    }

    static Tally of(Counts counts) {
        return new Tally(counts.proven(), counts.consistent(), counts.suspect(), counts.damaged(), counts.unreadable());
    }

    long of(Grade grade) {
        return switch (grade) {
            case PROVEN -> proven;
            case CONSISTENT -> consistent;
            case SUSPECT -> suspect;
            case DAMAGED -> damaged;
            case UNREADABLE -> unreadable;
        };
    }

    Tally plus(Tally more) {
        return new Tally(
                proven + more.proven,
                consistent + more.consistent,
                suspect + more.suspect,
                damaged + more.damaged,
                unreadable + more.unreadable);
    }

    Tally minus(Tally less) {
        return new Tally(
                proven - less.proven,
                consistent - less.consistent,
                suspect - less.suspect,
                damaged - less.damaged,
                unreadable - less.unreadable);
    }

    long messages() {
        return proven + consistent + suspect + damaged;
    }

    long unsound() {
        return suspect + damaged + unreadable;
    }

    long all() {
        return messages() + unreadable;
    }
}
