package org.understudy.restore.repository.log;

import java.io.ByteArrayInputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.understudy.storage.LoggedEffect;
import org.understudy.storage.LoggedEffect.Kind;
import org.understudy.storage.keyspace.Family;

/**
 * Byte form of a segment's items, one after the other:
 *
 * <pre>
 * item = kind:1 sequence:8 at:8 author:text rows:4 row*
 * row  = operation:1 family:text key:bytes value:bytes
 * text = length:2 UTF-8    bytes = length:4 bytes
 * </pre>
 *
 * Integers are big-endian. Operations: 1 put, 2 deleted, 3 range deleted, 4 foreign. The family is empty where nobody knew
 * it. Rows have sequence numbers in a row, except those of bodies, which have none.
 */
final class EntryCodec {
    private static final Map<String, Family> FAMILIES = new HashMap<>();
    private static final int MAX_TEXT = 0xFFFF;

    static {
        for (Family family : Family.values()) {
            FAMILIES.put(family.columnFamily(), family);
        }
    }

    private EntryCodec() {}

    static void write(DataOutputStream out, LogEntry entry) throws IOException {
        out.writeByte(entry.kind().code());
        out.writeLong(entry.sequence());
        out.writeLong(entry.at());
        text(out, entry.author());
        out.writeInt(entry.rows().size());
        for (LoggedEffect.Row row : entry.rows()) {
            write(out, row);
        }
    }

    static void write(DataOutputStream out, LoggedEffect.Row row) throws IOException {
        out.writeByte(code(row.kind()));
        Family family = row.family();
        text(out, family == null ? "" : family.columnFamily());
        out.writeInt(row.key().length);
        out.write(row.key());
        out.writeInt(row.value().length);
        out.write(row.value());
    }

    /** @throws IOException if {@code bytes} are not whole items */
    static List<LogEntry> read(byte[] bytes) throws IOException {
        List<LogEntry> entries = new ArrayList<>();
        try (DataInputStream in = new DataInputStream(new ByteArrayInputStream(bytes))) {
            while (in.available() > 0) {
                entries.add(read(in));
            }
        } catch (IllegalArgumentException e) {
            throw new IOException(e.getMessage(), e);
        }
        return entries;
    }

    private static LogEntry read(DataInputStream in) throws IOException {
        LogEntry.Kind kind = LogEntry.Kind.of(in.readUnsignedByte());
        long sequence = in.readLong();
        long at = in.readLong();
        String author = text(in);
        int count = in.readInt();
        List<LoggedEffect.Row> rows = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            Kind operation = operation(in.readUnsignedByte());
            String name = text(in);
            @Nullable Family family = FAMILIES.get(name);
            byte[] key = bytes(in);
            byte[] value = bytes(in);
            long number = kind == LogEntry.Kind.BODY ? 0 : sequence + i;
            rows.add(new LoggedEffect.Row(number, operation, family, key, value));
        }
        return new LogEntry(kind, sequence, at, author, rows);
    }

    private static int code(Kind operation) {
        return switch (operation) {
            case PUT -> 1;
            case DELETED -> 2;
            case RANGE_DELETED -> 3;
            case FOREIGN -> 4;
        };
    }

    private static Kind operation(int code) throws IOException {
        for (Kind kind : Kind.values()) {
            if (code(kind) == code) {
                return kind;
            }
        }
        throw new IOException("no operation " + code);
    }

    private static void text(DataOutputStream out, String text) throws IOException {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        if (bytes.length > MAX_TEXT) {
            throw new IOException("a text of " + bytes.length + " bytes");
        }
        out.writeShort(bytes.length);
        out.write(bytes);
    }

    private static String text(DataInputStream in) throws IOException {
        return new String(exactly(in, in.readUnsignedShort()), StandardCharsets.UTF_8);
    }

    private static byte[] bytes(DataInputStream in) throws IOException {
        return exactly(in, in.readInt());
    }

    private static byte[] exactly(DataInputStream in, int length) throws IOException {
        if (length < 0 || length > in.available()) {
            throw new IOException("an item of " + length + " bytes where " + in.available() + " are left");
        }
        return in.readNBytes(length);
    }
}
