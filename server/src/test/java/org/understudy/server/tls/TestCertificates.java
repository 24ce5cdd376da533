package org.understudy.server.tls;

import java.security.SecureRandom;
import java.time.Instant;
import java.util.List;

/** Certificates for tests, made when the class is loaded. */
public final class TestCertificates {
    public static final ServerCertificate DEFAULT = of("default.example");

    private TestCertificates() {}

    /** A certificate made out to {@code host}. */
    public static ServerCertificate of(String host) {
        return SelfSigned.create(List.of(host), Instant.now(), new SecureRandom());
    }
}
