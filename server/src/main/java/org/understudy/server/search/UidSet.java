package org.understudy.server.search;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;

/** Ranges of UIDs, ends included; kept ascending and without overlap. */
public final class UidSet {
    public static final UidSet EMPTY = new UidSet(new long[0], new long[0]);

    private final long[] first;
    private final long[] last;

    private UidSet(long[] first, long[] last) {
        this.first = first;
        this.last = last;
    }

    /** @param ranges pairs of first and last, in any order, also within a pair */
    public static UidSet of(List<long[]> ranges) {
        List<long[]> sorted = new ArrayList<>();
        for (long[] range : ranges) {
            sorted.add(new long[] {Math.min(range[0], range[1]), Math.max(range[0], range[1])});
        }
        sorted.sort(Comparator.comparingLong(range -> range[0]));
        long[] first = new long[sorted.size()];
        long[] last = new long[sorted.size()];
        int size = 0;
        for (long[] range : sorted) {
            if (size > 0 && range[0] <= last[size - 1] + 1) {
                last[size - 1] = Math.max(last[size - 1], range[1]);
            } else {
                first[size] = range[0];
                last[size++] = range[1];
            }
        }
        return new UidSet(Arrays.copyOf(first, size), Arrays.copyOf(last, size));
    }

    public boolean contains(long uid) {
        int at = Arrays.binarySearch(first, uid);
        return at >= 0 || (at < -1 && uid <= last[-at - 2]);
    }
}
