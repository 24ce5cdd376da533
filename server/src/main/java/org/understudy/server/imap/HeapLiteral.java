package org.understudy.server.imap;

import java.io.ByteArrayInputStream;
import java.io.InputStream;
import org.apache.james.imap.message.Literal;

/** A literal that lies in memory. */
final class HeapLiteral implements Literal {
    private final byte[] octets;

    /** @param octets which nobody changes any more */
    HeapLiteral(byte[] octets) {
        this.octets = octets;
    }

    byte[] octets() {
        return octets;
    }

    @Override
    public long size() {
        return octets.length;
    }

    @Override
    public InputStream getInputStream() {
        return new ByteArrayInputStream(octets);
    }
}
