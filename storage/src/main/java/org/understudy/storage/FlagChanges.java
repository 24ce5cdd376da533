package org.understudy.storage;

import java.util.Arrays;
import java.util.Comparator;
import java.util.stream.IntStream;
import org.understudy.storage.keyspace.FlagCodec.Packed;

/**
 * New flags of many messages of one mailbox. Most come in UID order, and then cost a place in two arrays each. Not
 * thread-safe.
 */
final class FlagChanges {
    private static final int FIRST = 16;

    private long[] uids = new long[FIRST];
    private Packed[] packed = new Packed[FIRST];
    private int size;
    private boolean ordered = true;

    boolean isEmpty() {
        return size == 0;
    }

    /** Of each message the last is kept. */
    void put(long uid, Packed flags) {
        if (size == uids.length) {
            uids = Arrays.copyOf(uids, 2 * size);
            packed = Arrays.copyOf(packed, 2 * size);
        }
        ordered &= size == 0 || uids[size - 1] < uid;
        uids[size] = uid;
        packed[size++] = flags;
    }

    void clear() {
        size = 0;
        ordered = true;
    }

    void putAll(FlagChanges more) {
        for (int i = 0; i < more.size; i++) {
            put(more.uids[i], more.packed[i]);
        }
    }

    /** How many messages change. */
    int size() {
        order();
        return size;
    }

    /** The i-th UID in ascending order. */
    long uid(int i) {
        order();
        return uids[i];
    }

    /** The flags of the i-th. */
    Packed packed(int i) {
        order();
        return packed[i];
    }

    /** The index of the first UID from {@code uid} on. */
    int from(long uid) {
        order();
        int found = Arrays.binarySearch(uids, 0, size, uid);
        return found < 0 ? -found - 1 : found;
    }

    private void order() {
        if (ordered) {
            return;
        }
        int[] byUid = IntStream.range(0, size)
                .boxed()
                .sorted(Comparator.comparingLong(i -> uids[i]))
                .mapToInt(Integer::intValue)
                .toArray();
        long[] orderedUids = new long[size];
        Packed[] orderedFlags = new Packed[size];
        int kept = 0;
        for (int index : byUid) {
            int place = kept > 0 && orderedUids[kept - 1] == uids[index] ? kept - 1 : kept++;
            orderedUids[place] = uids[index];
            orderedFlags[place] = packed[index];
        }
        uids = orderedUids;
        packed = orderedFlags;
        size = kept;
        ordered = true;
    }
}
