package org.understudy.storage.birth;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Collection;
import java.util.HexFormat;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import java.util.zip.CRC32C;
import org.understudy.storage.guard.DurableFile;
import org.understudy.storage.keyspace.Digest;

/**
 * The file {@code BIRTHS} beside the database (docs/on-disk-format-guard.md#births): a head and records of equal length,
 * each with its own checksum, so that one that is damaged costs that one only. The last record of a table counts. Not
 * thread-safe.
 */
final class BirthLog {
    static final String FILE = "BIRTHS";
    static final int VERSION = 1;
    static final int HEAD = 36;
    static final int RECORD = 84;
    private static final byte[] MAGIC = "UNDBIRTH".getBytes(StandardCharsets.US_ASCII);

    private final Path file;
    private final UUID storeId;
    private long records;

    private BirthLog(Path file, UUID storeId) {
        this.file = file;
        this.storeId = storeId;
    }

    /**
     * What a log held when it was opened.
     *
     * @param unsound why it could not be read, or not all of it, or empty
     */
    record Opened(BirthLog log, Map<Long, Birth> births, String unsound) {}

    /** Reads the log of a store; one that is missing, foreign or newer is empty, and is written anew. */
    static Opened open(Path storeFolder, UUID storeId) throws IOException {
        BirthLog log = new BirthLog(storeFolder.resolve(FILE), storeId);
        Map<Long, Birth> births = new TreeMap<>();
        if (!Files.exists(log.file)) {
            log.rewrite(births.values());
            return new Opened(log, births, "");
        }
        byte[] bytes = Files.readAllBytes(log.file);
        String unsound = log.headFault(bytes);
        if (!unsound.isEmpty()) {
            log.rewrite(births.values());
            return new Opened(log, births, unsound);
        }
        int bad = 0;
        for (int at = HEAD; at + RECORD <= bytes.length; at += RECORD) {
            try {
                Birth birth = decode(bytes, at);
                births.put(birth.file(), birth);
            } catch (IllegalArgumentException e) {
                bad++;
            }
            log.records++;
        }
        int torn = (bytes.length - HEAD) % RECORD;
        if (bad > 0 || torn > 0) {
            unsound = bad + " of its " + log.records + " records cannot be read"
                    + (torn > 0 ? ", and its end is torn" : "");
            log.rewrite(births.values());
        }
        return new Opened(log, births, unsound);
    }

    private String headFault(byte[] bytes) {
        if (bytes.length < HEAD) {
            return "it holds " + bytes.length + " octets, fewer than its head of " + HEAD;
        }
        ByteBuffer head = ByteBuffer.wrap(bytes, 0, HEAD);
        if (head.getInt(HEAD - 4) != sum(bytes, 0, HEAD - 4)) {
            return "its head is damaged";
        }
        byte[] magic = new byte[MAGIC.length];
        head.get(magic);
        if (!java.util.Arrays.equals(magic, MAGIC)) {
            return "it is another kind of file";
        }
        int version = head.getInt();
        if (version != VERSION) {
            return "it has version " + version + ", and this program writes version " + VERSION;
        }
        head.position(HEAD - 20);
        UUID found = new UUID(head.getLong(), head.getLong());
        return found.equals(storeId) ? "" : "it belongs to store " + found;
    }

    /** Adds records and fsyncs them. */
    void append(Collection<Birth> births) throws IOException {
        if (births.isEmpty()) {
            return;
        }
        ByteBuffer out = ByteBuffer.allocate(births.size() * RECORD);
        births.forEach(birth -> out.put(encode(birth)));
        try (RandomAccessFile log = new RandomAccessFile(file.toFile(), "rw")) {
            // A write that failed before may have left part of a record.
            log.seek(HEAD + records * RECORD);
            log.write(out.array());
            log.setLength(HEAD + (records + births.size()) * RECORD);
            log.getFD().sync();
        }
        records += births.size();
    }

    /** Replaces the log as a whole: a crash leaves the old or the new one. */
    void rewrite(Collection<Birth> births) throws IOException {
        ByteBuffer out = ByteBuffer.allocate(HEAD + births.size() * RECORD);
        out.put(MAGIC).putInt(VERSION).putInt(HEAD - 20);
        out.putLong(storeId.getMostSignificantBits()).putLong(storeId.getLeastSignificantBits());
        out.putInt(sum(out.array(), 0, HEAD - 4));
        births.forEach(birth -> out.put(encode(birth)));
        DurableFile.replace(file, out.array());
        records = births.size();
    }

    /** How many records it has, those that later ones have replaced among them. */
    long records() {
        return records;
    }

    Path file() {
        return file;
    }

    private static byte[] encode(Birth birth) {
        byte[] record = new byte[RECORD];
        ByteBuffer out = ByteBuffer.wrap(record);
        out.put((byte) birth.evidence().code());
        out.put((byte) (birth.writtenSum().isEmpty() ? 0 : 1));
        out.putShort((short) 0);
        out.putLong(birth.file());
        out.putLong(birth.size());
        out.putLong(birth.hashedAt().toEpochMilli());
        out.putLong(birth.readAt().toEpochMilli());
        out.putLong(birth.modifiedNanos());
        out.put(birth.sha256().toBytes());
        out.putInt(birth.writtenSum().isEmpty() ? 0 : HexFormat.fromHexDigits(birth.writtenSum()));
        out.putInt(sum(record, 0, RECORD - 4));
        return record;
    }

    private static Birth decode(byte[] bytes, int from) {
        ByteBuffer in = ByteBuffer.wrap(bytes, from, RECORD);
        if (in.getInt(from + RECORD - 4) != sum(bytes, from, RECORD - 4)) {
            throw new IllegalArgumentException("the checksum is another");
        }
        Birth.Evidence evidence = Birth.Evidence.of(in.get());
        boolean summed = in.get() == 1;
        in.position(in.position() + Short.BYTES);
        long file = in.getLong();
        long size = in.getLong();
        Instant hashedAt = Instant.ofEpochMilli(in.getLong());
        Instant readAt = Instant.ofEpochMilli(in.getLong());
        long modified = in.getLong();
        byte[] sha256 = new byte[Digest.LENGTH];
        in.get(sha256);
        int written = in.getInt();
        return new Birth(
                file,
                size,
                Digest.of(sha256),
                evidence,
                summed ? HexFormat.of().toHexDigits(written) : "",
                modified,
                hashedAt,
                readAt);
    }

    private static int sum(byte[] bytes, int from, int length) {
        CRC32C crc = new CRC32C();
        crc.update(bytes, from, length);
        return (int) crc.getValue();
    }
}
