package org.understudy.server.search;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/** Keys of the index's rows, as docs/search.md lists them: a letter for the table, then numbers big-endian. */
final class IndexKeys {
    /** What a segment keeps of all its messages together, one value each. */
    enum Column {
        SUBJECT(0),
        FROM(1),
        TO(2),
        CC(3),
        BCC(4),
        SENT_DAY(5),
        FACTS(6);

        private final byte code;

        Column(int code) {
            this.code = (byte) code;
        }
    }

    static final byte[] ABOUT = {'A'};

    private static final byte OWNER = 'O';
    private static final byte MARK = 'M';
    private static final byte HEADER = 'H';
    private static final byte TEXT = 'T';
    private static final byte WAITING = 'W';
    private static final byte SEGMENT = 'S';
    private static final byte COLUMN = 'C';
    private static final byte POSTINGS = 'P';

    private IndexKeys() {}

    static byte[] owner(String namespace, String owner) {
        byte[] text = (namespace + '\0' + owner).getBytes(StandardCharsets.UTF_8);
        return ByteBuffer.allocate(1 + text.length).put(OWNER).put(text).array();
    }

    static byte[] owners() {
        return new byte[] {OWNER};
    }

    static byte[] mark(long mailbox) {
        return ByteBuffer.allocate(9).put(MARK).putLong(mailbox).array();
    }

    static byte[] header(int owner, long body) {
        return ofBody(HEADER, owner, body);
    }

    static byte[] text(int owner, long body) {
        return ofBody(TEXT, owner, body);
    }

    static byte[] waiting(int owner, long body) {
        return ofBody(WAITING, owner, body);
    }

    private static byte[] ofBody(byte table, int owner, long body) {
        return ByteBuffer.allocate(13).put(table).putInt(owner).putLong(body).array();
    }

    /** The body id at the end of a key. */
    static long body(byte[] key) {
        return ByteBuffer.wrap(key).getLong(5);
    }

    static byte[] segment(int owner, int segment) {
        return ByteBuffer.allocate(9).put(SEGMENT).putInt(owner).putInt(segment).array();
    }

    static byte[] column(int owner, int segment, Column column) {
        return ByteBuffer.allocate(10)
                .put(COLUMN)
                .putInt(owner)
                .putInt(segment)
                .put(column.code)
                .array();
    }

    static byte[] postings(int owner, int segment, int group) {
        return ByteBuffer.allocate(11)
                .put(POSTINGS)
                .putInt(owner)
                .putInt(segment)
                .putShort((short) group)
                .array();
    }

    /** The next table's first key, for a table that begins with these octets. */
    static byte[] after(byte[] prefix) {
        byte[] next = prefix.clone();
        for (int i = next.length - 1; i >= 0; i--) {
            if (++next[i] != 0) {
                return next;
            }
        }
        throw new IllegalArgumentException("nothing comes after this");
    }

    /** First keys of an owner's rows, a table each. */
    static byte[][] tables(int owner) {
        byte[] letters = {HEADER, TEXT, WAITING, SEGMENT, COLUMN, POSTINGS};
        byte[][] tables = new byte[letters.length][];
        for (int i = 0; i < letters.length; i++) {
            tables[i] = ByteBuffer.allocate(5).put(letters[i]).putInt(owner).array();
        }
        return tables;
    }
}
