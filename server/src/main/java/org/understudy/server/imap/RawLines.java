package org.understudy.server.imap;

import org.apache.james.imap.api.message.response.ImapResponseMessage;

/** Untagged responses that are encoded already, whole lines with their line ends: many of them go out as one piece. */
public final class RawLines implements ImapResponseMessage {
    private final byte[] octets;

    /** @param octets which nobody changes any more */
    public RawLines(byte[] octets) {
        this.octets = octets;
    }

    byte[] octets() {
        return octets;
    }
}
