package org.understudy.server.line;

import java.net.SocketAddress;
import java.util.function.BiPredicate;
import java.util.function.Function;
import org.understudy.server.imap.SessionLog;
import org.understudy.server.ledger.Sighting;
import org.understudy.server.proxy.Networks;

/**
 * Where a protocol is listened for.
 *
 * @param name as in the configuration
 * @param address an internet address, or a Unix socket's path
 * @param tls whether TLS comes first
 * @param proxies whose PROXY headers are believed
 * @param admitted whether a client, by address, may connect at all
 * @param dialogues makes a connection's dialogue
 * @param refusal what one is told that may not come in, a line with its end
 */
public record LineListener(
        String name,
        SocketAddress address,
        boolean tls,
        Networks proxies,
        BiPredicate<String, SocketAddress> admitted,
        Function<Caller, Dialogue> dialogues,
        Function<String, String> refusal) {

    /**
     * Who calls.
     *
     * @param client its own address, as a proxy may have told it
     * @param key as connections are counted by; empty for one that is not on a network
     * @param sighting is told of commands and logins
     */
    public record Caller(String listener, SocketAddress client, String key, SessionLog log, Sighting sighting) {}
}
