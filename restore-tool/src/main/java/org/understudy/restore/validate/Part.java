package org.understudy.restore.validate;

import java.nio.charset.StandardCharsets;
import java.util.Locale;
import org.apache.james.mime4j.stream.RawBody;
import org.apache.james.mime4j.stream.RawField;
import org.apache.james.mime4j.stream.RawFieldParser;
import org.jspecify.annotations.Nullable;
import org.understudy.restore.message.HeaderBlock;

/** One MIME part (RFC 2045, 2046) while it is being read. */
public final class Part {
    /** RFC 2046 allows 70 octets; real mail goes beyond. */
    private static final int BOUNDARY_LIMIT = 900;

    private static final int FIELD_LIMIT = 16 * 1024;

    private final HeaderBlock header;
    private final @Nullable Part parent;
    private final int depth;
    private final long bodyOffset;
    private final String type;
    private final String encoding;
    private final String charset;
    private final byte @Nullable [] boundary;
    private int delimiters;
    private boolean closed;

    Part(HeaderBlock header, @Nullable Part parent, long bodyOffset) {
        this.header = header;
        this.parent = parent;
        this.depth = parent == null ? 0 : parent.depth + 1;
        this.bodyOffset = bodyOffset;
        String otherwise = parent != null && parent.type.equals("multipart/digest") ? "message/rfc822" : "text/plain";
        HeaderBlock.Field contentType = header.first("Content-Type");
        if (contentType == null) {
            type = otherwise;
            charset = "";
            boundary = null;
        } else {
            RawBody body = RawFieldParser.DEFAULT.parseRawBody(
                    new RawField("Content-Type", header.value(contentType, FIELD_LIMIT)));
            String stated =
                    body.getValue() == null ? "" : body.getValue().trim().toLowerCase(Locale.ROOT);
            type = stated.indexOf('/') > 0 ? stated : otherwise;
            charset = parameter(body, "charset").toLowerCase(Locale.ROOT);
            String delimiter = parameter(body, "boundary").stripTrailing();
            boundary = type.startsWith("multipart/") && !delimiter.isEmpty() && delimiter.length() <= BOUNDARY_LIMIT
                    ? delimiter.getBytes(StandardCharsets.ISO_8859_1)
                    : null;
        }
        String stated = header.value("Content-Transfer-Encoding").toLowerCase(Locale.ROOT);
        int end = 0;
        while (end < stated.length()
                && stated.charAt(end) > ' '
                && stated.charAt(end) != ';'
                && stated.charAt(end) != '(') {
            end++;
        }
        encoding = stated.substring(0, end);
    }

    private static String parameter(RawBody body, String name) {
        return body.getParams().stream()
                .filter(parameter -> parameter.getName().equalsIgnoreCase(name) && parameter.getValue() != null)
                .map(parameter -> parameter.getValue())
                .findFirst()
                .orElse("");
    }

    public HeaderBlock header() {
        return header;
    }

    /** The part that holds this one, or null for the message itself. */
    public @Nullable Part parent() {
        return parent;
    }

    /** 0 for the message itself. */
    public int depth() {
        return depth;
    }

    /** Octet of the source's bytes at which the part's body begins. */
    public long bodyOffset() {
        return bodyOffset;
    }

    /** Media type and subtype in lower case, {@code text/plain} where none is readable. */
    public String type() {
        return type;
    }

    public boolean isMultipart() {
        return type.startsWith("multipart/");
    }

    /** Content-Transfer-Encoding in lower case, or empty. */
    public String encoding() {
        return encoding;
    }

    /** Charset parameter in lower case, or empty. */
    public String charset() {
        return charset;
    }

    /** The boundary, or null where the part is no multipart or names none that can be used. */
    byte @Nullable [] boundary() {
        return boundary;
    }

    /** Delimiter lines seen so far, the closing one included. */
    public int delimiters() {
        return delimiters;
    }

    /** Whether the closing delimiter has come. */
    public boolean closed() {
        return closed;
    }

    void delimiter(boolean closing) {
        delimiters++;
        closed |= closing;
    }
}
