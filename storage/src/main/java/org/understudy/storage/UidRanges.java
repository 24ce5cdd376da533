package org.understudy.storage;

import java.util.Arrays;
import java.util.NoSuchElementException;

/**
 * UIDs of one mailbox, as ascending ranges; immutable, so that sessions can share one. A range takes 12 bytes whatever
 * its length; a position is found by binary search. UIDs are 1 to 2^32-1, positions count from 1, as message sequence
 * numbers do (RFC 9051 section 2.3.1.2).
 */
public final class UidRanges {
    public static final UidRanges EMPTY = new Builder().build();

    /** Takes ranges in ascending order. */
    public interface RangeVisitor {
        /** Both ends belong to the range. */
        void range(long first, long last);
    }

    /** UIDs as unsigned numbers; ranges neither overlap nor touch. */
    private final int[] firsts;

    private final int[] lasts;
    /** How many UIDs lie before each range. */
    private final int[] before;

    private final int size;

    private UidRanges(int[] firsts, int[] lasts, int[] before, int size) {
        this.firsts = firsts;
        this.lasts = lasts;
        this.before = before;
        this.size = size;
    }

    public static UidRanges of(long... ascending) {
        Builder builder = new Builder();
        for (long uid : ascending) {
            builder.add(uid, uid);
        }
        return builder.build();
    }

    /** All UIDs from {@code first} to {@code last}; none if {@code first} is greater. */
    public static UidRanges range(long first, long last) {
        return first > last ? EMPTY : new Builder().add(first, last).build();
    }

    public int size() {
        return size;
    }

    public boolean isEmpty() {
        return size == 0;
    }

    /** How many ranges there are, which is what the set costs. */
    public int ranges() {
        return firsts.length;
    }

    /** @throws NoSuchElementException if there is none */
    public long first() {
        return first(requireRange(0));
    }

    /** @throws NoSuchElementException if there is none */
    public long last() {
        return last(requireRange(firsts.length - 1));
    }

    private int requireRange(int range) {
        if (firsts.length == 0) {
            throw new NoSuchElementException("the set of UIDs is empty");
        }
        return range;
    }

    private long first(int range) {
        return Integer.toUnsignedLong(firsts[range]);
    }

    private long last(int range) {
        return Integer.toUnsignedLong(lasts[range]);
    }

    public boolean contains(long uid) {
        int range = rangeAt(uid);
        return range >= 0 && uid <= last(range);
    }

    /** The position of a UID, from 1; 0 if it is not in the set. */
    public int positionOf(long uid) {
        int range = rangeAt(uid);
        return range < 0 || uid > last(range) ? 0 : before[range] + (int) (uid - first(range)) + 1;
    }

    /** How many UIDs are at most {@code uid}. */
    public int countTo(long uid) {
        int range = rangeAt(uid);
        return range < 0 ? 0 : before[range] + (int) (Math.min(uid, last(range)) - first(range)) + 1;
    }

    /** The UID at a position from 1 to {@link #size()}. */
    public long at(int position) {
        if (position < 1 || position > size) {
            throw new IndexOutOfBoundsException("position " + position + " of " + size);
        }
        int low = 0;
        int high = before.length - 1;
        while (low < high) {
            int middle = (low + high + 1) >>> 1;
            if (before[middle] < position) {
                low = middle;
            } else {
                high = middle - 1;
            }
        }
        return first(low) + (position - 1 - before[low]);
    }

    /** The last range that begins at or before {@code uid}, or -1. */
    private int rangeAt(long uid) {
        int low = 0;
        int high = firsts.length - 1;
        while (low <= high) {
            int middle = (low + high) >>> 1;
            if (first(middle) <= uid) {
                low = middle + 1;
            } else {
                high = middle - 1;
            }
        }
        return high;
    }

    public void forEachRange(RangeVisitor visitor) {
        for (int i = 0; i < firsts.length; i++) {
            visitor.range(first(i), last(i));
        }
    }

    /** The UIDs of either set. */
    public UidRanges plus(UidRanges other) {
        if (other.isEmpty()) {
            return this;
        }
        if (isEmpty()) {
            return other;
        }
        Builder builder = new Builder(firsts.length + other.firsts.length);
        int i = 0;
        int j = 0;
        while (i < firsts.length || j < other.firsts.length) {
            if (j == other.firsts.length || i < firsts.length && first(i) <= other.first(j)) {
                builder.add(first(i), last(i++));
            } else {
                builder.add(other.first(j), other.last(j++));
            }
        }
        return builder.build();
    }

