package org.understudy.server.ledger;

/**
 * What makes two connections the same to the ledger. Unknown texts are empty.
 *
 * @param listener {@code imaps}, {@code imap} and so on
 * @param port that it listens on; 0 where it is not known
 * @param host asked for by SNI, normal (RFC 6066 section 3); empty for none
 * @param user who logged in, as stored
 * @param client name and version as the client says by ID, normalised ({@link ClientName})
 * @param family which TLS software the client uses ({@link ClientHello})
 * @param tls {@code TLSv1.3}, {@code TLSv1.2}
 * @param certificate first 16 hexadecimal digits of the SHA-256 of the certificate that was shown
 * @param fault what was wrong with that
 */
public record LedgerKey(
        String listener,
        int port,
        String host,
        String user,
        String client,
        String family,
        String tls,
        String certificate,
        Fault fault,
        Outcome outcome) {

    /** Whether somebody logged in. */
    public boolean known() {
        return outcome.kind() == Outcome.Kind.LOGGED_IN;
    }
}
