package org.understudy.server.imap.select;

import java.nio.charset.StandardCharsets;
import org.understudy.server.imap.reply.DirectResponse;
import org.understudy.server.imap.reply.ReplySink;

/** Whole untagged responses, each with its line end, as they go to the client. For one thread. */
public final class Lines implements DirectResponse {
    private final StringBuilder text;

    public Lines() {
        text = new StringBuilder(512);
    }

    private Lines(String characters) {
        text = new StringBuilder(characters);
    }

    /** Adds characters of ASCII. */
    public Lines add(String characters) {
        text.append(characters);
        return this;
    }

    public Lines add(long number) {
        text.append(number);
        return this;
    }

    /** Adds one whole line; the line end is added. */
    public Lines line(String characters) {
        text.append(characters).append("\r\n");
        return this;
    }

    public Lines end() {
        text.append("\r\n");
        return this;
    }

    public boolean isEmpty() {
        return text.isEmpty();
    }

    /** How many characters there are. */
    public int length() {
        return text.length();
    }

    /** These lines as a response of their own; this one begins anew. */
    Lines taken() {
        Lines taken = new Lines(text.toString());
        text.setLength(0);
        return taken;
    }

    /** The responses' octets. */
    public byte[] octets() {
        return text.toString().getBytes(StandardCharsets.ISO_8859_1);
    }

    @Override
    public void write(ReplySink out) {
        byte[] octets = octets();
        out.write(octets, 0, octets.length);
    }
}
