package org.understudy.server.ledger;

import java.time.Instant;
import java.util.Locale;
import org.understudy.server.tls.CertificateNames;

/**
 * Which rows are wanted; what is empty does not matter.
 *
 * @param host a name, or {@code *.} and a domain for all names with one label more; {@code none} for connections without one
 * @param client a part of it, in any case
 * @param outcome a whole word, or the part before the colon
 * @param since seen then or later
 */
public record LedgerFilter(String host, String user, String client, String outcome, Instant since) {
    public static final LedgerFilter ALL = new LedgerFilter("", "", "", "", Instant.EPOCH);

    public boolean wants(LedgerRow row) {
        LedgerKey key = row.key();
        return (host.isEmpty()
                        || (host.equals("none")
                                ? key.host().isEmpty()
                                : CertificateNames.matches(CertificateNames.normal(host), key.host())))
                && (user.isEmpty() || key.user().equalsIgnoreCase(user))
                && (client.isEmpty() || key.client().toLowerCase(Locale.ROOT).contains(client.toLowerCase(Locale.ROOT)))
                && (outcome.isEmpty()
                        || key.outcome().word().equals(outcome)
                        || key.outcome().kind().word().equals(outcome))
                && !row.last().isBefore(since);
    }
}
