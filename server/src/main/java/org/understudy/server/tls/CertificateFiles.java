package org.understudy.server.tls;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.understudy.storage.OperatorException;

/** Where a certificate and its key lie. Symbolic links are followed each time that they are read. */
public sealed interface CertificateFiles {
    /**
     * @param certificate PEM, the server's certificate first, then those that signed it
     * @param key PEM; PKCS #8, PKCS #1 or SEC 1; may be the same file
     * @param passwordFile its first line opens the key; null where that is not encrypted
     */
    record Pem(Path certificate, Path key, @Nullable Path passwordFile) implements CertificateFiles {
        @Override
        public ServerCertificate read() {
            return PemFiles.read(certificate, key, passwordFile);
        }

        @Override
        public List<Path> all() {
            return distinct(certificate, key, passwordFile);
        }

        @Override
        public List<Path> secrets() {
            return distinct(key, null, passwordFile);
        }
    }

    /**
     * @param pkcs12 a key store of PKCS #12 (RFC 7292) with one private key
     * @param passwordFile its first line opens it; null for the empty password
     */
    record Pkcs12(Path pkcs12, @Nullable Path passwordFile) implements CertificateFiles {
        @Override
        public ServerCertificate read() {
            return Pkcs12File.read(pkcs12, passwordFile);
        }

        @Override
        public List<Path> all() {
            return distinct(pkcs12, null, passwordFile);
        }

        @Override
        public List<Path> secrets() {
            return all();
        }
    }

    /**
     * Reads key and chain, and checks that they belong together.
     *
     * @throws OperatorException if a file is missing, unreadable or not what it should be
     */
    ServerCertificate read();

    /** Every file that is read. */
    List<Path> all();

    /** Those of them that nobody but the server should be able to read. */
    List<Path> secrets();

    private static List<Path> distinct(Path first, @Nullable Path second, @Nullable Path third) {
        List<Path> files = new ArrayList<>(List.of(first));
        if (second != null && !files.contains(second)) {
            files.add(second);
        }
        if (third != null && !files.contains(third)) {
            files.add(third);
        }
        return List.copyOf(files);
    }
}
