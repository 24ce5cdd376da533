package org.understudy.server.tls;

import io.netty.handler.ssl.ClientAuth;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SupportedCipherSuiteFilter;
import java.security.PrivateKey;
import java.security.cert.CertificateEncodingException;
import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.Collection;
import java.util.HexFormat;
import java.util.List;
import java.util.TreeSet;
import javax.net.ssl.SSLException;
import org.understudy.storage.OperatorException;
import org.understudy.storage.Reason;

/**
 * A private key and the certificates that go with it.
 *
 * @param chain the server's own certificate first, then those of the authorities that signed it; never empty
 */
public record ServerCertificate(PrivateKey key, List<X509Certificate> chain) {
    private static final int SAN_DNS = 2;
    private static final int SAN_IP = 7;

    public ServerCertificate {
        chain = List.copyOf(chain);
        if (chain.isEmpty()) {
            throw new IllegalArgumentException("no certificate");
        }
    }

    /** The first instant at which clients will refuse this certificate, by the server's own certificate. */
    public Instant notAfter() {
        return chain.get(0).getNotAfter().toInstant();
    }

    /** SHA-256 of the server's own certificate, hexadecimal, in lower case. */
    public String fingerprint() {
        try {
            return HexFormat.of()
                    .formatHex(FileDigest.sha256().digest(chain.getFirst().getEncoded()));
        } catch (CertificateEncodingException e) {
            throw unusable(e);
        }
    }

    /** The host names and addresses that the certificate is made out to, in alphabetical order. */
    public List<String> names() {
        Collection<List<?>> alternatives;
        try {
            alternatives = chain.get(0).getSubjectAlternativeNames();
        } catch (CertificateParsingException e) {
            throw unusable(e);
        }
        TreeSet<String> names = new TreeSet<>();
        if (alternatives != null) {
            for (List<?> alternative : alternatives) {
                if (alternative.get(0) instanceof Integer kind && (kind == SAN_DNS || kind == SAN_IP)) {
                    names.add(String.valueOf(alternative.get(1)));
                }
            }
        }
        return List.copyOf(names);
    }

    SslContext sslContext(TlsTerms terms) {
        try {
            boolean stapled = terms.staples().isPresent() && terms.engine().staples();
            // The key only passes through this store in memory; that of the default kind would
            // encrypt and decrypt it there, with ten thousand rounds each time.
            SslContextBuilder builder = SslContextBuilder.forServer(key, chain)
                    .keyStoreType("JKS")
                    .sslProvider(terms.engine().provider())
                    .protocols(terms.profile().protocols())
                    .ciphers(terms.profile().suites(), SupportedCipherSuiteFilter.INSTANCE)
                    .enableOcsp(stapled);
            terms.clients()
                    .ifPresent(
                            clients -> builder.clientAuth(ClientAuth.OPTIONAL).trustManager(clients.asked()));
            SslContext context = builder.build();
            return stapled ? new StapledContext(context, terms.staples().get(), chain.getFirst()) : context;
        } catch (SSLException | IllegalArgumentException e) {
            throw unusable(e);
        }
    }

    private OperatorException unusable(Exception cause) {
        return new OperatorException(
                Reason.CONFIG,
                "The certificate of " + chain.get(0).getSubjectX500Principal() + " cannot be used for TLS: "
                        + cause.getMessage(),
                "Use an X.509 certificate with an RSA, ECDSA or Ed25519 key.",
                cause);
    }
}
