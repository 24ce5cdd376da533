package org.understudy.storage.mime;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.understudy.storage.Content;

/**
 * Reads a message's structure from its lines, in one pass that keeps header blocks only. Whoever reads the message anyway
 * gives it the lines ({@link #line}, then {@link #end}); {@link #read} is for those who do not.
 *
 * <p>A multipart without boundary is text; what follows its last boundary, or precedes its first, is nobody's part. Parts
 * beyond {@value #MOST_PARTS}, or deeper than {@value #MOST_DEEP}, are left in the body of the one that holds them.
 */
public final class StructureReader {
    static final int MOST_PARTS = 10_000;
    static final int MOST_DEEP = 50;

    /** Octets of a header block that are read for fields; later ones are counted and not read. */
    private static final int HEADER_KEPT = 1 << 20;

    private static final int BUFFER = 64 << 10;
    private static final int LONGEST_BOUNDARY = 1000;

    /** An entity that is being read. */
    private static final class Open {
        final long headerStart;
        final boolean inDigest;
        final List<Part> parts = new ArrayList<>();
        final Octets structures = new Octets(64);
        long bodyStart = -1;
        long linesBefore;
        Part.Kind kind = Part.Kind.LEAF;
        ContentFields fields = new ContentFields();
        byte[] boundary = new byte[0];
        byte[] envelope = new byte[0];

        Open(long headerStart, boolean inDigest) {
            this.headerStart = headerStart;
            this.inDigest = inDigest;
        }
    }

    private final List<Open> open = new ArrayList<>();
    private byte[] header = new byte[1024];
    private int headerLength;
    private boolean midLine;
    private long lines;
    private int lastEnding;
    private int multiparts;
    private int count = 1;
    private boolean topRead;
    private @Nullable Instant sentDate;
    private byte[] envelope = new byte[0];
    private byte[] references = new byte[0];
    private @Nullable Part root;
    private byte[] rootStructure = new byte[0];

    public StructureReader() {
        open.add(new Open(0, false));
    }

    /** @throws IOException if the content cannot be read to its end, never because of what it holds */
    public static MessageStructure read(Content content) throws IOException {
        StructureReader reader = new StructureReader();
        ByteBuffer memory = content.inMemory();
        if (memory != null) {
            int from = memory.arrayOffset() + memory.position();
            return reader.all(memory.array(), from, from + memory.remaining());
        }
        byte[] buffer = new byte[BUFFER];
        long offset = 0;
        int held = 0;
        try (InputStream in = content.open()) {
            for (int read = in.read(buffer); read >= 0; read = in.read(buffer, held, buffer.length - held)) {
                int end = held + read;
                int rest = reader.lines(buffer, 0, end, offset);
                if (rest == 0 && end == buffer.length) {
                    rest = buffer[end - 1] == '\r' ? end - 1 : end;
                    reader.line(buffer, 0, rest, 0, offset);
                }
                System.arraycopy(buffer, rest, buffer, 0, end - rest);
                offset += rest;
                held = end - rest;
            }
        }
        if (held > 0) {
            reader.line(buffer, 0, held, 0, offset);
        }
        return reader.end(offset + held);
    }

    /** Of a message in memory. */
    public static MessageStructure read(byte[] message) {
        return new StructureReader().all(message, 0, message.length);
    }

    private MessageStructure all(byte[] octets, int from, int to) {
        int rest = lines(octets, from, to, 0);
        if (rest < to) {
            line(octets, rest, to, 0, (long) rest - from);
        }
        return end((long) to - from);
    }

    /** Takes the whole lines of {@code octets[from, to)}, and returns where the last one, without end, begins. */
    private int lines(byte[] octets, int from, int to, long offset) {
        int start = from;
        for (int i = from; i < to; i++) {
            if (octets[i] == '\n') {
                boolean crlf = i > start && octets[i - 1] == '\r';
                line(octets, start, crlf ? i - 1 : i, crlf ? 2 : 1, offset + start - from);
                start = i + 1;
            }
        }
        return start;
    }

    /**
     * Takes a line, or a piece of one that goes on.
     *
     * @param ending octets of its line end; 0 for a piece, or for the last line where that has no end
     * @param offset of its first octet in the message
     */
    public void line(byte[] octets, int from, int to, int ending, long offset) {
        boolean begins = !midLine;
        midLine = ending == 0;
        if (begins && multiparts > 0 && to - from > 2 && octets[from] == '-' && octets[from + 1] == '-') {
            if (isBoundary(octets, from, to, ending, offset)) {
                lastEnding = ending;
                lines += ending > 0 ? 1 : 0;
                return;
            }
        }
        lines += ending > 0 ? 1 : 0;
        Open current = open.getLast();
        if (current.bodyStart < 0) {
            keep(octets, from, to, ending);
            if (begins && from == to && ending > 0) {
                headerRead(current, offset + ending);
            }
        }
        lastEnding = ending;
    }

