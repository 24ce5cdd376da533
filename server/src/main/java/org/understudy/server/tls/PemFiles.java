package org.understudy.server.tls;

import java.nio.file.Path;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.understudy.storage.OperatorException;
import org.understudy.storage.Reason;

/** Reads certificate chains and private keys from PEM files (RFC 7468); keys in PKCS#8, PKCS#1 or SEC 1. */
public final class PemFiles {
    private PemFiles() {}

    /**
     * Reads a chain and its key, which is not encrypted. Both may be in one file, given twice.
     *
     * @throws OperatorException if a file is missing, unreadable, not PEM, encrypted, or if key and certificate differ
     */
    public static ServerCertificate read(Path chainFile, Path keyFile) {
        return read(chainFile, keyFile, null);
    }

    /**
     * @param passwordFile its first line opens the key; null where that is not encrypted
     * @throws OperatorException if a file is missing, unreadable, not PEM, if the password is wrong, if the key is not that
     *     of the first certificate, or if the chain is out of order
     */
    static ServerCertificate read(Path chainFile, Path keyFile, @Nullable Path passwordFile) {
        List<X509Certificate> chain = certificates(chainFile);
        if (chain.isEmpty()) {
            throw new OperatorException(
                    Reason.CONFIG,
                    chainFile + ": expected a certificate between -----BEGIN CERTIFICATE----- and -----END"
                            + " CERTIFICATE-----, found none.",
                    "Give the file that holds the server's certificate first and the intermediate ones after it.");
        }
        return Chains.checked(chainFile, keyFile, key(keyFile, passwordFile), chain);
    }

    /**
     * The certificates of a file, in its order; none if there is none.
     *
     * @throws OperatorException if the file is missing, unreadable or not PEM
     */
    static List<X509Certificate> certificates(Path file) {
        return PlainPem.read(file).map(PlainPem::certificates).orElseGet(() -> AnyPem.certificates(file));
    }

    private static PrivateKey key(Path file, @Nullable Path passwordFile) {
        return PlainPem.read(file)
                .map(PlainPem::key)
                .orElseGet(() -> AnyPem.key(file, passwordFile))
                .orElseThrow(() -> new OperatorException(
                        Reason.CONFIG,
                        file + ": expected a private key between -----BEGIN PRIVATE KEY----- and -----END PRIVATE"
                                + " KEY-----, found none.",
                        "Give the file that holds the private key in PEM form."));
    }
}
