package org.understudy.server.ledger;

import java.security.cert.X509Certificate;
import org.jspecify.annotations.Nullable;

/**
 * One connection as its thread knows it, before it is made a key. Texts as in {@link LedgerKey}.
 *
 * @param shown the server's own certificate, where one was shown
 */
public record Facts(
        String listener,
        int port,
        String host,
        String user,
        String client,
        String family,
        String tls,
        @Nullable X509Certificate shown,
        Outcome outcome) {}
