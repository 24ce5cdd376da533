package org.understudy.server.imap.reply;

import io.netty.buffer.ByteBuf;

/**
 * Takes octets to the client, in order. When the client does not keep up, the calling thread waits. All methods throw a
 * runtime exception that ends the command where the client is gone.
 */
public interface ReplySink {
    /** Copies octets. */
    void write(byte[] octets, int from, int to);

    /** Sends a buffer's readable octets, without copying them if they are many, and releases it, if this throws too. */
    void write(ByteBuf octets);
}
