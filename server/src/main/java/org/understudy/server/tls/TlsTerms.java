package org.understudy.server.tls;

import java.util.Optional;

/**
 * What holds for every handshake, whatever its certificate.
 *
 * @param clients whose certificates clients are asked for; empty for not asking
 * @param staples what authorities say of the server's certificates; empty for telling nobody
 */
public record TlsTerms(
        TlsEngine engine, TlsProfile profile, Optional<ClientCertificates> clients, Optional<OcspStaples> staples) {
    /** The default profile, without certificates of clients and without stapling. */
    public static TlsTerms of(TlsEngine engine) {
        return new TlsTerms(engine, TlsProfile.INTERMEDIATE, Optional.empty(), Optional.empty());
    }
}
