package org.understudy.restore.source.imap;

import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.MessageDigest;
import java.security.cert.Certificate;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509ExtendedTrustManager;
import org.jspecify.annotations.Nullable;
import org.understudy.storage.OperatorException;
import org.understudy.storage.Reason;

/**
 * TLS to a server whose certificate must be valid, for its host name (RFC 9525), and signed by an authority of the JDK's
 * or of a file. There is no way to leave the check out; a server with a certificate of its own is trusted by naming that.
 */
final class ServerTls {
    private final String place;
    private final String host;
    private final @Nullable Path authorities;

    /** @param authorities PEM file of certificates that are trusted instead of the JDK's, or null */
    ServerTls(String place, String host, @Nullable Path authorities) {
        this.place = place;
        this.host = host;
        this.authorities = authorities;
    }

    /** Wraps a connected socket; closing the result closes it. */
    SSLSocket wrap(Socket plain, int port) throws IOException {
        Watching watching = new Watching(standard());
        try {
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(null, new TrustManager[] {watching}, null);
            SSLSocket socket = (SSLSocket) context.getSocketFactory().createSocket(plain, host, port, true);
            SSLParameters parameters = socket.getSSLParameters();
            parameters.setEndpointIdentificationAlgorithm("HTTPS");
            socket.setSSLParameters(parameters);
            socket.startHandshake();
            return socket;
        } catch (SSLException e) {
            throw watching.chain.length == 0 ? noTls(e) : untrusted(watching.chain[0], e);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    private OperatorException noTls(SSLException e) {
        return new OperatorException(
                Reason.SOURCE,
                place + ": no TLS connection comes about: " + Wire.shown(String.valueOf(e.getMessage())),
                "Check the port: imaps:// is TLS from the first octet on, usually at 993; imap:// is STARTTLS, usually at"
                        + " 143.",
                e);
    }

    private OperatorException untrusted(X509Certificate certificate, SSLException e) {
        String shown = "the certificate is for %s, issued by %s, valid from %s to %s, SHA-256 %s"
                .formatted(
                        String.join(", ", names(certificate)),
                        Wire.shown(certificate.getIssuerX500Principal().getName()),
                        day(certificate.getNotBefore().toInstant()),
                        day(certificate.getNotAfter().toInstant()),
                        fingerprint(certificate));
        if (!isValidToday(certificate)) {
            return refused(
                    "presents a certificate that is not valid today; " + shown,
                    "Have the server's certificate renewed, or check this machine's clock.",
                    e);
        }
        if (names(certificate).stream().noneMatch(this::isFor)) {
            return refused(
                    "presents a certificate for another host; " + shown,
                    "Name the server as its certificate does, or have one issued for this name. Nothing was sent.",
                    e);
        }
        return refused(
                "presents a certificate that nobody vouches for; " + shown,
                "If you have compared that SHA-256 with the server's own ('openssl x509 -noout -sha256 -fingerprint'),"
                        + " save the certificate or its authority's as PEM and name the file with --ca-file.",
                e);
    }

    private static boolean isValidToday(X509Certificate certificate) {
        try {
            certificate.checkValidity();
            return true;
        } catch (CertificateException e) {
            return false;
        }
    }

    private OperatorException refused(String what, String hint, SSLException e) {
        return new OperatorException(Reason.SOURCE, place + " " + what, hint, e);
    }

    private boolean isFor(String name) {
        String wanted = host.toLowerCase(Locale.ROOT);
        String pattern = name.toLowerCase(Locale.ROOT);
        int dot = wanted.indexOf('.');
        return pattern.equals(wanted)
                || (pattern.startsWith("*.") && dot > 0 && wanted.substring(dot).equals(pattern.substring(1)));
    }

    private static List<String> names(X509Certificate certificate) {
        List<String> names = new ArrayList<>();
        try {
            var alternatives = certificate.getSubjectAlternativeNames();
            if (alternatives != null) {
                for (List<?> alternative : alternatives) {
                    if (alternative.get(1) instanceof String name) {
                        names.add(Wire.shown(name));
                    }
                }
            }
        } catch (CertificateException e) {
            names.add("names that cannot be read");
        }
        return names.isEmpty()
                ? List.of(Wire.shown(certificate.getSubjectX500Principal().getName()))
                : names;
    }

    private static String day(Instant date) {
        return date.toString().substring(0, 10);
    }

    static String fingerprint(Certificate certificate) {
        try {
            return HexFormat.ofDelimiter(":")
                    .withUpperCase()
                    .formatHex(MessageDigest.getInstance("SHA-256").digest(certificate.getEncoded()));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    private X509ExtendedTrustManager standard() {
        try {
            TrustManagerFactory factory = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
            factory.init(authorities == null ? null : store(authorities));
            for (TrustManager manager : factory.getTrustManagers()) {
                if (manager instanceof X509ExtendedTrustManager found) {
                    return found;
                }
            }
            throw new IllegalStateException("the JDK has no trust manager for X.509");
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    private static KeyStore store(Path file) throws GeneralSecurityException {
        try (InputStream in = Files.newInputStream(file)) {
            KeyStore store = KeyStore.getInstance("PKCS12");
            store.load(null, null);
            int number = 0;
            for (Certificate certificate :
                    CertificateFactory.getInstance("X.509").generateCertificates(in)) {
                store.setCertificateEntry("authority-" + number++, certificate);
            }
            if (number == 0) {
                throw new CertificateException("it holds no certificate");
            }
            return store;
        } catch (IOException | CertificateException e) {
            throw new OperatorException(
                    Reason.USAGE,
                    file + " cannot be read as a file of certificates: " + e.getMessage(),
                    "Name a PEM file, whose certificates each begin with -----BEGIN CERTIFICATE-----.",
                    e);
        }
    }

    /** Keeps what the server presented, so that a refusal can name it. */
    private static final class Watching extends X509ExtendedTrustManager {
        private final X509ExtendedTrustManager judge;
        private X509Certificate[] chain = {};

        Watching(X509ExtendedTrustManager judge) {
            this.judge = judge;
        }

        @Override
        public void checkServerTrusted(X509Certificate[] presented, String type, Socket socket)
                throws CertificateException {
            chain = presented;
            judge.checkServerTrusted(presented, type, socket);
            presented[0].checkValidity(); // the JDK's judge lets a certificate be old that is trusted by itself
        }

        @Override
        public void checkServerTrusted(X509Certificate[] presented, String type, SSLEngine engine)
                throws CertificateException {
            chain = presented;
            judge.checkServerTrusted(presented, type, engine);
            presented[0].checkValidity();
        }

        @Override
        public void checkServerTrusted(X509Certificate[] presented, String type) throws CertificateException {
            throw new CertificateException("the host's name cannot be checked");
        }

        @Override
        public void checkClientTrusted(X509Certificate[] presented, String type, Socket socket)
                throws CertificateException {
            throw new CertificateException("this is no server");
        }

        @Override
        public void checkClientTrusted(X509Certificate[] presented, String type, SSLEngine engine)
                throws CertificateException {
            throw new CertificateException("this is no server");
        }

        @Override
        public void checkClientTrusted(X509Certificate[] presented, String type) throws CertificateException {
            throw new CertificateException("this is no server");
        }

        @Override
        public X509Certificate[] getAcceptedIssuers() {
            return judge.getAcceptedIssuers();
        }
    }
}
