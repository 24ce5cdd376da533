package org.understudy.server.tls;

import java.util.ArrayList;
import java.util.List;

/**
 * Which protocols and cipher suites are spoken. None has TLS 1.0 or 1.1 (RFC 8996), and none anything that is known to be
 * broken.
 */
public enum TlsProfile {
    /** TLS 1.3 alone. */
    MODERN,

    /** TLS 1.3, and TLS 1.2 with forward secrecy and authenticated encryption (RFC 9325 section 4.2). */
    INTERMEDIATE,

    /**
     * The same, and over TLS 1.2 also CBC suites with forward secrecy, and RSA key exchange where the engine still has it
     * (BoringSSL; Java up to 23).
     */
    OLD_CLIENTS;

    /** As it is written in the configuration. */
    public String word() {
        return name().toLowerCase(java.util.Locale.ROOT).replace('_', '-');
    }

    List<String> protocols() {
        return this == MODERN ? List.of("TLSv1.3") : List.of("TLSv1.3", "TLSv1.2");
    }

    /** By their names of RFC 8446 and the TLS registry, the preferred first; an engine leaves out what it has not. */
    List<String> suites() {
        return switch (this) {
            case MODERN -> Suites.TLS_13;
            case INTERMEDIATE -> Suites.join(Suites.TLS_13, Suites.AUTHENTICATED);
            case OLD_CLIENTS -> Suites.join(Suites.TLS_13, Suites.join(Suites.AUTHENTICATED, Suites.OLD));
        };
    }

    private static final class Suites {
        static final List<String> TLS_13 =
                List.of("TLS_AES_128_GCM_SHA256", "TLS_AES_256_GCM_SHA384", "TLS_CHACHA20_POLY1305_SHA256");
        static final List<String> AUTHENTICATED = List.of(
                "TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256",
                "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256",
                "TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384",
                "TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384",
                "TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256",
                "TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256");
        static final List<String> OLD = List.of(
                "TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA",
                "TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA",
                "TLS_ECDHE_ECDSA_WITH_AES_256_CBC_SHA",
                "TLS_ECDHE_RSA_WITH_AES_256_CBC_SHA",
                "TLS_RSA_WITH_AES_128_GCM_SHA256",
                "TLS_RSA_WITH_AES_256_GCM_SHA384",
                "TLS_RSA_WITH_AES_128_CBC_SHA",
                "TLS_RSA_WITH_AES_256_CBC_SHA");

        static List<String> join(List<String> first, List<String> second) {
            List<String> all = new ArrayList<>(first);
            all.addAll(second);
            return List.copyOf(all);
        }
    }
}
