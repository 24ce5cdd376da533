package org.understudy.storage.keyspace;

import org.understudy.storage.UidRanges;

/** Byte form of a set of UIDs: {@code ranges | (gap, length - 1) ...}, LEB128, a gap from the UID after the range before. */
final class RangesCodec {
    private RangesCodec() {}

    static void write(UidRanges uids, RowWriter out) {
        out.varint(uids.ranges());
        long[] next = {0};
        uids.forEachRange((first, last) -> {
            out.varint(first - next[0]).varint(last - first);
            next[0] = last + 1;
        });
    }

    static UidRanges read(RowReader in) {
        UidRanges.Builder uids = new UidRanges.Builder();
        int count = in.count();
        long next = 0;
        for (int i = 0; i < count; i++) {
            long first = next + in.varint();
            long last = first + in.varint();
            if (first < 1 || last < first || last > 0xFFFF_FFFFL) {
                throw in.corrupt("no range of UIDs: " + first + " to " + last);
            }
            uids.add(first, last);
            next = last + 1;
        }
        return uids.build();
    }
}
