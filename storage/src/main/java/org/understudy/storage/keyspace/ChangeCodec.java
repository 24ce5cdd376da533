package org.understudy.storage.keyspace;

import java.util.ArrayList;
import java.util.List;
import org.understudy.storage.ChangeVisitor;
import org.understudy.storage.UidRanges;

/**
 * Byte form of a row of the change log: which UIDs one MODSEQ touched (RFC 7162 section 3.2.10).
 *
 * <p>{@code version:1 | kind:1 | ranges | (gap, length - 1) ...}, kind 1 changed, 2 vanished; gaps and lengths as LEB128,
 * a gap from the UID after the range before.
 */
public final class ChangeCodec {
    private static final int VERSION = 1;

    private ChangeCodec() {}

    /** What happened to the UIDs of a row. */
    public enum Kind {
        CHANGED(1),
        VANISHED(2);

        private final int code;

        Kind(int code) {
            this.code = code;
        }
    }

    /** One row, UIDs ascending. */
    public record Change(Kind kind, List<Long> uids) {}

    /** @param uids ascending, without repetition */
    public static byte[] encode(Kind kind, List<Long> uids) {
        RowWriter ranges = new RowWriter(16);
        int count = 0;
        long next = 0;
        int i = 0;
        while (i < uids.size()) {
            int j = i;
            while (j + 1 < uids.size() && uids.get(j + 1) == uids.get(j) + 1) {
                j++;
            }
            ranges.varint(uids.get(i) - next).varint(j - i);
            next = uids.get(j) + 1;
            count++;
            i = j + 1;
        }
        return new RowWriter(16)
                .u8(VERSION)
                .u8(kind.code)
                .varint(count)
                .raw(ranges.done())
                .done();
    }

    /** Gives {@code out} the one row, its UIDs as ranges. */
    public static void row(byte[] key, byte[] value, ChangeVisitor out) {
        RowReader in = new RowReader(Family.CHANGE, key, value).version(VERSION);
        int code = in.u8();
        UidRanges uids = RangesCodec.read(in);
        in.end();
        long modSeq = Keys.modSeqOf(key);
        if (code == Kind.CHANGED.code) {
            out.changed(modSeq, uids);
        } else if (code == Kind.VANISHED.code) {
            out.vanished(modSeq, uids);
        } else {
            throw in.corrupt("kind 1 or 2 expected, found " + code);
        }
    }

    public static Change decode(byte[] key, byte[] value) {
        RowReader in = new RowReader(Family.CHANGE, key, value).version(VERSION);
        int code = in.u8();
        if (code != Kind.CHANGED.code && code != Kind.VANISHED.code) {
            throw in.corrupt("kind 1 or 2 expected, found " + code);
        }
        int count = in.count();
        List<Long> uids = new ArrayList<>();
        long next = 0;
        for (int i = 0; i < count; i++) {
            long first = next + in.varint();
            long last = first + in.varint();
            if (last > 0xFFFF_FFFFL) {
                throw in.corrupt("UID beyond 2^32-1");
            }
            for (long uid = first; uid <= last; uid++) {
                uids.add(uid);
            }
            next = last + 1;
        }
        in.end();
        return new Change(code == Kind.CHANGED.code ? Kind.CHANGED : Kind.VANISHED, uids);
    }
}
