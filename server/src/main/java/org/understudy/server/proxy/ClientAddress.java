package org.understudy.server.proxy;

import io.netty.channel.Channel;
import io.netty.util.AttributeKey;
import java.net.SocketAddress;

/** Where the client of a connection is: at its other end, or where a proxy says. */
public final class ClientAddress {
    private static final AttributeKey<SocketAddress> TOLD = AttributeKey.valueOf(ClientAddress.class, "told");

    private ClientAddress() {}

    public static SocketAddress of(Channel channel) {
        SocketAddress told = channel.attr(TOLD).get();
        return told == null ? channel.remoteAddress() : told;
    }

    static void tell(Channel channel, SocketAddress client) {
        channel.attr(TOLD).set(client);
    }
}
