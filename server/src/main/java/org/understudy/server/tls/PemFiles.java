package org.understudy.server.tls;

import java.io.IOException;
import java.io.Reader;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.Signature;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;
import org.bouncycastle.asn1.pkcs.PrivateKeyInfo;
import org.bouncycastle.cert.X509CertificateHolder;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.openssl.PEMEncryptedKeyPair;
import org.bouncycastle.openssl.PEMException;
import org.bouncycastle.openssl.PEMKeyPair;
import org.bouncycastle.openssl.PEMParser;
import org.bouncycastle.openssl.jcajce.JcaPEMKeyConverter;
import org.bouncycastle.pkcs.PKCS8EncryptedPrivateKeyInfo;
import org.bouncycastle.util.encoders.DecoderException;
import org.understudy.storage.OperatorException;
import org.understudy.storage.Reason;

/** Reads certificate chains and private keys from PEM files (RFC 7468); keys in PKCS#8, PKCS#1 or SEC 1. */
public final class PemFiles {
    private PemFiles() {}

    /**
     * Reads a chain and its key. Both may be in one file, given twice.
     *
     * @throws OperatorException if a file is missing, unreadable, not PEM, encrypted, or if key and certificate differ
     */
    public static ServerCertificate read(Path chainFile, Path keyFile) {
        List<X509Certificate> chain = new ArrayList<>();
        for (Object object : objects(chainFile)) {
            if (object instanceof X509CertificateHolder holder) {
                chain.add(certificate(chainFile, holder));
            }
        }
        if (chain.isEmpty()) {
            throw new OperatorException(
                    Reason.CONFIG,
                    chainFile + ": expected a certificate between -----BEGIN CERTIFICATE----- and -----END"
                            + " CERTIFICATE-----, found none.",
                    "Give the file that holds the server's certificate first and the intermediate ones after it.");
        }
        PrivateKey key = key(keyFile);
        if (!belongTogether(key, chain.get(0))) {
            throw new OperatorException(
                    Reason.CONFIG,
                    keyFile + ": expected the private key of " + chain.get(0).getSubjectX500Principal()
                            + ", the first certificate of " + chainFile + "; found another key.",
                    "Put the server's own certificate first in the chain, and check that the key was made for it.");
        }
        return new ServerCertificate(key, chain);
    }

    private static PrivateKey key(Path file) {
        for (Object object : objects(file)) {
            try {
                if (object instanceof PEMKeyPair pair) {
                    return new JcaPEMKeyConverter().getPrivateKey(pair.getPrivateKeyInfo());
                }
                if (object instanceof PrivateKeyInfo info) {
                    return new JcaPEMKeyConverter().getPrivateKey(info);
                }
            } catch (PEMException e) {
                throw new OperatorException(
                        Reason.CONFIG,
                        file + ": the private key has a kind or form that Java does not read: " + e.getMessage(),
                        "Convert it with 'openssl pkcs8 -topk8 -nocrypt -in OLD -out NEW'.",
                        e);
            }
            if (object instanceof PKCS8EncryptedPrivateKeyInfo || object instanceof PEMEncryptedKeyPair) {
                throw new OperatorException(
                        Reason.CONFIG,
                        file + ": the private key is encrypted with a passphrase, which the server does not know.",
                        "Write it without one: 'openssl pkey -in OLD -out NEW', and set mode 0600 on the new file.");
            }
        }
        throw new OperatorException(
                Reason.CONFIG,
                file + ": expected a private key between -----BEGIN PRIVATE KEY----- and -----END PRIVATE KEY-----,"
                        + " found none.",
                "Give the file that holds the private key in PEM form.");
    }

    private static List<Object> objects(Path file) {
        try (Reader reader = Files.newBufferedReader(file, StandardCharsets.ISO_8859_1);
                PEMParser parser = new PEMParser(reader)) {
            List<Object> objects = new ArrayList<>();
            for (Object object = parser.readObject(); object != null; object = parser.readObject()) {
                objects.add(object);
            }
            return objects;
        } catch (NoSuchFileException e) {
            throw new OperatorException(
                    Reason.NOT_FOUND, file + ": no such file.", "Check the path in the configuration.", e);
        } catch (AccessDeniedException e) {
            throw new OperatorException(
                    Reason.PERMISSION,
                    file + ": the server may not read this file.",
                    "Let the account that runs the server read it, and nobody else if it holds a key.",
                    e);
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

    private static boolean belongTogether(PrivateKey key, X509Certificate certificate) {
        byte[] probe = "understudy".getBytes(StandardCharsets.US_ASCII);
        String algorithm = switch (key.getAlgorithm()) {
            case "RSA" -> "SHA256withRSA";
            case "EC", "ECDSA" -> "SHA256withECDSA";
            default -> key.getAlgorithm();
        };
        try {
            Signature signing = Signature.getInstance(algorithm);
            signing.initSign(key);
            signing.update(probe);
            byte[] signature = signing.sign();
            Signature checking = Signature.getInstance(algorithm);
            checking.initVerify(certificate.getPublicKey());
            checking.update(probe);
            return checking.verify(signature);
        } catch (GeneralSecurityException e) {
            return false;
        }
    }
}
