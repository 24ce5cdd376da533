package org.understudy.server.tls;

import java.nio.file.Files;
import java.nio.file.Path;
import java.security.PrivateKey;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.understudy.storage.OperatorException;

/**
 * A certificate that the server signs itself, so that it speaks TLS from its first start: ECDSA P-256, valid for 825
 * days, made out to the configured host names, localhost, 127.0.0.1 and ::1.
 */
public final class SelfSigned {
    /** How long a certificate is valid; mail programs refuse longer ones. */
    public static final Duration VALIDITY = Duration.ofDays(825);

    private SelfSigned() {}

    /**
     * The certificate in {@code file}, made now when the file is not there.
     *
     * @param file holds key and certificate in PEM form; its folder is made when missing
     * @param hosts host names that clients use, the most important first; may be empty
     * @throws OperatorException if the file cannot be read or written
     */
    public static ServerCertificate readOrCreate(Path file, List<String> hosts, Clock clock, SecureRandom random) {
        if (!Files.exists(file)) {
            KeyFiles.write(file, create(hosts, clock.instant(), random));
        }
        PlainPem.read(file)
                .ifPresent(pem -> pem.key()
                        .ifPresent(key -> pem.certificates().stream()
                                .limit(1)
                                .filter(certificate -> isOwn(certificate, key))
                                .forEach(certificate -> Chains.own(key, certificate))));
        return PemFiles.read(file, file);
    }

    /** Of a file that somebody has put in the place of the server's, key and certificate are checked like those of others. */
    private static boolean isOwn(X509Certificate certificate, PrivateKey key) {
        return key.getAlgorithm().equals(certificate.getPublicKey().getAlgorithm())
                && certificate.getBasicConstraints() < 0
                && certificate.getIssuerX500Principal().equals(certificate.getSubjectX500Principal())
                && Duration.between(
                                certificate.getNotBefore().toInstant(),
                                certificate.getNotAfter().toInstant())
                        .equals(VALIDITY);
    }

    static ServerCertificate create(List<String> hosts, Instant now, SecureRandom random) {
        return SelfSigning.create(hosts, now, random);
    }
}
