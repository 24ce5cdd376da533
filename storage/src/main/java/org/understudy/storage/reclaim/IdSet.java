package org.understudy.storage.reclaim;

import java.util.Map;
import java.util.TreeMap;
import java.util.function.LongPredicate;

/** A set of ids that lie close together: a bit each, in pages of 65,536 ids. Not thread-safe. */
final class IdSet {
    private static final int PAGE_BITS = 16;
    private static final int WORDS = 1 << (PAGE_BITS - 6);

    private final TreeMap<Long, long[]> pages = new TreeMap<>();
    private long size;

    boolean add(long id) {
        long[] page = pages.computeIfAbsent(id >>> PAGE_BITS, number -> new long[WORDS]);
        boolean added = (page[word(id)] & bit(id)) == 0;
        page[word(id)] |= bit(id);
        size += added ? 1 : 0;
        return added;
    }

    boolean remove(long id) {
        long[] page = pages.get(id >>> PAGE_BITS);
        if (page == null || (page[word(id)] & bit(id)) == 0) {
            return false;
        }
        page[word(id)] &= ~bit(id);
        size--;
        return true;
    }

    boolean has(long id) {
        long[] page = pages.get(id >>> PAGE_BITS);
        return page != null && (page[word(id)] & bit(id)) != 0;
    }

    long size() {
        return size;
    }

    /** Gives the ids in ascending order until {@code visitor} answers false. */
    void each(LongPredicate visitor) {
        for (Map.Entry<Long, long[]> page : pages.entrySet()) {
            for (int word = 0; word < WORDS; word++) {
                long bits = page.getValue()[word];
                while (bits != 0) {
                    if (!visitor.test((page.getKey() << PAGE_BITS) + word * 64L + Long.numberOfTrailingZeros(bits))) {
                        return;
                    }
                    bits &= bits - 1;
                }
            }
        }
    }

    private static int word(long id) {
        return (int) (id >>> 6) & (WORDS - 1);
    }

    private static long bit(long id) {
        return 1L << (id & 63);
    }
}
