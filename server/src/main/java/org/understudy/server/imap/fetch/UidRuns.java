package org.understudy.server.imap.fetch;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.StringJoiner;
import org.apache.james.imap.api.message.IdRange;
import org.apache.james.imap.api.message.UidRange;
import org.apache.james.imap.api.process.SelectedMailbox;
import org.apache.james.mailbox.MessageUid;

/**
 * A set of UIDs as runs in ascending order that do not touch.
 *
 * @param runs first and last UID of each, inclusive
 */
record UidRuns(List<long[]> runs) {
    private static final long LARGEST = 0xFFFF_FFFFL;

    UidRuns {
        runs = List.copyOf(runs);
    }

    /** UIDs in any order, equal ones allowed. */
    static UidRuns of(Collection<Long> uids) {
        List<long[]> ranges = new ArrayList<>();
        for (long uid : uids) {
            ranges.add(new long[] {uid, uid});
        }
        return merged(ranges, 0);
    }

    /** UIDs that a command names; {@code *} is the session's last. */
    static UidRuns ofUids(IdRange[] ids, SelectedMailbox selected) {
        return ofUids(ids, selected.getLastUid().map(MessageUid::asLong).orElse(0L));
    }

    /** UIDs that a command names, where {@code *} is without end: what is gone may have been the last. */
    static UidRuns ofUidsPresentOrGone(IdRange[] ids) {
        return ofUids(ids, LARGEST);
    }

    private static UidRuns ofUids(IdRange[] ids, long last) {
        List<long[]> ranges = new ArrayList<>();
        for (IdRange id : ids) {
            long low = id.getLowVal() == Long.MAX_VALUE ? last : id.getLowVal();
            long high = id.getHighVal() == Long.MAX_VALUE ? last : id.getHighVal();
            if (Math.max(low, high) > 0) {
                ranges.add(new long[] {Math.max(1, Math.min(low, high)), Math.min(LARGEST, Math.max(low, high))});
            }
        }
        return merged(ranges, 0);
    }

    /**
     * The UIDs of sequence numbers that a command names.
     *
     * @return null if one of them is none of the session's
     */
    static @org.jspecify.annotations.Nullable UidRuns ofNumbers(IdRange[] ids, SelectedMailbox selected) {
        long count = selected.existsCount();
        List<long[]> ranges = new ArrayList<>();
        for (IdRange id : ids) {
            long low = id.getLowVal() == Long.MAX_VALUE ? count : id.getLowVal();
            long high = id.getHighVal() == Long.MAX_VALUE ? count : id.getHighVal();
            MessageUid first = uid(selected, Math.min(low, high));
            MessageUid last = uid(selected, Math.max(low, high));
            if (first == null || last == null) {
                return null;
            }
            ranges.add(new long[] {first.asLong(), last.asLong()});
        }
        return merged(ranges, 0);
    }

    private static @org.jspecify.annotations.Nullable MessageUid uid(SelectedMailbox selected, long number) {
        return number < 1 || number > Integer.MAX_VALUE
                ? null
                : selected.uid((int) number).orElse(null);
    }

    /** Those of these that are in a list, with others between them where the gap is at most {@code gap}. */
    UidRuns around(Collection<Long> uids, int gap) {
        List<long[]> ranges = new ArrayList<>();
        for (long uid : uids) {
            if (contains(uid)) {
                ranges.add(new long[] {uid, uid});
            }
        }
        List<long[]> cut = new ArrayList<>();
        for (long[] range : merged(ranges, gap).runs) {
            for (long[] run : runs) {
                if (run[0] <= range[1] && run[1] >= range[0]) {
                    cut.add(new long[] {Math.max(run[0], range[0]), Math.min(run[1], range[1])});
                }
            }
        }
        return merged(cut, 0);
    }

    boolean contains(long uid) {
        int low = 0;
        int high = runs.size() - 1;
        while (low <= high) {
            int middle = (low + high) >>> 1;
            long[] run = runs.get(middle);
            if (uid < run[0]) {
                high = middle - 1;
            } else if (uid > run[1]) {
                low = middle + 1;
            } else {
                return true;
            }
        }
        return false;
    }

    private static UidRuns merged(List<long[]> ranges, int gap) {
        List<long[]> sorted = new ArrayList<>(ranges);
        sorted.sort((a, b) -> Long.compare(a[0], b[0]));
        List<long[]> runs = new ArrayList<>();
        for (long[] range : sorted) {
            long[] before = runs.isEmpty() ? null : runs.getLast();
            if (before != null && range[0] <= before[1] + 1 + gap) {
                before[1] = Math.max(before[1], range[1]);
            } else {
                runs.add(range.clone());
            }
        }
        return new UidRuns(runs);
    }

    UidRange[] toRanges() {
        return runs.stream()
                .map(run -> run[0] == run[1]
                        ? new UidRange(MessageUid.of(run[0]))
                        : new UidRange(MessageUid.of(run[0]), MessageUid.of(run[1])))
                .toArray(UidRange[]::new);
    }

    /** As IMAP writes it, for instance {@code 3,7:9}. */
    @Override
    public String toString() {
        StringJoiner text = new StringJoiner(",");
        runs.forEach(run -> text.add(run[0] == run[1] ? Long.toString(run[0]) : run[0] + ":" + run[1]));
        return text.toString();
    }
}
