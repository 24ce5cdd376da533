package org.understudy.server.config;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * How mail comes in by LMTP, how it is fetched by POP3, and whose word is taken for where clients are.
 *
 * @param lmtp where mail transfer agents deliver
 * @param lmtpSocket the same as a Unix socket; null for none
 * @param lmtpClients addresses and networks that may deliver over the network
 * @param lmtpRecipients of one transaction, at most
 * @param pop3s TLS from the first octet
 * @param pop3 plain text, to be made safe by STLS
 * @param proxies addresses and networks whose PROXY headers are believed, by listener; none for a listener that is not named
 * @param delimiter between a user and a mailbox in addresses; empty for none
 * @param localDomains in which the part of an address before the {@code @} may be a user; {@code *} for all
 * @param deliveredTo whether messages for several recipients say for each whom they are for, and are stored for each
 */
public record DeliverySettings(
        Configuration.Listener lmtp,
        @Nullable Path lmtpSocket,
        List<String> lmtpClients,
        int lmtpRecipients,
        Configuration.Listener pop3s,
        Configuration.Listener pop3,
        Map<String, List<String>> proxies,
        String delimiter,
        Set<String> localDomains,
        boolean deliveredTo) {
    private static final Configuration.Listener OFF = new Configuration.Listener(false, "127.0.0.1", 0);

    /** Listens nowhere. */
    public static final DeliverySettings NONE = new DeliverySettings(
            OFF, null, List.of("127.0.0.0/8", "::1"), 1000, OFF, OFF, Map.of(), "+", Set.of("localhost"), false);

    public DeliverySettings {
        lmtpClients = List.copyOf(lmtpClients);
        proxies = Map.copyOf(proxies);
        localDomains = Set.copyOf(localDomains);
    }
}
