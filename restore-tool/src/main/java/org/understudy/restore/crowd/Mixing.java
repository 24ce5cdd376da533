package org.understudy.restore.crowd;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/** 64-bit digests that tell equal from unequal and are no seal: who wants two alike can make them. */
final class Mixing {
    private static final VarHandle LONG = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
    private static final long FIRST = 0x9E37_79B9_7F4A_7C15L;
    private static final long SECOND = 0xC2B2_AE3D_27D4_EB4FL;

    private Mixing() {}

    /** A bijection in which each bit of the result depends on each bit of {@code value}. */
    static long mix(long value) {
        long mixed = (value ^ (value >>> 32)) * FIRST;
        mixed = (mixed ^ (mixed >>> 29)) * SECOND;
        return mixed ^ (mixed >>> 32);
    }

    /** Of a text's UTF-16 characters; never 0 but for the empty text. */
    static long text(CharSequence text) {
        long hash = 0;
        for (int i = 0; i < text.length(); i++) {
            hash = Long.rotateLeft((hash + text.charAt(i) + 1) * FIRST, 23);
        }
        long mixed = mix(hash);
        return text.isEmpty() ? 0 : mixed == 0 ? 1 : mixed;
    }

    /**
     * Of {@code length} octets, a multiple of 8; 0 where most of them repeat the 8 before, as in a run of
     * one octet or a short pattern.
     */
    static long sector(byte[] bytes, int from, int length) {
        long hash = FIRST;
        long last = 0;
        int repeats = 0;
        for (int i = from; i < from + length; i += Long.BYTES) {
            long word = (long) LONG.get(bytes, i);
            repeats += word == last ? 1 : 0;
            last = word;
            hash = (Long.rotateLeft(hash, 27) ^ (word * SECOND)) * FIRST;
        }
        long mixed = mix(hash);
        return repeats * Long.BYTES * 2 > length ? 0 : mixed == 0 ? 1 : mixed;
    }
}
