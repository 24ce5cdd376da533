package org.understudy.server.imap.fetch;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.understudy.storage.mime.HeaderLines;
import org.understudy.storage.mime.Part;

/** What a section of one message is. */
sealed interface SectionOctets {
    /** Octets of the body as they lie. */
    record Range(long from, long to) implements SectionOctets {}

    /** Octets made of the body's. */
    @SuppressWarnings("ArrayRecordComponent") // read once, never compared
    record Made(byte[] octets) implements SectionOctets {}

    /** There is no such part: NIL. */
    record Nothing() implements SectionOctets {}

    /** The part has a transfer encoding that cannot be undone. */
    record Undecodable() implements SectionOctets {}

    /**
     * Looks a section up.
     *
     * @param root the message's parts, or null where the section is the whole message
     */
    static SectionOctets of(Section section, @Nullable Part root, BodyOctets body) {
        if (root == null) {
            return new Range(0, body.size());
        }
        boolean binary = section.what() == Section.What.DECODED || section.what() == Section.What.DECODED_SIZE;
        Part part = root.find(section.path());
        if (part == null || part.end() > body.size()) {
            return binary ? new Nothing() : new Range(0, 0);
        }
        boolean top = section.path().length == 0;
        return switch (section.what()) {
            case ALL -> top ? new Range(0, body.size()) : new Range(part.bodyStart(), part.end());
            case MIME -> new Range(part.headerStart(), part.bodyStart());
            case HEADER, FIELDS, FIELDS_NOT, TEXT -> {
                Part message = top
                        ? part
                        : part.kind() == Part.Kind.MESSAGE ? part.children().getFirst() : null;
                if (message == null) {
                    yield new Range(0, 0);
                }
                yield section.what() == Section.What.TEXT
                        ? new Range(message.bodyStart(), message.end())
                        : header(section, message, body);
            }
            case DECODED, DECODED_SIZE -> top ? new Range(0, body.size()) : decoded(part, body);
        };
    }

    private static SectionOctets header(Section section, Part message, BodyOctets body) {
        if (section.what() == Section.What.HEADER) {
            return new Range(message.headerStart(), message.bodyStart());
        }
        boolean wanted = section.what() == Section.What.FIELDS;
        byte[] header = body.copy(message.headerStart(), message.bodyStart());
        Line out = new Line();
        HeaderLines.visit(header, 0, header.length, (from, nameEnd, value, to) -> {
            if (isNamed(header, from, nameEnd, section.fields()) == wanted) {
                out.put(header, from, to);
                if (header[to - 1] != '\n') {
                    out.put('\r').put('\n');
                }
            }
        });
        out.put('\r').put('\n');
        return new Made(java.util.Arrays.copyOf(out.octets(), out.length()));
    }

    private static boolean isNamed(byte[] header, int from, int nameEnd, List<String> names) {
        for (String name : names) {
            if (HeaderLines.isNamed(header, from, nameEnd, name)) {
                return true;
            }
        }
        return false;
    }

    private static SectionOctets decoded(Part part, BodyOctets body) {
        return switch (part.encoding()) {
            case NONE -> new Range(part.bodyStart(), part.end());
            case BASE64 -> new Made(TransferEncoding.base64(body.copy(part.bodyStart(), part.end())));
            case QUOTED_PRINTABLE ->
                new Made(TransferEncoding.quotedPrintable(body.copy(part.bodyStart(), part.end())));
            case UNKNOWN -> new Undecodable();
        };
    }
}
