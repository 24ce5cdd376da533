package org.understudy.server.tls;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.util.Collection;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.jspecify.annotations.Nullable;
import org.understudy.storage.OperatorException;
import org.understudy.storage.Reason;

/** Whom this server trusts where it is the client itself. */
public final class TrustedAuthorities {
    private TrustedAuthorities() {}

    /**
     * TLS for connections to servers whose certificates lead to an authority of a file.
     *
     * @param file PEM; null for the authorities that Java trusts
     * @param key of the configuration that names the file
     * @throws OperatorException {@link Reason#CONFIG} if the file cannot be used
     */
    public static SSLContext context(@Nullable Path file, String key) {
        try {
            TrustManagerFactory trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
            trust.init(file == null ? null : authorities(file));
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(null, trust.getTrustManagers(), null);
            return context;
        } catch (GeneralSecurityException | IOException e) {
            throw new OperatorException(
                    Reason.CONFIG,
                    "the certificates of " + key + " cannot be used: " + e.getMessage(),
                    "It must be a PEM file with the certificates of the authorities that the servers there are certified by.",
                    e);
        }
    }

    private static KeyStore authorities(Path file) throws GeneralSecurityException, IOException {
        KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
        store.load(null, null);
        try (InputStream in = Files.newInputStream(file)) {
            Collection<? extends Certificate> all =
                    CertificateFactory.getInstance("X.509").generateCertificates(in);
            int number = 0;
            for (Certificate one : all) {
                store.setCertificateEntry("authority-" + number++, one);
            }
            if (number == 0) {
                throw new IOException(file + " holds no certificate");
            }
        }
        return store;
    }
}
