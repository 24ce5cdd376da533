package org.understudy.server.search;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.understudy.server.search.Criterion.Field;

/**
 * What of a message's header is searched, sorted and threaded by, but for the text of rare fields.
 *
 * @param fields folded values of the fields that have search keys of their own; several of a name are divided by a line
 *     feed; empty if there are none
 * @param sentDay day of the Date field as written, in days since 1970, or {@link #NONE}
 * @param sentAt moment of the Date field in milliseconds since 1970 UTC, or {@link #NO_MOMENT}
 * @param baseSubject folded base subject (RFC 5256 section 2.1)
 * @param reply whether the subject is of a reply or a forward
 * @param names by which messages are sorted, in the order of {@link Name}; folded
 * @param messageId without angle brackets, or empty
 * @param references message ids of References, else the first of In-Reply-To, oldest first
 */
record MailHeader(
        Map<Field, byte[]> fields,
        int sentDay,
        long sentAt,
        String baseSubject,
        boolean reply,
        List<String> names,
        String messageId,
        List<String> references) {
    /** No date. */
    static final int NONE = Integer.MIN_VALUE;

    static final long NO_MOMENT = Long.MIN_VALUE;

    /** Addresses to sort by: the mailbox part of the first (RFC 5256), or how it is displayed (RFC 5957). */
    enum Name {
        FROM(0),
        TO(1),
        CC(2),
        DISPLAY_FROM(3),
        DISPLAY_TO(4);

        /** Its place in {@link MailHeader#names} and in rows. */
        private final int place;

        Name(int place) {
            this.place = place;
        }
    }

    private static final byte[] NOTHING = {};

    byte[] field(Field field) {
        return fields.getOrDefault(field, NOTHING);
    }

    String name(Name name) {
        return names.get(name.place);
    }

    /** All but {@link #fields}. */
    void writeFacts(DataOutputStream out) throws IOException {
        out.writeInt(sentDay);
        out.writeLong(sentAt);
        writeText(out, baseSubject);
        out.writeBoolean(reply);
        for (String name : names) {
            writeText(out, name);
        }
        writeText(out, messageId);
        out.writeShort(references.size());
        for (String reference : references) {
            writeText(out, reference);
        }
    }

    static MailHeader readFacts(DataInputStream in, Map<Field, byte[]> fields) throws IOException {
        int sentDay = in.readInt();
        long sentAt = in.readLong();
        String baseSubject = readText(in);
        boolean reply = in.readBoolean();
        List<String> names = new ArrayList<>(Name.values().length);
        for (int i = 0; i < Name.values().length; i++) {
            names.add(readText(in));
        }
        String messageId = readText(in);
        int count = in.readUnsignedShort();
        List<String> references = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            references.add(readText(in));
        }
        return new MailHeader(fields, sentDay, sentAt, baseSubject, reply, names, messageId, references);
    }

    byte[] encode() {
        try {
            ByteArrayOutputStream bytes = new ByteArrayOutputStream(256);
            DataOutputStream out = new DataOutputStream(bytes);
            for (Field field : Field.values()) {
                writeOctets(out, field(field));
            }
            writeFacts(out);
            return bytes.toByteArray();
        } catch (IOException e) {
            throw new IllegalStateException("memory cannot be written", e);
        }
    }

    /** @throws IOException if the octets are not what {@link #encode} makes */
    static MailHeader decode(byte[] octets, int from, int length) throws IOException {
        DataInputStream in = new DataInputStream(new ByteArrayInputStream(octets, from, length));
        Map<Field, byte[]> fields = new EnumMap<>(Field.class);
        for (Field field : Field.values()) {
            fields.put(field, in.readNBytes(in.readInt()));
        }
        return readFacts(in, fields);
    }

    private static void writeText(DataOutputStream out, String text) throws IOException {
        writeOctets(out, text.getBytes(StandardCharsets.UTF_8));
    }

    private static String readText(DataInputStream in) throws IOException {
        int length = in.readInt();
        byte[] octets = in.readNBytes(length);
        if (octets.length != length) {
            throw new IOException("a row ends too soon");
        }
        return new String(octets, StandardCharsets.UTF_8);
    }

    private static void writeOctets(DataOutputStream out, byte[] octets) throws IOException {
        out.writeInt(octets.length);
        out.write(octets);
    }
}
