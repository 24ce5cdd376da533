package org.understudy.server.tls;

import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.PublicKey;
import java.security.cert.X509Certificate;
import java.security.interfaces.ECKey;
import java.security.interfaces.RSAKey;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509TrustManager;
import org.jspecify.annotations.Nullable;
import org.understudy.storage.OperatorException;

/**
 * What clients will make of the certificates of a plan, read from their files now.
 *
 * @param certificates the default one first, then by host name
 * @param hosts the host names that were asked about
 */
public record CertificateReview(List<Reviewed> certificates, List<Host> hosts) {
    public CertificateReview {
        certificates = List.copyOf(certificates);
        hosts = List.copyOf(hosts);
    }

    /** Where a chain leads. */
    public enum ChainEnd {
        /** To an authority that this Java trusts, as most clients do. */
        COMPLETE,
        /** To a root of its own, which clients trust if they were told to. */
        PRIVATE,
        /** Nowhere, as the server has signed its certificate itself. */
        SELF_SIGNED,
        /** To an issuer that is neither in the file nor trusted: an intermediate certificate is missing. */
        INCOMPLETE
    }

    /**
     * @param name host name, wildcard or {@code default}
     * @param names that the certificate is made out to
     * @param daysLeft whole days until it expires, below 0 where it has
     * @param key such as {@code RSA 2048}
     * @param faults why clients will be warned, or cannot connect by this certificate; none where all is well
     * @param remarks what else should be looked at
     */
    public record Reviewed(
            String name,
            List<String> files,
            List<String> names,
            String issuer,
            @Nullable Instant notBefore,
            @Nullable Instant notAfter,
            long daysLeft,
            String key,
            @Nullable ChainEnd chain,
            List<String> faults,
            List<String> remarks) {
        public Reviewed {
            files = List.copyOf(files);
            names = List.copyOf(names);
            faults = List.copyOf(faults);
            remarks = List.copyOf(remarks);
        }
    }

    /**
     * @param shown which certificate a client that asks for {@code host} sees, by its name in the list
     * @param faults why the client will be warned; none where it will not
     */
    public record Host(String host, String shown, List<String> faults) {
        public Host {
            faults = List.copyOf(faults);
        }
    }

    /** Whether no client will be warned: of the hosts that were asked about, or else of any certificate. */
    public boolean sound() {
        return hosts.stream().allMatch(host -> host.faults().isEmpty())
                && (!hosts.isEmpty()
                        || certificates.stream().allMatch(one -> one.faults().isEmpty()));
    }

    /** Reads what the plan names. */
    public static CertificateReview of(CertificatePlan plan, List<String> hosts, Clock clock) {
        Instant now = clock.instant();
        List<Reviewed> certificates = new ArrayList<>();
        for (CertificatePlan.Named named : plan.all()) {
            certificates.add(reviewed(named, now));
        }
        return new CertificateReview(
                certificates,
                hosts.stream().map(host -> host(host, certificates)).toList());
    }

    private static Host host(String asked, List<Reviewed> certificates) {
        String host = CertificateDirectory.normal(asked);
        List<String> faults = new ArrayList<>();
        Reviewed shown = find(host, certificates)
                .or(() -> host.indexOf('.') < 0
                        ? Optional.empty()
                        : find("*." + host.substring(host.indexOf('.') + 1), certificates))
                .orElse(certificates.getFirst());
        if (!shown.names().isEmpty() && shown.names().stream().noneMatch(name -> covers(name, host))) {
            faults.add("the certificate is for " + String.join(", ", shown.names()) + ", not for " + host);
        }
        faults.addAll(shown.faults());
        return new Host(host, shown.name(), faults);
    }

    private static Optional<Reviewed> find(String name, List<Reviewed> certificates) {
        return certificates.stream().filter(one -> one.name().equals(name)).findFirst();
    }

    /** Whether a certificate's name stands for a host (RFC 9525 section 6.3). */
    static boolean covers(String name, String host) {
        String lower = name.toLowerCase(Locale.ROOT);
        int dot = host.indexOf('.');
        return lower.equals(host)
                || lower.startsWith("*.") && dot > 0 && lower.substring(1).equals(host.substring(dot));
    }