    private void keep(byte[] octets, int from, int to, int ending) {
        int room = Math.min(to - from, HEADER_KEPT - headerLength);
        int needed = headerLength + room + 1;
        if (needed > header.length) {
            header = Arrays.copyOf(header, Math.max(needed, header.length * 2));
        }
        System.arraycopy(octets, from, header, headerLength, room);
        headerLength += room;
        if (ending > 0) {
            header[headerLength++] = '\n';
        }
        headerLength = Math.min(headerLength, HEADER_KEPT);
    }

    private void headerRead(Open entity, long bodyStart) {
        entity.bodyStart = bodyStart;
        entity.linesBefore = lines;
        entity.fields = ContentFields.read(header, headerLength, entity.inDigest);
        boolean isMessage = open.size() == 1 || open.get(open.size() - 2).kind == Part.Kind.MESSAGE;
        if (isMessage) {
            Octets written = new Octets(256);
            Envelope.write(header, headerLength, written);
            entity.envelope = written.done();
        }
        if (!topRead) {
            topRead = true;
            envelope = entity.envelope;
            sentDate = SentDate.read(HeaderLines.first(header, headerLength, "date"));
            String threads = HeaderLines.first(header, headerLength, "references");
            references = threads == null ? references : threads.getBytes(StandardCharsets.ISO_8859_1);
        }
        headerLength = 0;
        ContentFields fields = entity.fields;
        boolean room = open.size() < MOST_DEEP && count < MOST_PARTS;
        String edge = fields.parameters.get("boundary");
        if (fields.type.equals("multipart")) {
            if (edge != null && !edge.isEmpty() && edge.length() <= LONGEST_BOUNDARY && room) {
                entity.kind = Part.Kind.MULTIPART;
                entity.boundary = edge.stripTrailing().getBytes(StandardCharsets.ISO_8859_1);
                multiparts++;
            } else {
                fields.type = "text";
                fields.subType = "plain";
                fields.parameters.clear();
                fields.parameters.put("charset", "us-ascii");
            }
        } else if (fields.type.equals("message")
                && (fields.subType.equals("rfc822") || fields.subType.equals("global"))) {
            if (encoding(fields.encoding) == Part.Encoding.NONE && room) {
                entity.kind = Part.Kind.MESSAGE;
                begin(bodyStart, false);
            } else {
                fields.type = "application";
                fields.subType = "octet-stream";
            }
        }
    }

    private void begin(long headerStart, boolean inDigest) {
        open.add(new Open(headerStart, inDigest));
        headerLength = 0;
        count++;
    }

    /** Looks for the multipart whose boundary a line is, from the innermost out; ends and begins parts accordingly. */
    private boolean isBoundary(byte[] octets, int from, int to, int ending, long offset) {
        for (int i = open.size() - 1; i >= 0; i--) {
            Open multipart = open.get(i);
            if (multipart.kind != Part.Kind.MULTIPART) {
                continue;
            }
            byte[] edge = multipart.boundary;
            int behind = from + 2 + edge.length;
            if (behind > to || !Arrays.equals(octets, from + 2, behind, edge, 0, edge.length)) {
                continue;
            }
            boolean last = to - behind >= 2 && octets[behind] == '-' && octets[behind + 1] == '-';
            if (!last && !isBlank(octets, behind, to)) {
                continue;
            }
            while (open.size() - 1 > i) {
                close(offset, true);
            }
            if (last || count >= MOST_PARTS) {
                if (last) {
                    multipart.boundary = new byte[] {'\n'};
                }
            } else {
                begin(offset + to - from + ending, multipart.fields.subType.equals("digest"));
            }
            return true;
        }
        return false;
    }

    private static boolean isBlank(byte[] octets, int from, int to) {
        for (int i = from; i < to; i++) {
            if (octets[i] != ' ' && octets[i] != '\t') {
                return false;
            }
        }
        return true;
    }

