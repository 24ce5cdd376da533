package org.understudy.server.tls;

import java.io.IOException;
import java.io.Reader;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.bouncycastle.asn1.pkcs.PrivateKeyInfo;
import org.bouncycastle.cert.X509CertificateHolder;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.jce.provider.BouncyCastleProvider;
import org.bouncycastle.openssl.PEMEncryptedKeyPair;
import org.bouncycastle.openssl.PEMException;
import org.bouncycastle.openssl.PEMKeyPair;
import org.bouncycastle.openssl.PEMParser;
import org.bouncycastle.openssl.jcajce.JcaPEMKeyConverter;
import org.bouncycastle.openssl.jcajce.JceOpenSSLPKCS8DecryptorProviderBuilder;
import org.bouncycastle.openssl.jcajce.JcePEMDecryptorProviderBuilder;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.pkcs.PKCS8EncryptedPrivateKeyInfo;
import org.bouncycastle.pkcs.PKCSException;
import org.bouncycastle.util.encoders.DecoderException;
import org.jspecify.annotations.Nullable;
import org.understudy.storage.OperatorException;
import org.understudy.storage.Reason;

/**
 * Reads PEM files of every kind, by Bouncy Castle: thousands of classes, which take a second to load. {@link PlainPem} reads
 * what most files hold.
 */
final class AnyPem {
    private AnyPem() {}

    /** The certificates of a file, in its order. */
    static List<X509Certificate> certificates(Path file) {
        List<X509Certificate> found = new ArrayList<>();
        for (Object object : objects(file)) {
            if (object instanceof X509CertificateHolder holder) {
                found.add(certificate(file, holder));
            }
        }
        return found;
    }

    /** The first private key of a file; empty where there is none. */
    static Optional<PrivateKey> key(Path file, @Nullable Path passwordFile) {
        for (Object object : objects(file)) {
            try {
                PrivateKeyInfo info = switch (object) {
                    case PEMKeyPair pair -> pair.getPrivateKeyInfo();
                    case PrivateKeyInfo open -> open;
                    case PKCS8EncryptedPrivateKeyInfo locked -> opened(locked, file, passwordFile);
                    case PEMEncryptedKeyPair locked -> opened(locked, file, passwordFile);
                    default -> null;
                };
                if (info != null) {
                    return Optional.of(new JcaPEMKeyConverter().getPrivateKey(info));
                }
            } catch (PEMException e) {
                throw new OperatorException(
                        Reason.CONFIG,
                        file + ": the private key has a kind or form that Java does not read: " + e.getMessage(),
                        "Convert it with 'openssl pkcs8 -topk8 -in OLD -out NEW'.",
                        e);
            }
        }
        return Optional.empty();
    }

    private static PrivateKeyInfo opened(PKCS8EncryptedPrivateKeyInfo locked, Path file, @Nullable Path passwordFile) {
        char[] password = password(file, passwordFile);
        try {
            return locked.decryptPrivateKeyInfo(new JceOpenSSLPKCS8DecryptorProviderBuilder()
                    .setProvider(new BouncyCastleProvider())
                    .build(password));
        } catch (PKCSException | OperatorCreationException e) {
            throw Pkcs12File.wrongPassword(file, passwordFile, e);
        }
    }

    private static PrivateKeyInfo opened(PEMEncryptedKeyPair locked, Path file, @Nullable Path passwordFile) {
        char[] password = password(file, passwordFile);
        try {
            return locked.decryptKeyPair(new JcePEMDecryptorProviderBuilder()
                            .setProvider(new BouncyCastleProvider())
                            .build(password))
                    .getPrivateKeyInfo();
        } catch (IOException e) {
            throw Pkcs12File.wrongPassword(file, passwordFile, e);
        }
    }

    private static char[] password(Path file, @Nullable Path passwordFile) {
        char[] password = SecretFiles.password(passwordFile);
        if (password == null) {
            throw Pkcs12File.wrongPassword(file, null, new IOException("no password"));
        }
        return password;
    }

    private static List<Object> objects(Path file) {
        try (Reader reader = Files.newBufferedReader(file, StandardCharsets.ISO_8859_1);
                PEMParser parser = new PEMParser(reader)) {
            List<Object> objects = new ArrayList<>();
            for (Object object = parser.readObject(); object != null; object = parser.readObject()) {
                objects.add(object);
            }
            return objects;
        } catch (FileSystemException e) {
            throw SecretFiles.unreadable(file, e);
        } catch (IOException | DecoderException e) {
            throw new OperatorException(
                    Reason.CONFIG,
                    file + ": not readable as PEM: " + e.getMessage(),
                    "Give a text file with -----BEGIN ...----- lines; a .der or .p12 file must be converted first.",
                    e);
        }
    }

    private static X509Certificate certificate(Path file, X509CertificateHolder holder) {
        try {
            return new JcaX509CertificateConverter().getCertificate(holder);
        } catch (GeneralSecurityException e) {
            throw new OperatorException(
                    Reason.CONFIG,
                    file + ": a certificate in it cannot be decoded: " + e.getMessage(),
                    "Look at it with 'openssl x509 -text -in FILE' and get a sound copy.",
                    e);
        }
    }
}
