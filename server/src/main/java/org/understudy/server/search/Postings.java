package org.understudy.server.search;

import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;

/**
 * Which of the messages of a segment hold which runs of three octets in their folded text. The runs are divided into
 * groups by a hash; a group is one value, its runs ascending:
 *
 * <pre>
 * run:3 length:2, then by length
 *   64      one bit a message, the lowest of the first octet for the first
 *   other   messages ascending, each as varint of the distance from the one before, less one
 * </pre>
 */
final class Postings {
    /** Messages of a segment. */
    static final int SEGMENT = 512;

    static final int GROUPS = 1024;
    private static final int ORDINAL_BITS = 9;
    private static final int GROUP_SHIFT = 24 + ORDINAL_BITS;
    private static final int BITMAP = SEGMENT / 8;

    /** Of a long needle, so many runs are looked up. */
    private static final int MOST_RUNS = 10;

    private Postings() {}

    static int group(int run) {
        return run * 0x9E3779B1 >>> 22;
    }

    /** Gathers runs of messages, one message after the other. For one thread. */
    static final class Gatherer {
        private final long[] seen = new long[1 << 18];
        private int[] runs = new int[4096];
        private int count;
        private long[] pairs = new long[1 << 16];
        private final int[] sizes = new int[GROUPS];
        private int size;

        /** Adds what a message of the segment holds, in pieces that do not run into each other. */
        void message(int ordinal, List<byte[]> texts) {
            count = 0;
            for (byte[] text : texts) {
                runs(text);
            }
            if (pairs.length - size < count) {
                pairs = Arrays.copyOf(pairs, Math.max(size + count, pairs.length * 2));
            }
            for (int i = 0; i < count; i++) {
                int run = runs[i];
                seen[run >>> 6] = 0;
                int group = group(run);
                sizes[group]++;
                pairs[size++] = ((long) group << 24 | run) << ORDINAL_BITS | ordinal;
            }
        }

        private void runs(byte[] text) {
            if (text.length < 3) {
                return;
            }
            int run = (text[0] & 0xFF) << 8 | text[1] & 0xFF;
            for (int i = 2; i < text.length; i++) {
                run = (run << 8 | text[i] & 0xFF) & 0xFFFFFF;
                long bit = 1L << run;
                if ((seen[run >>> 6] & bit) == 0) {
                    seen[run >>> 6] |= bit;
                    if (count == runs.length) {
                        runs = Arrays.copyOf(runs, count * 2);
                    }
                    runs[count++] = run;
                }
            }
        }

        /** Takes the values by group, null for empty groups, and begins anew. */
        byte[][] groups() {
            byte[][] groups = new byte[GROUPS][];
            long[] byGroup = byGroup();
            ByteArrayOutputStream out = new ByteArrayOutputStream();
            byte[] list = new byte[2 * SEGMENT];
            int at = 0;
            for (int group = 0; group < GROUPS; group++) {
                int end = at + sizes[group];
                Arrays.sort(byGroup, at, end);
                while (at < end) {
                    long key = byGroup[at] >>> ORDINAL_BITS;
                    int from = at;
                    while (at < end && byGroup[at] >>> ORDINAL_BITS == key) {
                        at++;
                    }
                    write(out, (int) key & 0xFFFFFF, byGroup, from, at, list);
                }
                groups[group] = out.size() == 0 ? null : out.toByteArray();
                out.reset();
            }
            Arrays.fill(sizes, 0);
            size = 0;
            if (pairs.length > 1 << 20) {
                pairs = new long[1 << 16];
            }
            return groups;
        }

        /** The pairs group by group, as they came within each: a thousand short sorts then take a quarter of one long one. */
        private long[] byGroup() {
            int[] next = new int[GROUPS];
            for (int group = 1; group < GROUPS; group++) {
                next[group] = next[group - 1] + sizes[group - 1];
            }
            long[] byGroup = new long[size];
            for (int i = 0; i < size; i++) {
                byGroup[next[(int) (pairs[i] >>> GROUP_SHIFT)]++] = pairs[i];
            }
            return byGroup;
        }

        private static void write(ByteArrayOutputStream out, int run, long[] pairs, int from, int to, byte[] list) {
            int length = 0;
            int before = -1;
            for (int i = from; i < to; i++) {
                int ordinal = (int) pairs[i] & (SEGMENT - 1);
                int gap = ordinal - before - 1;
                if (gap >= 0x80) {
                    list[length++] = (byte) (gap & 0x7F | 0x80);
                    gap >>>= 7;
                }
                list[length++] = (byte) gap;
                before = ordinal;
            }
            if (length >= BITMAP) {
                Arrays.fill(list, 0, BITMAP, (byte) 0);
                for (int i = from; i < to; i++) {
                    int ordinal = (int) pairs[i] & (SEGMENT - 1);
                    list[ordinal >>> 3] |= (byte) (1 << (ordinal & 7));
                }
                length = BITMAP;
            }
            out.write(run >>> 16);
            out.write(run >>> 8);
            out.write(run);
            out.write(length >>> 8);
            out.write(length);
            out.write(list, 0, length);
        }
    }

    /** The runs by which messages that hold the needle are looked up; none for a needle that is too short. */
    static int[] runs(byte[] needle) {
        List<Integer> runs = new ArrayList<>();
        for (int i = 0; i + 2 < needle.length; i++) {
            int run = (needle[i] & 0xFF) << 16 | (needle[i + 1] & 0xFF) << 8 | needle[i + 2] & 0xFF;
            if (!runs.contains(run)) {
                runs.add(run);
            }
        }
        int count = Math.min(runs.size(), MOST_RUNS);
        int[] chosen = new int[count];
        for (int i = 0; i < count; i++) {
            chosen[i] = runs.get((int) ((long) i * runs.size() / count));
        }
        return chosen;
    }

    /** Leaves of {@code among} the messages that hold the run by this value of its group. */
    static void retain(byte[] group, int run, BitSet among) {
        int at = 0;
        while (at + 5 <= group.length) {
            int found = (group[at] & 0xFF) << 16 | (group[at + 1] & 0xFF) << 8 | group[at + 2] & 0xFF;
            int length = (group[at + 3] & 0xFF) << 8 | group[at + 4] & 0xFF;
            at += 5;
            if (found == run) {
                among.and(messages(group, at, length));
                return;
            }
            if (found > run) {
                break;
            }
            at += length;
        }
        among.clear();
    }

    private static BitSet messages(byte[] group, int from, int length) {
        if (length == BITMAP) {
            return BitSet.valueOf(Arrays.copyOfRange(group, from, from + length));
        }
        BitSet messages = new BitSet(SEGMENT);
        int ordinal = -1;
        int at = from;
        while (at < from + length) {
            int gap = group[at++] & 0xFF;
            if (gap >= 0x80) {
                gap = gap & 0x7F | (group[at++] & 0xFF) << 7;
            }
            ordinal += gap + 1;
            messages.set(ordinal);
        }
        return messages;
    }
}
