package org.understudy.server.imap.search;

import java.nio.charset.StandardCharsets;
import org.understudy.server.imap.reply.DirectResponse;
import org.understudy.server.imap.reply.ReplySink;

/** One untagged response, written out but for the asterisk and the line end. */
final class SearchAnswer implements DirectResponse {
    private static final byte[] BEGIN = "* ".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] END = "\r\n".getBytes(StandardCharsets.US_ASCII);

    private final byte[] text;

    SearchAnswer(byte[] text) {
        this.text = text;
    }

    @Override
    public void write(ReplySink out) {
        out.write(BEGIN, 0, BEGIN.length);
        out.write(text, 0, text.length);
        out.write(END, 0, END.length);
    }
}
