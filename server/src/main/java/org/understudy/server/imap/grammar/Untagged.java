package org.understudy.server.imap.grammar;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import org.apache.james.imap.api.message.response.ImapResponseMessage;

/** One untagged response, or a continuation request, as octets without the line end. */
public final class Untagged implements ImapResponseMessage {
    private final ByteArrayOutputStream octets = new ByteArrayOutputStream();
    private final boolean utf8;

    /**
     * @param start what stands before the first mailbox name or string
     * @param utf8 whether the session's names and strings are UTF-8
     */
    public Untagged(String start, boolean utf8) {
        this.utf8 = utf8;
        text(start);
    }

    /** Appends characters of ASCII as they are. */
    public Untagged text(String text) {
        octets.writeBytes(text.getBytes(StandardCharsets.US_ASCII));
        return this;
    }

    /** Appends a mailbox name. */
    public Untagged name(String name) {
        octets.writeBytes(MailboxName.quoted(name, utf8));
        return this;
    }

    /** Appends octets as a quoted string where that is allowed, else as a literal. */
    public Untagged string(byte[] value) {
        boolean quotable = value.length <= 1024;
        for (byte octet : value) {
            quotable &= octet >= ' ' && octet < 0x7f;
        }
        if (!quotable) {
            text("{" + value.length + "}\r\n");
            octets.writeBytes(value);
            return this;
        }
        octets.write('"');
        for (byte octet : value) {
            if (octet == '"' || octet == '\\') {
                octets.write('\\');
            }
            octets.write(octet);
        }
        octets.write('"');
        return this;
    }

    /** The response with its line end. */
    public byte[] line() {
        text("\r\n");
        return octets.toByteArray();
    }
}
