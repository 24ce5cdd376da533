package org.understudy.storage.guard;

import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Map;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.UUID;

/**
 * What the database contained at one moment (byte form: docs/on-disk-format-guard.md#guard).
 *
 * @param generation grows by one with each record of a store, from 1
 * @param identity content of db/IDENTITY, or empty
 * @param lastSequence RocksDB sequence number up to which every write was durable
 * @param manifest name of the MANIFEST, empty in state {@link State#NEW}
 * @param manifestSize its length in octets; the file only grows
 * @param columnFamilies all names
 * @param files length in octets by name: in state {@link State#OPEN} the live tables and the logs, the latter perhaps
 *     longer than what was durable; in state {@link State#CLEAN} every file that matters, exactly
 */
record GuardRecord(
        long generation,
        State state,
        Instant writtenAt,
        UUID storeId,
        String identity,
        long lastSequence,
        String manifest,
        long manifestSize,
        SortedSet<String> columnFamilies,
        SortedMap<String, Long> files) {
    static final String MAGIC = "UNDGUARD";
    static final int VERSION = 1;

    enum State {
        /** The store is being made; nothing has been written through it. */
        NEW(0),
        /** Open for writing: what is recorded is a lower bound. */
        OPEN(1),
        /** Closed in good order: the files are exactly as recorded. */
        CLEAN(2);

        private final int code;

        State(int code) {
            this.code = code;
        }
    }

    GuardRecord {
        columnFamilies = new TreeSet<>(columnFamilies);
        files = new TreeMap<>(files);
    }

    byte[] encode() {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(64 * (8 + files.size()));
        DataOutputStream out = new DataOutputStream(bytes);
        try {
            out.writeLong(generation);
            out.writeByte(state.code);
            out.writeLong(writtenAt.toEpochMilli());
            out.writeLong(storeId.getMostSignificantBits());
            out.writeLong(storeId.getLeastSignificantBits());
            writeText(out, identity);
            out.writeLong(lastSequence);
            writeText(out, manifest);
            out.writeLong(manifestSize);
            out.writeInt(columnFamilies.size());
            for (String name : columnFamilies) {
                writeText(out, name);
            }
            out.writeInt(files.size());
            for (Map.Entry<String, Long> file : files.entrySet()) {
                writeText(out, file.getKey());
                out.writeLong(file.getValue());
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return Frame.encode(MAGIC, VERSION, bytes.toByteArray());
    }

    /** @throws IllegalArgumentException if the body is none, although its checksum is right */
    static GuardRecord decode(ByteBuffer in) {
        try {
            long generation = in.getLong();
            State state = state(in.get());
            Instant writtenAt = Instant.ofEpochMilli(in.getLong());
            UUID storeId = new UUID(in.getLong(), in.getLong());
            String identity = text(in);
            long lastSequence = in.getLong();
            String manifest = text(in);
            long manifestSize = in.getLong();
            SortedSet<String> columnFamilies = new TreeSet<>();
            for (int left = in.getInt(); left > 0; left--) {
                columnFamilies.add(text(in));
            }
            SortedMap<String, Long> files = new TreeMap<>();
            for (int left = in.getInt(); left > 0; left--) {
                files.put(text(in), in.getLong());
            }
            if (in.hasRemaining()) {
                throw new IllegalArgumentException("has " + in.remaining() + " octets too many");
            }
            return new GuardRecord(
                    generation,
                    state,
                    writtenAt,
                    storeId,
                    identity,
                    lastSequence,
                    manifest,
                    manifestSize,
                    columnFamilies,
                    files);
        } catch (BufferUnderflowException e) {
            throw new IllegalArgumentException("ends within a field", e);
        }
    }

    private static State state(byte code) {
        for (State state : State.values()) {
            if (state.code == code) {
                return state;
            }
        }
        throw new IllegalArgumentException("has the unknown state " + code);
    }

    private static void writeText(DataOutputStream out, String text) throws IOException {
        byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
        if (utf8.length > 0xffff) {
            throw new IllegalArgumentException("a name of " + utf8.length + " octets");
        }
        out.writeShort(utf8.length);
        out.write(utf8);
    }

    private static String text(ByteBuffer in) {
        byte[] utf8 = new byte[Short.toUnsignedInt(in.getShort())];
        in.get(utf8);
        return new String(utf8, StandardCharsets.UTF_8);
    }
}
