package org.understudy.restore.source.cyrus;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.zip.CRC32;

/** Writes mailboxes as Cyrus does, with an index of any version from 10 to 20. */
final class Spool {
    private final Path directory;
    private final int version;
    private final ByteArrayOutputStream records = new ByteArrayOutputStream();
    private int count;

    private Spool(Path directory, int version) {
        this.directory = directory;
        this.version = version;
    }

    static Spool mailbox(Path directory, int version) throws IOException {
        Files.createDirectories(directory);
        return new Spool(directory, version);
    }

    /** Length of a record of the version, as Cyrus's own table has it. */
    int recordLength() {
        return version >= 20 ? 144 : version >= 16 ? 112 : version >= 13 ? 104 : version >= 12 ? 96 : 88;
    }

    int headerLength() {
        return version >= 20 ? 192 : version >= 14 ? 160 : version >= 12 ? 128 : 96;
    }

    Spool message(int uid, String text, long arrived, int flags, int keywords) throws Exception {
        Files.writeString(directory.resolve(uid + "."), text, StandardCharsets.ISO_8859_1);
        return record(uid, text, arrived, flags, keywords);
    }

    /** A record alone, as where the file is lost. */
    Spool record(int uid, String text, long arrived, int flags, int keywords) throws Exception {
        byte[] bytes = text.getBytes(StandardCharsets.ISO_8859_1);
        ByteBuffer record = ByteBuffer.allocate(recordLength());
        boolean wide = version >= 20;
        record.putInt(0, uid);
        if (wide) {
            record.putLong(8, arrived * 1_000_000_000L);
            record.putLong(24, bytes.length);
        } else {
            record.putInt(4, (int) arrived);
            record.putInt(12, bytes.length);
        }
        record.putInt(wide ? 36 : 32, flags);
        record.putInt(wide ? 40 : 36, keywords);
        record.position(60);
        record.put(MessageDigest.getInstance("SHA-1").digest(bytes));
        record.putLong(80, 100 + uid);
        records.write(summed(record));
        count++;
        return this;
    }

    /** Writes the index, and a header in the form before 3.6. */
    void write(long uidValidity, String keywords) throws IOException {
        ByteBuffer header = ByteBuffer.allocate(headerLength());
        header.putInt(8, version)
                .putInt(12, headerLength())
                .putInt(16, recordLength())
                .putInt(20, count);
        header.putInt(version >= 20 ? 92 : 44, (int) uidValidity);
        ByteArrayOutputStream index = new ByteArrayOutputStream();
        index.write(summed(header));
        records.writeTo(index);
        Files.write(directory.resolve("cyrus.index"), index.toByteArray());
        String text =
                "\u00a1\u0002\u008b\rCyrus mailbox header\n\"The best thing about this system was that it had lots of"
                        + " goals.\"\n\t--Jim Morris on Andrew\nuser.anna\t5f3c\n" + keywords + "\nanna\tlrswipcda\t\n";
        Files.writeString(directory.resolve("cyrus.header"), text, StandardCharsets.ISO_8859_1);
    }

    private byte[] summed(ByteBuffer buffer) {
        byte[] bytes = buffer.array();
        if (version >= 12) {
            CRC32 sum = new CRC32();
            sum.update(bytes, 0, bytes.length - 4);
            buffer.putInt(bytes.length - 4, (int) sum.getValue());
        }
        return bytes;
    }
}
