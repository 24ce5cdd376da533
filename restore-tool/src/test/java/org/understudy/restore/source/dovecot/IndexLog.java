package org.understudy.restore.source.dovecot;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/** Writes Dovecot's index and its log for tests, after mail-index.h and mail-transaction-log.h of Dovecot 2.3. */
public final class IndexLog {
    public static final int LITTLE_ENDIAN = 1;
    private static final int EXTERNAL = 0x1000_0000;

    private final ByteArrayOutputStream log = new ByteArrayOutputStream();

    public IndexLog(int indexId, int sequence) {
        this(indexId, sequence, 0, LITTLE_ENDIAN);
    }

    public IndexLog(int indexId, int sequence, int previous, int compat) {
        log.writeBytes(ints(0x0028_0301, indexId, sequence, previous, 0, 1_700_000_000, 1, 0, compat, 0));
    }

    public IndexLog append(int... uids) {
        int[] records = new int[uids.length * 2];
        for (int i = 0; i < uids.length; i++) {
            records[2 * i] = uids[i];
            records[2 * i + 1] = 8;
        }
        return record(0x2 | EXTERNAL, ints(records));
    }

    public IndexLog expunge(int first, int last) {
        return record(0xcd91 | EXTERNAL, ints(first, last));
    }

    /** An expunge that was asked for and is not carried out yet. */
    public IndexLog request(int uid) {
        return record(0xed90, ints(uid, 1, 2, 3, 4));
    }

    /** A change of flags, in Dovecot's bits. */
    public IndexLog flags(int first, int last, int add, int remove) {
        return record(0x4, ints(first, last, add | remove << 8));
    }

    public IndexLog uidValidity(int value) {
        return record(0x20, ints(24 | 4 << 16, value));
    }

    /** Adds a keyword. */
    public IndexLog keyword(String name, int first, int last) {
        ByteArrayOutputStream content = new ByteArrayOutputStream();
        content.writeBytes(new byte[] {0, 0, (byte) name.length(), 0});
        content.writeBytes(name.getBytes(StandardCharsets.US_ASCII));
        pad(content);
        content.writeBytes(ints(first, last));
        return record(0x400, content.toByteArray());
    }

    /** Names an extension for the records that follow. */
    public IndexLog extension(String name, int recordSize, int headerSize) {
        ByteArrayOutputStream content = new ByteArrayOutputStream();
        content.writeBytes(ints(-1, 0, headerSize, recordSize | 1 << 16, name.length() << 16));
        content.writeBytes(name.getBytes(StandardCharsets.US_ASCII));
        pad(content);
        return record(0x40, content.toByteArray());
    }

    /** Names an extension by its number. */
    public IndexLog extension(int number, int recordSize, int headerSize) {
        return record(0x40, ints(number, 0, headerSize, recordSize | 1 << 16, 0));
    }

    /** Sets what the extension named last keeps for a message. */
    public IndexLog data(int uid, byte[] data) {
        ByteArrayOutputStream content = new ByteArrayOutputStream();
        content.writeBytes(ints(uid));
        content.writeBytes(data);
        pad(content);
        return record(0x200, content.toByteArray());
    }

    /** Sets the header of the extension named last. */
    public IndexLog extensionHeader(byte[] data) {
        ByteArrayOutputStream content = new ByteArrayOutputStream();
        content.writeBytes(ints(data.length << 16));
        content.writeBytes(data);
        pad(content);
        return record(0x100, content.toByteArray());
    }

    /** Adds to the number that the extension named last keeps for a message. */
    public IndexLog increase(int uid, int by) {
        return record(0x1000, ints(uid, by));
    }

    private static void pad(ByteArrayOutputStream content) {
        while (content.size() % 4 != 0) {
            content.write(0);
        }
    }

    public IndexLog record(int type, byte[] content) {
        int units = (content.length + 8) / 4;
        log.writeBytes(new byte[] {
            (byte) (0x80 | units >> 21), (byte) (0x80 | units >> 14), (byte) (0x80 | units >> 7), (byte) (0x80 | units)
        });
        log.writeBytes(ints(type));
        log.writeBytes(content);
        return this;
    }

    public int size() {
        return log.size();
    }

    public byte[] bytes() {
        return log.toByteArray();
    }

    /** A {@code dovecot.index} of 8 octets a record. */
    public static byte[] index(int indexId, int nextUid, int logSequence, int logOffset, int... uids) {
        int[] header = new int[30];
        header[0] = 7 | 2 << 8 | 120 << 16;
        header[1] = 120;
        header[2] = 8;
        header[3] = LITTLE_ENDIAN;
        header[4] = indexId;
        header[6] = 1700;
        header[7] = nextUid;
        header[8] = uids.length;
        header[15] = logSequence;
        header[16] = logOffset;
        header[17] = logOffset;
        ByteArrayOutputStream index = new ByteArrayOutputStream();
        index.writeBytes(ints(header));
        for (int uid : uids) {
            index.writeBytes(ints(uid, 0));
        }
        return index.toByteArray();
    }

    public static byte[] ints(int... values) {
        ByteBuffer bytes = ByteBuffer.allocate(values.length * 4).order(ByteOrder.LITTLE_ENDIAN);
        for (int value : values) {
            bytes.putInt(value);
        }
        return bytes.array();
    }
}
