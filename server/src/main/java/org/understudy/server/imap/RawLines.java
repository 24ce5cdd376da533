package org.understudy.server.imap;

import org.understudy.server.imap.reply.DirectResponse;
import org.understudy.server.imap.reply.ReplySink;

/** Untagged responses that are encoded already, whole lines with their line ends: many of them go out as one piece. */
public final class RawLines implements DirectResponse {
    private final byte[] octets;

    /** @param octets which nobody changes any more */
    public RawLines(byte[] octets) {
        this.octets = octets;
    }

    @Override
    public void write(ReplySink out) {
        out.write(octets, 0, octets.length);
    }
}