    /** Ends the innermost entity; before a boundary, the line end before belongs to that. */
    private void close(long offset, boolean atBoundary) {
        Open entity = open.getLast();
        if (entity.bodyStart < 0) {
            headerRead(entity, offset);
            if (open.getLast() != entity) {
                close(offset, false);
            }
        }
        boolean taken = atBoundary && offset > entity.bodyStart && lastEnding > 0;
        long end = taken ? Math.max(entity.bodyStart, offset - lastEnding) : offset;
        long ownLines = Math.max(0, lines - entity.linesBefore - (taken ? 1 : 0));
        if (entity.kind == Part.Kind.MULTIPART) {
            multiparts--;
        }
        Part part = new Part(
                entity.headerStart, entity.bodyStart, end, entity.kind, encoding(entity.fields.encoding), entity.parts);
        open.removeLast();
        byte[] written = structure(entity, part, ownLines);
        if (open.isEmpty()) {
            root = part;
            rootStructure = written;
        } else {
            Open outer = open.getLast();
            outer.parts.add(part);
            if (outer.kind == Part.Kind.MESSAGE) {
                outer.structures.raw(entity.envelope, 0, entity.envelope.length).octet(' ');
            }
            outer.structures.raw(written, 0, written.length);
        }
    }

    /** Ends the message, which has {@code size} octets. */
    public MessageStructure end(long size) {
        while (!open.isEmpty()) {
            close(size, false);
        }
        Part all = root;
        if (all == null) {
            throw new IllegalStateException("a message was ended twice");
        }
        return new MessageStructure(sentDate, envelope, rootStructure, references, all);
    }

    private static Part.Encoding encoding(String name) {
        return switch (name) {
            case "7bit", "8bit", "binary" -> Part.Encoding.NONE;
            case "quoted-printable" -> Part.Encoding.QUOTED_PRINTABLE;
            case "base64" -> Part.Encoding.BASE64;
            default -> Part.Encoding.UNKNOWN;
        };
    }

    private static byte[] structure(Open entity, Part part, long lines) {
        ContentFields fields = entity.fields;
        Octets out = new Octets(128 + entity.structures.length());
        out.octet('(');
        byte[] inner = entity.structures.done();
        if (entity.kind == Part.Kind.MULTIPART) {
            if (inner.length == 0) {
                out.plain("(\"TEXT\" \"PLAIN\" (\"charset\" \"us-ascii\") NIL NIL \"7BIT\" 0 0 NIL NIL NIL NIL)");
            }
            out.raw(inner, 0, inner.length).octet(' ').string(upper(fields.subType));
            parameters(out.octet(' '), fields.parameters);
        } else {
            out.string(upper(fields.type)).octet(' ').string(upper(fields.subType));
            parameters(out.octet(' '), fields.parameters);
            out.octet(' ').nstring(fields.id);
            out.octet(' ').nstring(fields.description);
            out.octet(' ').string(upper(fields.encoding));
            out.octet(' ').number(part.end() - part.bodyStart());
            if (entity.kind == Part.Kind.MESSAGE) {
                out.octet(' ').raw(inner, 0, inner.length).octet(' ').number(lines);
            } else if (fields.type.equals("text")) {
                out.octet(' ').number(lines);
            }
            out.octet(' ').nstring(fields.md5);
        }
        disposition(out.octet(' '), fields.disposition);
        languages(out.octet(' '), fields.languages);
        return out.octet(' ').nstring(fields.location).octet(')').done();
    }

    private static String upper(String ascii) {
        StringBuilder upper = new StringBuilder(ascii.length());
        for (int i = 0; i < ascii.length(); i++) {
            char c = ascii.charAt(i);
            upper.append(c >= 'a' && c <= 'z' ? (char) (c - 32) : c);
        }
        return upper.toString();
    }

    private static void parameters(Octets out, java.util.Map<String, String> parameters) {
        if (parameters.isEmpty()) {
            out.nil();
            return;
        }
        out.octet('(');
        boolean[] more = new boolean[1];
        parameters.forEach((name, value) -> {
            if (more[0]) {
                out.octet(' ');
            }
            more[0] = true;
            out.string(name).octet(' ').string(value);
        });
        out.octet(')');
    }

    private static void disposition(Octets out, ContentFields.@Nullable Valued disposition) {
        if (disposition == null) {
            out.nil();
        } else {
            out.octet('(').string(disposition.value()).octet(' ');
            parameters(out, disposition.parameters());
            out.octet(')');
        }
    }

    private static void languages(Octets out, List<String> languages) {
        if (languages.isEmpty()) {
            out.nil();
            return;
        }
        out.octet('(');
        for (int i = 0; i < languages.size(); i++) {
            if (i > 0) {
                out.octet(' ');
            }
            out.string(languages.get(i));
        }
        out.octet(')');
    }
}
