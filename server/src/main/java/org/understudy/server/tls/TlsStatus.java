package org.understudy.server.tls;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How the certificates of a running server stand.
 *
 * @param engine {@code java} or {@code native}
 * @param profile as the configuration writes it
 * @param certificates that are shown, the default one first
 * @param reloads how many times a certificate was replaced
 * @param failedReloads how many times one was not, and the one before was kept
 * @param problem why the list of the configuration file could not be taken over, or empty
 * @param orders certificates that the server gets by itself (ACME)
 */
public record TlsStatus(
        String engine,
        String profile,
        List<Shown> certificates,
        long reloads,
        long failedReloads,
        String problem,
        List<Ordered> orders) {
    /** A server without any. */
    public static final TlsStatus NONE = new TlsStatus("", "", List.of(), 0, 0, "", List.of());

    /** How long before its end a certificate is told of. */
    public static final Duration SOON = Duration.ofDays(14);

    public TlsStatus {
        certificates = List.copyOf(certificates);
        orders = List.copyOf(orders);
    }

    /**
     * @param host host name, wildcard or {@code default}
     * @param names that it is made out to
     * @param notAfter its end; null where there is none in use, and clients see the default one
     * @param fingerprint SHA-256 of the certificate, hexadecimal
     * @param since when it was taken up
     * @param ownHand whether the server has signed it itself
     * @param problem why a newer one was not taken up, or empty
     * @param staple what its authority says of it: {@code good until ...}, why nothing is known, or empty for not asked
     */
    public record Shown(
            String host,
            List<String> names,
            String issuer,
            @Nullable Instant notAfter,
            String fingerprint,
            Instant since,
            boolean ownHand,
            String problem,
            String staple) {
        public Shown {
            names = List.copyOf(names);
        }
    }

    /**
     * @param name the first host name
     * @param next when it is ordered or tried next
     * @param failures in a row
     * @param problem why the last order failed, or empty
     */
    public record Ordered(
            String name, List<String> names, @Nullable Instant next, int failures, String problem) {
        public Ordered {
            names = List.copyOf(names);
        }
    }

    /** What should be looked at, one sentence each; none where all is well. */
    public List<String> troubles(Instant now) {
        List<String> troubles = new java.util.ArrayList<>();
        if (!problem.isEmpty()) {
            troubles.add("the list of certificates in the configuration was not taken over: " + problem);
        }
        for (Shown one : certificates) {
            Instant end = one.notAfter();
            Duration left = end == null ? SOON : Duration.between(now, end);
            if (left.isNegative()) {
                troubles.add(one.host() + ": the certificate expired "
                        + left.negated().toDays() + " days ago");
            } else if (left.compareTo(SOON) < 0) {
                troubles.add(one.host() + ": the certificate expires in " + left.toDays() + " days");
            }
            if (!one.problem().isEmpty()) {
                troubles.add(one.host() + ": a newer certificate was not taken up: " + one.problem());
            }
        }
        for (Ordered one : orders) {
            if (one.failures() > 0) {
                troubles.add(one.name() + ": the certificate could not be ordered: " + one.problem());
            }
        }
        return troubles;
    }
}
