package org.understudy.restore.source.pst;

import java.io.IOException;
import java.util.Arrays;

/** Small pieces of data within the blocks of one node, and the sorted lists made of them ([MS-PST] section 2.3). */
final class Heap {
    private static final int SIGNATURE = 0xec;
    private static final int HEADER = 12;
    private static final int SORTED_LIST = 0xb5;
    private static final int HIGHEST = 8;
    private static final int RECORDS_AT_MOST = 4_000_000;

    private final DataTree data;
    private final Form form;
    private final int kind;
    private final int root;

    /** @throws DamageException if the data is no heap */
    Heap(DataTree data, Form form) throws IOException {
        this.data = data;
        this.form = form;
        if (data.blocks() == 0) {
            throw new DamageException("a node that should hold properties holds no data");
        }
        byte[] first = data.block(0);
        if (first.length < HEADER || Octets.u8(first, 2) != SIGNATURE) {
            throw new DamageException("a node that should hold properties does not begin as such");
        }
        kind = Octets.u8(first, 3);
        root = Octets.i32(first, 4);
    }

    /** What the heap is for: 0xbc properties, 0x7c a table. */
    int kind() {
        return kind;
    }

    int root() {
        return root;
    }

    /** Whether an id means a piece of the heap, and not a node. */
    static boolean isPiece(int id) {
        return (id & 0x1f) == 0;
    }

    /** @throws DamageException if there is no such piece */
    byte[] piece(int id) throws IOException {
        boolean large = form == Form.LARGE_PAGES;
        int block = large ? id >>> 19 : id >>> 16;
        int index = large ? id >>> 5 & 0x3fff : id >>> 5 & 0x7ff;
        if (!isPiece(id) || index == 0 || block >= data.blocks()) {
            throw new DamageException("piece %08x of a heap of %,d blocks is named".formatted(id, data.blocks()));
        }
        byte[] bytes = data.block(block);
        int map = bytes.length < 2 ? bytes.length : Octets.u16(bytes, 0);
        if (map + 4 > bytes.length || index > Octets.u16(bytes, map) || map + 6 + 2 * index > bytes.length) {
            throw new DamageException("a heap's block does not have piece %08x".formatted(id));
        }
        int from = Octets.u16(bytes, map + 2 + 2 * index);
        int to = Octets.u16(bytes, map + 4 + 2 * index);
        if (from > to || to > map) {
            throw new DamageException("piece %08x of a heap leads out of it".formatted(id));
        }
        return Arrays.copyOfRange(bytes, from, to);
    }

    /** Takes one record: a key of the length asked for, and what follows it. */
    interface Taker {
        void take(byte[] bytes, int at, int valueLength) throws IOException;
    }

    /**
     * Gives each record of a sorted list.
     *
     * @param header the list's own piece; 0 for an empty one
     * @throws DamageException if it is no list with keys of this length
     */
    void list(int header, int keyLength, Taker to) throws IOException {
        if (header == 0) {
            return;
        }
        byte[] bytes = piece(header);
        if (bytes.length < 8 || Octets.u8(bytes, 0) != SORTED_LIST || Octets.u8(bytes, 1) != keyLength) {
            throw new DamageException("piece %08x of a heap is no list with keys of %d".formatted(header, keyLength));
        }
        int levels = Octets.u8(bytes, 3);
        if (levels > HIGHEST) {
            throw new DamageException("a list of a heap states %d levels".formatted(levels));
        }
        int[] left = {RECORDS_AT_MOST};
        records(Octets.i32(bytes, 4), levels, keyLength, Octets.u8(bytes, 2), to, left);
    }

    private void records(int piece, int level, int keyLength, int valueLength, Taker to, int[] left)
            throws IOException {
        if (piece == 0) {
            return;
        }
        byte[] bytes = piece(piece);
        int size = keyLength + (level == 0 ? valueLength : 4);
        for (int at = 0; at + size <= bytes.length; at += size) {
            if (--left[0] < 0) {
                throw new DamageException("a list of a heap has more than %,d records".formatted(RECORDS_AT_MOST));
            }
            if (level == 0) {
                to.take(bytes, at, valueLength);
            } else {
                records(Octets.i32(bytes, at + keyLength), level - 1, keyLength, valueLength, to, left);
            }
        }
    }
}
