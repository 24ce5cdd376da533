package org.understudy.restore.validate;

import org.understudy.restore.message.HeaderBlock;
import org.understudy.restore.message.MessageReading;

/**
 * What is known of a message when all of it has been read.
 *
 * @param bodyOffset octet at which the body begins, in the bytes as they lie in the source
 * @param tail how the message ends
 */
public record Scan(MessageReading reading, HeaderBlock header, long bodyOffset, Tail tail) {
    /**
     * How a message ends.
     *
     * @param midLine whether the last line lacks its end
     * @param openMultiparts multiparts whose closing delimiter did not come
     * @param cutBase64 whether the last part is base64 and stops within a group of four characters
     */
    public record Tail(boolean midLine, int openMultiparts, boolean cutBase64) {}

    /** Whether the message came by SMTP, which ends every message with a line end (RFC 5321 section 4.1.1.4). */
    public boolean cameBySmtp() {
        return header.first("Received") != null;
    }
}
