package org.understudy.server.search;

import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Reads the searched text out of a message (RFC 9051 section 6.4.4): the header fields decoded, and of the body every part
 * of type text, wherever it lies, with transfer encoding and charset decoded; of HTML both the source and what a reader sees between the tags;
 * of a message within the message its text parts. Names of attachments, boundaries, epilogues and
 * what is not text are not searched.
 *
 * <p>Reads what is broken as far as it goes: a multipart without end ends with the message, unknown charsets count as
 * Windows-1252, bad base64 ends where it turns bad.
 */
final class MailReader {
    private static final int MOST_DEEP = 20;
    private static final Charset UNKNOWN = Charset.forName("windows-1252");

    private final byte[] octets;
    private final FoldedText body;

    private MailReader(byte[] octets) {
        this.octets = octets;
        body = new FoldedText(Math.min(octets.length, 64 << 10));
    }

    /** @param octets the whole message, not to be changed meanwhile */
    static MailText read(byte[] octets) {
        MailReader reader = new MailReader(octets);
        int[] end = new int[1];
        List<HeaderReader.Line> lines = HeaderReader.lines(octets, 0, octets.length, end);
        FoldedText fields = new FoldedText(end[0]);
        HeaderReader.addLines(lines, fields);
        reader.entity(lines, end[0], octets.length, "text/plain", 0);
        return new MailText(HeaderReader.header(lines), fields.toBytes(), reader.body.toBytes());
    }

    /** Only what the header says; the body is left empty. */
    static MailText readHeader(byte[] octets) {
        List<HeaderReader.Line> lines = HeaderReader.lines(octets, 0, octets.length, new int[1]);
        FoldedText fields = new FoldedText(octets.length);
        HeaderReader.addLines(lines, fields);
        return new MailText(HeaderReader.header(lines), fields.toBytes(), new byte[0]);
    }

    private void entity(List<HeaderReader.Line> lines, int from, int to, String standard, int depth) {
        String type = standard;
        String encoding = "";
        String typeField = "";
        for (HeaderReader.Line line : lines) {
            if (line.is("content-type") && typeField.isEmpty()) {
                typeField = line.value();
                int end = typeField.indexOf(';');
                type = (end < 0 ? typeField : typeField.substring(0, end))
                        .strip()
                        .toLowerCase(Locale.ROOT);
            } else if (line.is("content-transfer-encoding")) {
                encoding = line.value().strip().toLowerCase(Locale.ROOT);
            }
        }
        if (depth >= MOST_DEEP) {
            return;
        }
        if (type.startsWith("multipart/")) {
            String boundary = HeaderReader.parameter(typeField, "boundary", true);
            if (!boundary.isEmpty()) {
                String inner = type.equals("multipart/digest") ? "message/rfc822" : "text/plain";
                parts(boundary.getBytes(StandardCharsets.ISO_8859_1), from, to, inner, depth);
                return;
            }
        }
        if (type.equals("message/rfc822") || type.equals("message/global")) {
            boolean plain = !encoding.equals("base64") && !encoding.equals("quoted-printable");
            if (plain) {
                message(from, to, depth);
            }
            return;
        }
        if (type.startsWith("text/") || type.indexOf('/') < 0) {
            text(type, HeaderReader.parameter(typeField, "charset", false), encoding, from, to);
        }
    }

    private void message(int from, int to, int depth) {
        int[] end = new int[1];
        List<HeaderReader.Line> lines = HeaderReader.lines(octets, from, to, end);
        entity(lines, end[0], to, "text/plain", depth + 1);
    }

    private void parts(byte[] boundary, int from, int to, String standard, int depth) {
        int part = -1;
        int line = from;
        while (line < to) {
            int end = line;
            while (end < to && octets[end] != '\n') {
                end++;
            }
            int next = Math.min(end + 1, to);
            if (isDelimiter(boundary, line, to)) {
                if (part >= 0) {
                    part(part, beforeLineEnd(part, line), standard, depth);
                } else {
                    text("text/plain", "", "", from, line);
                }
                int after = line + 2 + boundary.length;
                if (after + 1 < to && octets[after] == '-' && octets[after + 1] == '-') {
                    return;
                }
                part = next;
            }
            line = next;
        }
        if (part >= 0) {
            part(part, to, standard, depth);
        }
    }

    /** The line end before a delimiter belongs to the delimiter. */
    private int beforeLineEnd(int from, int delimiter) {
        int end = delimiter;
        if (end > from && octets[end - 1] == '\n') {
            end--;
            if (end > from && octets[end - 1] == '\r') {
                end--;
            }
        }
        return end;
    }

    private boolean isDelimiter(byte[] boundary, int at, int to) {
        if (at + 2 + boundary.length > to || octets[at] != '-' || octets[at + 1] != '-') {
            return false;
        }
        for (int i = 0; i < boundary.length; i++) {
            if (octets[at + 2 + i] != boundary[i]) {
                return false;
            }
        }
        int after = at + 2 + boundary.length;
        return after == to
                || octets[after] == '\r'
                || octets[after] == '\n'
                || octets[after] == ' '
                || octets[after] == '\t'
                || octets[after] == '-';
    }

    private void part(int from, int to, String standard, int depth) {
        int[] end = new int[1];
        List<HeaderReader.Line> lines = HeaderReader.lines(octets, from, Math.max(from, to), end);
        entity(lines, end[0], Math.max(end[0], to), standard, depth + 1);
    }

    private void text(String type, String charsetName, String encoding, int from, int to) {
        if (from >= to) {
            return;
        }
        byte[] text = octets;
        int start = from;
        int end = to;
        if (encoding.equals("base64")) {
            text = Transfer.base64(octets, from, to);
            start = 0;
            end = text.length;
        } else if (encoding.equals("quoted-printable")) {
            text = Transfer.quotedPrintable(octets, from, to);
            start = 0;
            end = text.length;
        }
        boolean html = type.equals("text/html") || type.equals("text/xhtml");
        Charset charset = charsetName.isEmpty() ? null : HeaderText.charset(charsetName);
        if (!html && isAscii(text, start, end) && (charset == null || holdsAscii(charset))) {
            body.addAscii(text, start, end);
        } else {
            String decoded = decoded(text, start, end, charset, !charsetName.isEmpty());
            body.add(decoded);
            if (html) {
                body.add((byte) '\n');
                body.add(HtmlText.of(decoded));
            }
        }
        body.add((byte) '\n');
    }

    private static String decoded(byte[] text, int from, int to, @Nullable Charset charset, boolean named) {
        if (charset != null) {
            return new String(text, from, to - from, charset);
        }
        return named ? new String(text, from, to - from, UNKNOWN) : HeaderText.raw(text, from, to);
    }

    private static boolean isAscii(byte[] text, int from, int to) {
        for (int i = from; i < to; i++) {
            if (text[i] < 0) {
                return false;
            }
        }
        return true;
    }

    /** Whether octets below 0x80 always mean ASCII. */
    private static boolean holdsAscii(Charset charset) {
        String name = charset.name().toUpperCase(Locale.ROOT);
        return name.equals("UTF-8")
                || name.startsWith("ISO-8859")
                || name.startsWith("WINDOWS-125")
                || name.startsWith("KOI8");
    }
}
