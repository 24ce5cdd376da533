package org.understudy.server.ledger;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.Locale;
import java.util.Optional;
import org.understudy.server.tls.CertificateNames;

/** What the server itself can tell was wrong with the certificate that it showed; the first that holds. */
public enum Fault {
    /** Nothing, or no host name was asked for, or no certificate was shown. */
    NONE,
    /** It is not made out to the host name asked for: there is none for that name, so the default was shown. */
    NAME,
    /** It had expired. */
    EXPIRED,
    /** It was not valid yet. */
    EARLY;

    /** @param host normal, or empty for none */
    static Fault of(Optional<X509Certificate> shown, String host, Instant at) {
        if (shown.isEmpty()) {
            return NONE;
        }
        X509Certificate certificate = shown.get();
        if (!host.isEmpty() && !CertificateNames.of(certificate).cover(host)) {
            return NAME;
        }
        if (at.isAfter(certificate.getNotAfter().toInstant())) {
            return EXPIRED;
        }
        return at.isBefore(certificate.getNotBefore().toInstant()) ? EARLY : NONE;
    }

    @JsonValue
    public String word() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** @throws IllegalArgumentException if it is none of the words */
    @JsonCreator
    public static Fault parse(String word) {
        return valueOf(word.isEmpty() ? "NONE" : word.toUpperCase(Locale.ROOT));
    }
}
