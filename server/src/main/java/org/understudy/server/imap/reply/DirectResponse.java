package org.understudy.server.imap.reply;

import org.apache.james.imap.api.message.response.ImapResponseMessage;

/**
 * Untagged responses that write their own octets. What can fail is done before: once {@link #write} has begun, only the
 * client's going may keep it from writing whole lines.
 */
public interface DirectResponse extends ImapResponseMessage {
    /** Writes the lines, each with its CRLF. */
    void write(ReplySink out);
}