    /** The UIDs of this set that are not in {@code other}. */
    public UidRanges minus(UidRanges other) {
        if (isEmpty() || other.isEmpty() || other.first() > last() || other.last() < first()) {
            return this;
        }
        Builder builder = new Builder(firsts.length + other.firsts.length);
        int j = 0;
        for (int i = 0; i < firsts.length; i++) {
            long from = first(i);
            long to = last(i);
            while (j < other.firsts.length && other.last(j) < from) {
                j++;
            }
            for (int k = j; k < other.firsts.length && other.first(k) <= to; k++) {
                if (other.first(k) > from) {
                    builder.add(from, other.first(k) - 1);
                }
                from = other.last(k) + 1;
            }
            if (from <= to) {
                builder.add(from, to);
            }
        }
        return builder.build();
    }

    /** The UIDs of both sets. */
    public UidRanges and(UidRanges other) {
        Builder builder = new Builder();
        int i = 0;
        int j = 0;
        while (i < firsts.length && j < other.firsts.length) {
            long from = Math.max(first(i), other.first(j));
            long to = Math.min(last(i), other.last(j));
            if (from <= to) {
                builder.add(from, to);
            }
            if (last(i) < other.last(j)) {
                i++;
            } else {
                j++;
            }
        }
        return builder.build();
    }

    /** The UIDs from {@code first} to {@code last}. */
    public UidRanges within(long first, long last) {
        if (isEmpty() || first <= first() && last >= last()) {
            return this;
        }
        return and(range(first, last));
    }

    /** In ascending order. */
    public long[] toArray() {
        long[] uids = new long[size];
        int n = 0;
        for (int i = 0; i < firsts.length; i++) {
            for (long uid = first(i); uid <= last(i); uid++) {
                uids[n++] = uid;
            }
        }
        return uids;
    }

    @Override
    public boolean equals(Object other) {
        return this == other
                || other instanceof UidRanges set
                        && Arrays.equals(firsts, set.firsts)
                        && Arrays.equals(lasts, set.lasts);
    }

    @Override
    public int hashCode() {
        return 31 * Arrays.hashCode(firsts) + Arrays.hashCode(lasts);
    }

    /** As in a sequence set of RFC 9051: {@code 1:5,9}; empty for none. */
    @Override
    public String toString() {
        StringBuilder text = new StringBuilder();
        forEachRange((first, last) -> {
            text.append(text.isEmpty() ? "" : ",").append(first);
            if (last > first) {
                text.append(':').append(last);
            }
        });
        return text.toString();
    }

    /** Gathers ranges that begin in ascending order; ranges that overlap or touch become one. */
    public static final class Builder {
        private int[] firsts;
        private int[] lasts;
        private int count;

        public Builder() {
            this(4);
        }

        private Builder(int ranges) {
            firsts = new int[ranges];
            lasts = new int[ranges];
        }

        /** @throws IllegalArgumentException if the range is none of UIDs, or begins before the one before */
        public Builder add(long first, long last) {
            if (first < 1 || last > 0xFFFF_FFFFL || first > last) {
                throw new IllegalArgumentException("no range of UIDs: " + first + " to " + last);
            }
            if (count > 0) {
                long lastBefore = Integer.toUnsignedLong(lasts[count - 1]);
                if (first < Integer.toUnsignedLong(firsts[count - 1])) {
                    throw new IllegalArgumentException("UID " + first + " comes too late");
                }
                if (first <= lastBefore + 1) {
                    lasts[count - 1] = (int) Math.max(last, lastBefore);
                    return this;
                }
            }
            if (count == firsts.length) {
                firsts = Arrays.copyOf(firsts, 2 * count);
                lasts = Arrays.copyOf(lasts, 2 * count);
            }
            firsts[count] = (int) first;
            lasts[count++] = (int) last;
            return this;
        }

        public UidRanges build() {
            if (count == 0 && EMPTY != null) {
                return EMPTY;
            }
            int[] before = new int[count];
            int size = 0;
            for (int i = 0; i < count; i++) {
                before[i] = size;
                size += lasts[i] - firsts[i] + 1;
            }
            return new UidRanges(Arrays.copyOf(firsts, count), Arrays.copyOf(lasts, count), before, size);
        }
    }
}
