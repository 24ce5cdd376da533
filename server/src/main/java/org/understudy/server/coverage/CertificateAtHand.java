package org.understudy.server.coverage;

import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.time.Instant;
import org.understudy.server.ledger.Ledger;
import org.understudy.server.tls.CertificateNames;

/**
 * A server's certificate that is, or will be, in use.
 *
 * @param place the file
 * @param id as the ledger names it
 * @param names what it is made out to
 * @param from not valid before
 * @param until not valid after
 */
public record CertificateAtHand(
        String place, String id, String subject, CertificateNames names, Instant from, Instant until) {
    static CertificateAtHand of(Path file, X509Certificate certificate) {
        return new CertificateAtHand(
                file.toString(),
                Ledger.id(certificate),
                certificate.getSubjectX500Principal().getName(),
                CertificateNames.of(certificate),
                certificate.getNotBefore().toInstant(),
                certificate.getNotAfter().toInstant());
    }

    boolean validAt(Instant at) {
        return !at.isBefore(from) && !at.isAfter(until);
    }
}
