package org.understudy.restore.copies;

import java.util.Arrays;
import java.util.function.IntConsumer;

/**
 * Which entries have a key: one word of 64 bits each, the upper {@value #HASH_BITS} bits of the key's hash and the entry's
 * number, sorted. Entries found may have another key of the same hash: compare them.
 */
final class KeyTable {
    private static final int HASH_BITS = 36;
    private static final int ENTRY_BITS = Long.SIZE - HASH_BITS;
    /** How many entries can be numbered. */
    static final long ENTRIES = 1L << ENTRY_BITS;

    private long[] words = new long[1 << 10];
    private int size;
    private boolean sorted;

    void add(long hash, int entry) {
        if (size == words.length) {
            words = Arrays.copyOf(words, size + (size >> 1));
        }
        words[size++] = (hash >>> ENTRY_BITS << ENTRY_BITS) | entry;
        sorted = false;
    }

    /** Gives the entries of a hash in their order. */
    void find(long hash, IntConsumer to) {
        if (!sorted) {
            words = Arrays.copyOf(words, size);
            Arrays.sort(words);
            sorted = true;
        }
        long first = hash >>> ENTRY_BITS << ENTRY_BITS;
        int at = Arrays.binarySearch(words, 0, size, first);
        for (int i = at < 0 ? -at - 1 : at; i < size && words[i] >>> ENTRY_BITS == hash >>> ENTRY_BITS; i++) {
            to.accept((int) (words[i] & (ENTRIES - 1)));
        }
    }
}
