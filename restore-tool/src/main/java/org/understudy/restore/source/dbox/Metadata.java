package org.understudy.restore.source.dbox;

import java.nio.charset.StandardCharsets;

/**
 * What Dovecot writes after a message: lines of a letter and a value, ended by an empty line.
 *
 * @param guid {@code G}, or empty
 * @param received {@code R}, seconds since 1970, or -1
 * @param physical {@code Z}, octets as stored if packed or with attachments put back, or -1
 * @param virtual {@code V}, octets with CRLF, or -1
 * @param mailbox {@code B}, the mailbox into which the message was delivered first, or empty
 * @param attachments {@code X}, where parts lie that are stored apart, or empty
 * @param complete whether the empty line that ends it was found
 */
record Metadata(
        String guid, long received, long physical, long virtual, String mailbox, String attachments, boolean complete) {
    static final Metadata NONE = new Metadata("", -1, -1, -1, "", "", false);

    /** @param text from the first line on; may go on beyond the end */
    static Metadata parse(byte[] text) {
        Metadata read = NONE;
        int at = 0;
        while (at < text.length) {
            int end = at;
            while (end < text.length && text[end] != '\n') {
                end++;
            }
            if (end == text.length) {
                return read;
            }
            if (end == at) {
                return new Metadata(
                        read.guid, read.received, read.physical, read.virtual, read.mailbox, read.attachments, true);
            }
            String value = new String(text, at + 1, end - at - 1, StandardCharsets.UTF_8);
            read = read.with((char) text[at], value);
            at = end + 1;
        }
        return read;
    }

    /** Octets of the text that {@link #parse} reads, with the empty line; all of it if that is missing. */
    static int length(byte[] text) {
        for (int i = 0; i < text.length; i++) {
            if (text[i] == '\n' && (i == 0 || text[i - 1] == '\n')) {
                return i + 1;
            }
        }
        return text.length;
    }

    private Metadata with(char key, String value) {
        return switch (key) {
            case 'G' -> new Metadata(value, received, physical, virtual, mailbox, attachments, complete);
            case 'R' -> new Metadata(guid, hex(value), physical, virtual, mailbox, attachments, complete);
            case 'Z' -> new Metadata(guid, received, hex(value), virtual, mailbox, attachments, complete);
            case 'V' -> new Metadata(guid, received, physical, hex(value), mailbox, attachments, complete);
            case 'B' -> new Metadata(guid, received, physical, virtual, value, attachments, complete);
            case 'X' -> new Metadata(guid, received, physical, virtual, mailbox, value, complete);
            default -> this;
        };
    }

    /** A number of up to 15 hexadecimal digits, or -1. */
    static long hex(String digits) {
        String text = digits.strip();
        return text.matches("0*[0-9a-fA-F]{1,15}") ? Long.parseLong(text, 16) : -1;
    }
}
