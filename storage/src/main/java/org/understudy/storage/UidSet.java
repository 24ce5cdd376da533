package org.understudy.storage;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * UIDs by inclusive ranges, ascending, disjoint and not adjacent.
 *
 * @param ranges none for the empty set
 */
public record UidSet(List<Range> ranges) {
    /** The highest UID (RFC 9051 section 2.3.1.1). */
    public static final long MAX_UID = 0xFFFF_FFFFL;

    /** Every UID there can be. */
    public static final UidSet ALL = new UidSet(List.of(new Range(1, MAX_UID)));

    /** {@code from} to {@code to}, both inclusive, 1 to 2^32-1. */
    public record Range(long from, long to) {
        public Range {
            if (from < 1 || from > to || to > MAX_UID) {
                throw new IllegalArgumentException("no range of UIDs: " + from + ":" + to);
            }
        }
    }

    public UidSet {
        List<Range> sorted = new ArrayList<>(ranges);
        sorted.sort(Comparator.comparingLong(Range::from));
        List<Range> merged = new ArrayList<>(sorted.size());
        for (Range range : sorted) {
            Range last = merged.isEmpty() ? null : merged.getLast();
            if (last != null && range.from() <= last.to() + 1) {
                merged.set(merged.size() - 1, new Range(last.from(), Math.max(last.to(), range.to())));
            } else {
                merged.add(range);
            }
        }
        ranges = List.copyOf(merged);
    }

    public static UidSet of(List<Long> uids) {
        return new UidSet(uids.stream().map(uid -> new Range(uid, uid)).toList());
    }

    /** Gathers UIDs that come in ascending order. */
    static final class Ascending {
        private final List<Range> ranges = new ArrayList<>();
        private long from;
        private long to;

        void add(long uid) {
            if (to != 0 && uid == to + 1) {
                to = uid;
                return;
            }
            end();
            from = uid;
            to = uid;
        }

        private void end() {
            if (to != 0) {
                ranges.add(new Range(from, to));
            }
        }

        /** All that came; nothing is to be added any more. */
        UidSet set() {
            end();
            return new UidSet(ranges);
        }
    }

    /** The UIDs of the set from {@code first} to {@code last}. */
    UidSet within(long first, long last) {
        return new UidSet(ranges.stream()
                .filter(range -> range.to() >= first && range.from() <= last)
                .map(range -> new Range(Math.max(first, range.from()), Math.min(last, range.to())))
                .toList());
    }

    public boolean isEmpty() {
        return ranges.isEmpty();
    }

    /** The lowest; of a set that is not empty. */
    public long first() {
        return ranges.getFirst().from();
    }

    /** The highest; of a set that is not empty. */
    public long last() {
        return ranges.getLast().to();
    }

    /** Whether the set has a UID, asked in any order. */
    public boolean contains(long uid) {
        int low = 0;
        int high = ranges.size() - 1;
        while (low <= high) {
            int middle = (low + high) >>> 1;
            Range range = ranges.get(middle);
            if (uid < range.from()) {
                high = middle - 1;
            } else if (uid > range.to()) {
                low = middle + 1;
            } else {
                return true;
            }
        }
        return false;
    }

    /** Tells of UIDs that are asked for in ascending order whether they are in the set. */
    Membership membership() {
        return new Membership();
    }

    /** A walk through the set. */
    final class Membership {
        private int at;

        boolean has(long uid) {
            while (at < ranges.size() && ranges.get(at).to() < uid) {
                at++;
            }
            return at < ranges.size() && ranges.get(at).from() <= uid;
        }
    }
}