    private static Reviewed reviewed(CertificatePlan.Named named, Instant now) {
        CertificateFiles files = named.entry().files();
        List<String> paths = files.all().stream().map(Object::toString).toList();
        if (named.entry().awaited()) {
            return unread(named.name(), paths, "the server has not ordered it yet; clients see the default one");
        }
        ServerCertificate certificate;
        try {
            certificate = files.read();
        } catch (OperatorException e) {
            return unread(named.name(), paths, e.getMessage() + " HINT: " + e.hint());
        }
        X509Certificate own = certificate.chain().getFirst();
        ChainEnd end = end(certificate.chain());
        List<String> faults = new ArrayList<>();
        long days = Duration.between(now, certificate.notAfter()).toDays();
        if (now.isAfter(certificate.notAfter())) {
            faults.add("it expired on " + certificate.notAfter());
        } else if (now.isBefore(own.getNotBefore().toInstant())) {
            faults.add("it is not valid before " + own.getNotBefore().toInstant());
        } else if (certificate.notAfter().isBefore(now.plus(TlsStatus.SOON))) {
            faults.add("it expires in " + days + " days");
        }
        switch (end) {
            case SELF_SIGNED -> faults.add("the server has signed it itself: mail programs warn");
            case INCOMPLETE ->
                faults.add("its chain is not complete: the certificate of "
                        + certificate.chain().getLast().getIssuerX500Principal().getName() + " is missing");
            case COMPLETE, PRIVATE -> {}
        }
        String host = named.name();
        boolean listed = !host.equals(CertificatePlan.DEFAULT);
        if (listed
                && certificate.names().stream().noneMatch(name -> name.equalsIgnoreCase(host) || covers(name, host))) {
            faults.add("it is for " + String.join(", ", certificate.names()) + ", not for " + host);
        }
        List<String> remarks = new ArrayList<>();
        if (end == ChainEnd.PRIVATE) {
            remarks.add("its chain leads to "
                    + certificate.chain().getLast().getIssuerX500Principal().getName()
                    + ", which clients trust only if they were told to");
        }
        files.secrets().forEach(file -> SecretFiles.openToAll(file).ifPresent(remarks::add));
        return new Reviewed(
                host,
                paths,
                certificate.names(),
                own.getIssuerX500Principal().getName(),
                own.getNotBefore().toInstant(),
                certificate.notAfter(),
                days,
                key(own.getPublicKey()),
                end,
                faults,
                remarks);
    }

    private static Reviewed unread(String name, List<String> paths, String fault) {
        return new Reviewed(name, paths, List.of(), "", null, null, 0, "", null, List.of(fault), List.of());
    }

    private static String key(PublicKey key) {
        return switch (key) {
            case RSAKey rsa -> "RSA " + rsa.getModulus().bitLength();
            case ECKey ec -> "ECDSA " + ec.getParams().getCurve().getField().getFieldSize();
            default -> key.getAlgorithm();
        };
    }

    private static ChainEnd end(List<X509Certificate> chain) {
        X509Certificate last = chain.getLast();
        for (X509Certificate root : trusted()) {
            if (last.equals(root) || Chains.signed(root, last)) {
                return ChainEnd.COMPLETE;
            }
        }
        if (!Chains.signed(last, last)) {
            return ChainEnd.INCOMPLETE;
        }
        return chain.size() == 1 ? ChainEnd.SELF_SIGNED : ChainEnd.PRIVATE;
    }

    private static List<X509Certificate> trusted() {
        try {
            TrustManagerFactory factory = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
            factory.init((KeyStore) null);
            List<X509Certificate> all = new ArrayList<>();
            for (TrustManager one : factory.getTrustManagers()) {
                if (one instanceof X509TrustManager manager) {
                    all.addAll(List.of(manager.getAcceptedIssuers()));
                }
            }
            return all;
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("this Java has no list of authorities", e);
        }
    }
}
