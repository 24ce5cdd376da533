package org.understudy.restore.repository;

import java.util.Arrays;
import java.util.function.LongConsumer;

/**
 * A set of UIDs, ascending, as ranges. Its text is the {@code sequence-set} of RFC 9051 section 9 without {@code *}, for
 * example {@code 1:40,42,44:99}; empty for the empty set. Immutable.
 */
public final class UidSet {
    private static final long MAX_UID = 0xFFFF_FFFFL;
    private static final UidSet EMPTY = new Builder().build();

    private final long[] from;
    private final long[] to;
    /** How many UIDs lie in the ranges before each range. */
    private final long[] before;

    private final long size;

    private UidSet(long[] from, long[] to) {
        this.from = from;
        this.to = to;
        this.before = new long[from.length];
        long count = 0;
        for (int i = 0; i < from.length; i++) {
            before[i] = count;
            count += to[i] - from[i] + 1;
        }
        this.size = count;
    }

    public static UidSet empty() {
        return EMPTY;
    }

    /** @throws IllegalArgumentException if {@code text} is not ascending ranges of UIDs */
    public static UidSet parse(String text) {
        Builder builder = new Builder();
        if (!text.isEmpty()) {
            for (String part : text.split(",", -1)) {
                int colon = part.indexOf(':');
                long first = Long.parseLong(colon < 0 ? part : part.substring(0, colon));
                long last = colon < 0 ? first : Long.parseLong(part.substring(colon + 1));
                builder.addRange(first, last);
            }
        }
        return builder.build();
    }

    public long size() {
        return size;
    }

    public boolean isEmpty() {
        return size == 0;
    }

    public boolean contains(long uid) {
        int i = Arrays.binarySearch(from, uid);
        int range = i >= 0 ? i : -i - 2;
        return range >= 0 && uid <= to[range];
    }

    /** How many UIDs of the set are smaller, or -1 if {@code uid} is not in it. */
    public long indexOf(long uid) {
        int i = Arrays.binarySearch(from, uid);
        int range = i >= 0 ? i : -i - 2;
        return range >= 0 && uid <= to[range] ? before[range] + (uid - from[range]) : -1;
    }

    /** Ascending. */
    public void forEach(LongConsumer out) {
        for (int i = 0; i < from.length; i++) {
            for (long uid = from[i]; uid <= to[i]; uid++) {
                out.accept(uid);
            }
        }
    }

    /** What is in this set, in the other, or in both. */
    public UidSet union(UidSet other) {
        Builder builder = new Builder();
        int i = 0;
        int j = 0;
        long first = 0;
        long last = -1;
        while (i < from.length || j < other.from.length) {
            boolean mine = j == other.from.length || i < from.length && from[i] <= other.from[j];
            long a = mine ? from[i] : other.from[j];
            long b = mine ? to[i++] : other.to[j++];
            if (last >= first && a <= last + 1) {
                last = Math.max(last, b);
            } else {
                if (last >= first) {
                    builder.addRange(first, last);
                }
                first = a;
                last = b;
            }
        }
        return last >= first ? builder.addRange(first, last).build() : builder.build();
    }

    /** What is in this set and not in the other. */
    public UidSet minus(UidSet other) {
        Builder builder = new Builder();
        int j = 0;
        for (int i = 0; i < from.length; i++) {
            long at = from[i];
            while (j < other.from.length && other.to[j] < at) {
                j++;
            }
            for (int k = j; k < other.from.length && other.from[k] <= to[i]; k++) {
                if (other.from[k] > at) {
                    builder.addRange(at, other.from[k] - 1);
                }
                at = other.to[k] + 1;
            }
            if (at <= to[i]) {
                builder.addRange(at, to[i]);
            }
        }
        return builder.build();
    }

    /** What is in both sets. */
    public UidSet and(UidSet other) {
        return minus(minus(other));
    }

    /** Up to {@code count} UIDs from the {@code start}-th on, counted from 0. */
    public long[] slice(long start, int count) {
        long end = Math.min(size, start + count);
        if (start < 0 || start >= end) {
            return new long[0];
        }
        long[] uids = new long[(int) (end - start)];
        int i = Arrays.binarySearch(before, start);
        int range = i >= 0 ? i : -i - 2;
        long uid = from[range] + (start - before[range]);
        for (int n = 0; n < uids.length; n++) {
            if (uid > to[range]) {
                uid = from[++range];
            }
            uids[n] = uid++;
        }
        return uids;
    }

    @Override
    public String toString() {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < from.length; i++) {
            if (i > 0) {
                text.append(',');
            }
            text.append(from[i]);
            if (to[i] > from[i]) {
                text.append(':').append(to[i]);
            }
        }
        return text.toString();
    }

    @Override
    public boolean equals(Object o) {
        return o instanceof UidSet other && Arrays.equals(from, other.from) && Arrays.equals(to, other.to);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(from) * 31 + Arrays.hashCode(to);
    }

    /** Takes UIDs in ascending order. */
    public static final class Builder {
        private long[] from = new long[4];
        private long[] to = new long[4];
        private int ranges;

        /** @throws IllegalArgumentException if {@code uid} is not greater than all before it, or is no UID */
        public Builder add(long uid) {
            return addRange(uid, uid);
        }

        public Builder addRange(long first, long last) {
            long previous = ranges == 0 ? 0 : to[ranges - 1];
            if (first <= previous || last < first || last > MAX_UID) {
                throw new IllegalArgumentException(
                        "UIDs must ascend from 1 to " + MAX_UID + ", got " + first + ":" + last + " after " + previous);
            }
            if (ranges > 0 && first == previous + 1) {
                to[ranges - 1] = last;
                return this;
            }
            if (ranges == from.length) {
                from = Arrays.copyOf(from, ranges * 2);
                to = Arrays.copyOf(to, ranges * 2);
            }
            from[ranges] = first;
            to[ranges++] = last;
            return this;
        }

        public boolean isEmpty() {
            return ranges == 0;
        }

        public UidSet build() {
            return new UidSet(Arrays.copyOf(from, ranges), Arrays.copyOf(to, ranges));
        }
    }
}
