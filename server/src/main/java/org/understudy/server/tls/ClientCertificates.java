package org.understudy.server.tls;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.InvalidAlgorithmParameterException;
import java.security.NoSuchAlgorithmException;
import java.security.cert.CRL;
import java.security.cert.CertPathBuilder;
import java.security.cert.CertPathBuilderException;
import java.security.cert.CertStore;
import java.security.cert.CertificateFactory;
import java.security.cert.CertificateParsingException;
import java.security.cert.CollectionCertStoreParameters;
import java.security.cert.PKIXBuilderParameters;
import java.security.cert.PKIXCertPathBuilderResult;
import java.security.cert.TrustAnchor;
import java.security.cert.X509CRL;
import java.security.cert.X509CertSelector;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Date;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import javax.net.ssl.SSLPeerUnverifiedException;
import javax.net.ssl.SSLSession;
import javax.net.ssl.X509TrustManager;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.understudy.storage.OperatorException;
import org.understudy.storage.Reason;

/**
 * Certificates by which clients prove who their users are. Any that a client shows is accepted by the handshake, which
 * proves that the client has its key, so that a mail program with a foreign one still gets in by password; whose it is, and
 * whether it is good, is judged afterwards. Thread-safe.
 */
public final class ClientCertificates {
    private static final Logger LOG = LoggerFactory.getLogger(ClientCertificates.class);
    private static final int SAN_ADDRESS = 1;
    private static final String CLIENT_AUTH = "1.3.6.1.5.5.7.3.2";
    private static final String ANY_PURPOSE = "2.5.29.37.0";

    private final Settings settings;
    private final Clock clock;
    private volatile Known known;

    /**
     * @param authorities PEM; who may have signed certificates of clients
     * @param revoked their revocation lists (RFC 5280 section 5), PEM or DER; null for none
     * @param users user names by the address or the subject (RFC 4514) of a certificate, in lower case; one that is not in
     *     here is the user whom its address names
     */
    public record Settings(Path authorities, @Nullable Path revoked, Map<String, String> users) {
        public Settings {
            users = java.util.Collections.unmodifiableMap(new TreeMap<>(users));
        }

        List<Path> files() {
            return revoked == null ? List.of(authorities) : List.of(authorities, revoked);
        }
    }

    private record Known(List<X509Certificate> authorities, List<X509CRL> revoked) {}

    /** What a client's certificate is worth. */
    public sealed interface Verdict {
        /** The client has shown none. */
        record None() implements Verdict {}

        /** @param users whom it may stand for, the likeliest first; whether there are such users is not known here */
        record Good(List<String> users) implements Verdict {}

        /** @param words for the client, a sentence without its period */
        record Bad(String words) implements Verdict {}
    }

    private ClientCertificates(Settings settings, Clock clock, Known known) {
        this.settings = settings;
        this.clock = clock;
        this.known = known;
    }

    /** @throws OperatorException if a file cannot be read, or is not what it should be */
    public static ClientCertificates read(Settings settings, Clock clock) {
        return new ClientCertificates(settings, clock, known(settings, clock.instant()));
    }

    /** The files that {@link #reread} reads. */
    public List<Path> files() {
        return settings.files();
    }

    /** Reads the files anew; what cannot be used leaves everything as it was, and the log says why. */
    boolean reread() {
        try {
            known = known(settings, clock.instant());
            LOG.info("Authorities of clients, and what they have revoked, were read anew");
            return true;
        } catch (OperatorException e) {
            LOG.error("Authorities of clients are kept as they were: {} HINT: {}", e.getMessage(), e.hint());
            return false;
        }
    }

    private static Known known(Settings settings, Instant now) {
        List<X509Certificate> authorities = PemFiles.certificates(settings.authorities());
        if (authorities.isEmpty()) {
            throw new OperatorException(
                    Reason.CONFIG,
                    settings.authorities() + ": expected certificates of authorities, found none.",
                    "Give a PEM file with -----BEGIN CERTIFICATE----- lines.");
        }
        List<X509CRL> revoked = new ArrayList<>();
        Path file = settings.revoked();
        if (file != null) {
            for (CRL one : lists(file)) {
                if (!(one instanceof X509CRL list) || authorities.stream().noneMatch(a -> signed(a, list))) {
                    throw new OperatorException(
                            Reason.CONFIG,
                            file + ": a revocation list is from none of the authorities in " + settings.authorities()
                                    + ".",
                            "Add its issuer's certificate there, or take the list out.");
                }
                if (list.getNextUpdate() != null
                        && now.isAfter(list.getNextUpdate().toInstant())) {
                    LOG.warn(
                            "{}: a newer list was due on {}; what was revoked since is not known",
                            file,
                            list.getNextUpdate().toInstant());
                }
                revoked.add(list);
            }
        }
        return new Known(authorities, List.copyOf(revoked));
    }

    private static Collection<? extends CRL> lists(Path file) {
        try (InputStream in = Files.newInputStream(file)) {
            return CertificateFactory.getInstance("X.509").generateCRLs(in);
        } catch (IOException e) {
            throw SecretFiles.unreadable(file, e);
        } catch (GeneralSecurityException e) {
            throw new OperatorException(
                    Reason.CONFIG,
                    file + ": not readable as revocation lists: " + e.getMessage(),
                    "Give lists of RFC 5280, as PEM or DER; 'openssl crl -in FILE -text' shows one.",
                    e);
        }
    }

