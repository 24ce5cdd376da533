package org.understudy.restore.source.dovecot;

import java.nio.ByteBuffer;

/** Applies the records of a transaction log to the rows of an index. */
final class LogReplay {
    static final int HEADER = 24;

    private static final int RECORD = 8;
    private static final int TYPE = 0x0fff_ffff;
    private static final int APPEND = 0x2;
    /** Each with the protecting bits that Dovecot demands of an expunge. */
    private static final int EXPUNGE = 0x1 | 0xcd90;

    private static final int EXPUNGE_GUID = 0x2000 | 0xcd90;
    private static final int EXPUNGE_GUID_OCTETS = 20;
    private static final int FLAG_UPDATE = 0x4;
    private static final int FLAG_UPDATE_OCTETS = 12;
    private static final int HEADER_UPDATE = 0x20;
    private static final int EXT_INTRO = 0x40;
    private static final int EXT_INTRO_OCTETS = 20;
    private static final int EXT_RESET = 0x80;
    private static final int EXT_HEADER_UPDATE = 0x100;
    private static final int EXT_RECORD_UPDATE = 0x200;
    private static final int KEYWORD_UPDATE = 0x400;
    private static final int KEYWORD_RESET = 0x800;
    private static final int EXT_INCREASE = 0x1000;
    private static final int EXT_HEADER_UPDATE_32 = 0x1_0000;
    private static final int BOUNDARY = 0x8_0000;

    private final ByteBuffer log;
    private final IndexRows rows;

    LogReplay(ByteBuffer log, IndexRows rows) {
        this.log = log;
        this.rows = rows;
    }

    /** Applies the records from {@code from} on; false if one is not as Dovecot writes them. A cut last one is left out. */
    boolean from(int from) {
        int at = from;
        if (at < HEADER || at > log.limit()) {
            return false;
        }
        while (at + RECORD <= log.limit()) {
            int size = size(at);
            if (size < RECORD) {
                return size == 0 && log.getInt(at) == 0;
            }
            if (size > log.limit() - at) {
                return true;
            }
            int type = log.getInt(at + 4) & TYPE;
            if (type == BOUNDARY && size >= RECORD + 4 && number(at + RECORD) > log.limit() - at) {
                return true;
            }
            apply(type, at + RECORD, at + size);
            at += size;
        }
        return true;
    }

    private void apply(int type, int from, int to) {
        switch (type) {
            case APPEND -> {
                for (int at = from; at + RECORD <= to; at += RECORD) {
                    rows.append(number(at), log.get(at + 4) & 0xff);
                }
            }
            case EXPUNGE -> pairs(from, to, rows::expunge);
            case EXPUNGE_GUID -> {
                for (int at = from; at + EXPUNGE_GUID_OCTETS <= to; at += EXPUNGE_GUID_OCTETS) {
                    rows.expunged(number(at));
                }
            }
            case FLAG_UPDATE -> {
                for (int at = from; at + FLAG_UPDATE_OCTETS <= to; at += FLAG_UPDATE_OCTETS) {
                    rows.flags(number(at), number(at + 4), log.get(at + 8), log.get(at + 9));
                }
            }
            case HEADER_UPDATE -> {
                for (int at = from; at + 4 <= to; ) {
                    int size = small(at + 2);
                    rows.header(small(at), log, at + 4, Math.min(size, to - at - 4));
                    at += padded(4 + size);
                }
            }
            case KEYWORD_UPDATE -> keyword(from, to);
            case KEYWORD_RESET -> pairs(from, to, rows::noKeywords);
            case EXT_INTRO, EXT_RESET, EXT_HEADER_UPDATE, EXT_HEADER_UPDATE_32, EXT_RECORD_UPDATE, EXT_INCREASE ->
                extension(type, from, to);
            default -> {
                // change numbers, attributes, bounds of transactions: not what this is for
            }
        }
    }

    private void extension(int type, int from, int to) {
        switch (type) {
            case EXT_INTRO -> {
                for (int at = from; at + EXT_INTRO_OCTETS <= to; ) {
                    int nameSize = small(at + 18);
                    rows.introduce(
                            number(at),
                            IndexRows.text(log, at + EXT_INTRO_OCTETS, nameSize),
                            number(at + 4),
                            small(at + 12),
                            log.getInt(at + 8));
                    at += padded(EXT_INTRO_OCTETS + nameSize);
                }
            }
            case EXT_RESET -> rows.reset(number(from), to - from >= 5 && log.get(from + 4) != 0);
            case EXT_HEADER_UPDATE -> {
                for (int at = from; at + 4 <= to; ) {
                    int size = small(at + 2);
                    rows.extensionHeader(small(at), log, at + 4, size);
                    at += padded(4 + size);
                }
            }
            case EXT_HEADER_UPDATE_32 -> {
                for (int at = from; at + 8 <= to; ) {
                    int size = log.getInt(at + 4);
                    rows.extensionHeader(log.getInt(at), log, at + 8, size);
                    at = Math.addExact(at, padded(Math.addExact(8, Math.max(0, size))));
                }
            }
            case EXT_RECORD_UPDATE -> {
                int step = padded(4 + rows.recordSize());
                for (int at = from; at + step <= to; at += step) {
                    rows.record(number(at), log, at + 4);
                }
            }
            default -> {
                for (int at = from; at + RECORD <= to; at += RECORD) {
                    rows.increase(number(at), log.getInt(at + 4));
                }
            }
        }
    }

    private void keyword(int from, int to) {
        boolean add = log.get(from) == 0;
        int size = small(from + 2);
        String name = IndexRows.text(log, from + 4, size);
        rows.keyword(name);
        pairs(from + padded(4 + size), to, (first, last) -> rows.keyword(name, add, first, last));
    }

    private interface Range {
        void apply(long first, long last);
    }

    private void pairs(int from, int to, Range range) {
        for (int at = from; at + 8 <= to; at += 8) {
            range.apply(number(at), number(at + 4));
        }
    }

    private static int padded(int size) {
        return (size + 3) & ~3;
    }

    private int small(int at) {
        return Short.toUnsignedInt(log.getShort(at));
    }

    private long number(int at) {
        return Integer.toUnsignedLong(log.getInt(at));
    }

    /** Size of a record with its header: big-endian, seven bits an octet, in units of four; 0 if it was never finished. */
    private int size(int at) {
        int value = 0;
        for (int i = 0; i < 4; i++) {
            int octet = log.get(at + i) & 0xff;
            if (octet < 0x80) {
                return 0;
            }
            value = value << 7 | (octet & 0x7f);
        }
        return value << 2;
    }
}
