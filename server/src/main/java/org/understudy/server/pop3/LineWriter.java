package org.understudy.server.pop3;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import org.understudy.server.imap.ReplyWriter;

/**
 * Sends a message as a response of many lines (RFC 1939 section 3): lines end with CRLF, those that begin with a dot get
 * another, a line of one dot ends it. A last line without an end gets one.
 */
final class LineWriter {
    private static final byte[] END = ".\r\n".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] CRLF = "\r\n".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] DOT = {'.'};
    private static final int PIECE = 64 << 10;

    private final ReplyWriter out;
    private final long bodyLines;
    private boolean lineBegins = true;
    private boolean lineEmpty = true;
    private boolean inBody;
    private long lines;
    private byte last;

    /** @param bodyLines how many lines of the body to send after the header */
    LineWriter(ReplyWriter out, long bodyLines) {
        this.out = out;
        this.bodyLines = bodyLines;
    }

    void send(InputStream message, byte[] first, int octets) throws IOException {
        boolean more = send(first, octets);
        byte[] piece = new byte[PIECE];
        while (more) {
            int count = message.read(piece);
            more = count > 0 && send(piece, count);
        }
        if (!lineBegins) {
            out.write(CRLF);
        }
        out.write(END);
    }

    /** @return whether to go on */
    private boolean send(byte[] octets, int count) {
        int run = 0;
        for (int at = 0; at < count; at++) {
            byte octet = octets[at];
            if (lineBegins) {
                if (inBody && lines == bodyLines) {
                    out.write(octets, run, at);
                    return false;
                }
                if (octet == '.') {
                    out.write(octets, run, at);
                    out.write(DOT);
                    run = at;
                }
                lineBegins = false;
                lineEmpty = true;
            }
            if (octet == '\n') {
                if (last != '\r') {
                    out.write(octets, run, at);
                    out.write(CRLF);
                    run = at + 1;
                }
                if (inBody) {
                    lines++;
                } else if (lineEmpty) {
                    inBody = true;
                }
                lineBegins = true;
            } else if (octet != '\r') {
                lineEmpty = false;
            }
            last = octet;
        }
        out.write(octets, run, count);
        return true;
    }
}