    private static boolean signed(X509Certificate authority, X509CRL list) {
        try {
            list.verify(authority.getPublicKey());
            return authority.getSubjectX500Principal().equals(list.getIssuerX500Principal());
        } catch (GeneralSecurityException e) {
            return false;
        }
    }

    /** For handshakes: names the authorities, so that mail programs choose, and accepts what they choose. */
    X509TrustManager asked() {
        List<X509Certificate> authorities = known.authorities();
        return new X509TrustManager() {
            @Override
            public void checkClientTrusted(X509Certificate[] chain, String type) {
                // judged when it is to prove something
            }

            @Override
            public void checkServerTrusted(X509Certificate[] chain, String type) {
                throw new IllegalStateException("a server's handshake has no server to trust");
            }

            @Override
            public X509Certificate[] getAcceptedIssuers() {
                return authorities.toArray(X509Certificate[]::new);
            }
        };
    }

    /** What the certificate is worth now that the client of {@code session} has proven to have the key of. */
    public Verdict judge(SSLSession session) {
        List<X509Certificate> shown = new ArrayList<>();
        try {
            for (java.security.cert.Certificate one : session.getPeerCertificates()) {
                if (one instanceof X509Certificate certificate) {
                    shown.add(certificate);
                }
            }
        } catch (SSLPeerUnverifiedException e) {
            return new Verdict.None();
        }
        return shown.isEmpty() ? new Verdict.None() : judge(shown);
    }

    private Verdict judge(List<X509Certificate> shown) {
        X509Certificate own = shown.getFirst();
        Instant now = clock.instant();
        if (now.isAfter(own.getNotAfter().toInstant())) {
            return new Verdict.Bad(
                    "Your certificate expired on " + own.getNotAfter().toInstant());
        }
        if (now.isBefore(own.getNotBefore().toInstant())) {
            return new Verdict.Bad(
                    "Your certificate is not valid before " + own.getNotBefore().toInstant());
        }
        Known with = known;
        List<X509Certificate> path;
        try {
            path = path(shown, with, now);
        } catch (CertPathBuilderException e) {
            return new Verdict.Bad("Your certificate is from "
                    + own.getIssuerX500Principal().getName() + ", and leads to no authority that this server knows");
        }
        for (X509Certificate one : path) {
            if (with.revoked().stream()
                    .anyMatch(list -> list.getIssuerX500Principal().equals(one.getIssuerX500Principal())
                            && list.isRevoked(one))) {
                return new Verdict.Bad(
                        one.equals(own)
                                ? "Your certificate has been revoked"
                                : "The certificate of "
                                        + one.getSubjectX500Principal().getName()
                                        + ", which has signed yours, has been revoked");
            }
        }
        try {
            List<String> purposes = own.getExtendedKeyUsage();
            if (purposes != null && !purposes.contains(CLIENT_AUTH) && !purposes.contains(ANY_PURPOSE)) {
                return new Verdict.Bad("Your certificate is not made out for clients");
            }
            return users(own);
        } catch (CertificateParsingException e) {
            return new Verdict.Bad("Your certificate cannot be read");
        }
    }

    /** From the client's own certificate up to, and without, an authority. */
    private static List<X509Certificate> path(List<X509Certificate> shown, Known with, Instant now)
            throws CertPathBuilderException {
        X509CertSelector own = new X509CertSelector();
        own.setCertificate(shown.getFirst());
        try {
            PKIXBuilderParameters parameters = new PKIXBuilderParameters(
                    with.authorities().stream()
                            .map(authority -> new TrustAnchor(authority, null))
                            .collect(Collectors.toSet()),
                    own);
            parameters.setRevocationEnabled(false);
            parameters.setDate(Date.from(now));
            parameters.addCertStore(CertStore.getInstance("Collection", new CollectionCertStoreParameters(shown)));
            PKIXCertPathBuilderResult found = (PKIXCertPathBuilderResult)
                    CertPathBuilder.getInstance("PKIX").build(parameters);
            return found.getCertPath().getCertificates().stream()
                    .map(X509Certificate.class::cast)
                    .toList();
        } catch (InvalidAlgorithmParameterException | NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has PKIX", e);
        }
    }

    private Verdict users(X509Certificate own) throws CertificateParsingException {
        List<String> addresses = new ArrayList<>();
        Collection<List<?>> names = own.getSubjectAlternativeNames();
        if (names != null) {
            for (List<?> name : names) {
                if (name.get(0) instanceof Integer kind && kind == SAN_ADDRESS) {
                    addresses.add(String.valueOf(name.get(1)).toLowerCase(Locale.ROOT));
                }
            }
        }
        List<String> candidates = new ArrayList<>(addresses);
        candidates.add(own.getSubjectX500Principal().getName().toLowerCase(Locale.ROOT));
        List<String> users = new ArrayList<>();
        candidates.stream()
                .filter(settings.users()::containsKey)
                .map(settings.users()::get)
                .forEach(users::add);
        addresses.stream()
                .filter(address -> !settings.users().containsKey(address))
                .forEach(users::add);
        return users.isEmpty()
                ? new Verdict.Bad("Your certificate has no mail address, and no user is named for its subject")
                : new Verdict.Good(List.copyOf(users));
    }
}
