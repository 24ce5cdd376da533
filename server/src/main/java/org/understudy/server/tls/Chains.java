package org.understudy.server.tls;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.understudy.storage.OperatorException;
import org.understudy.storage.Reason;

/** Whether a key and the certificates of a chain belong together. */
final class Chains {
    /** The pair that was last found or known to belong together. A start reads the same files several times. */
    private static volatile @Nullable Pair known;

    private record Pair(PrivateKey key, X509Certificate certificate) {}

    private Chains() {}

    /** What the server has written itself, whole, in one file, needs no proof; the first one by Java's ECDSA takes a second. */
    static void own(PrivateKey key, X509Certificate certificate) {
        known = new Pair(key, certificate);
    }

    /**
     * @param chainFile for words about the certificates
     * @param keyFile for words about the key
     * @throws OperatorException if the key is not that of the first certificate, or one has not signed the one before it
     */
    static ServerCertificate checked(Path chainFile, Path keyFile, PrivateKey key, List<X509Certificate> chain) {
        if (!belongTogether(key, chain.getFirst())) {
            int owner = IntStream.range(1, chain.size())
                    .filter(i -> belongTogether(key, chain.get(i)))
                    .findFirst()
                    .orElse(0);
            if (owner > 0) {
                throw new OperatorException(
                        Reason.CONFIG,
                        chainFile + ": the chain is out of order: the key belongs to certificate " + (owner + 1) + ", "
                                + name(chain.get(owner)) + ", and " + name(chain.getFirst()) + " comes first.",
                        "Put the server's own certificate first, then the one that signed it, and so on.");
            }
            throw new OperatorException(
                    Reason.CONFIG,
                    keyFile + ": expected the private key of " + name(chain.getFirst()) + ", the first certificate of "
                            + chainFile + "; found another key.",
                    "Put the server's own certificate first in the chain, and check that the key was made for it.");
        }
        for (int i = 1; i < chain.size(); i++) {
            if (!signed(chain.get(i), chain.get(i - 1))) {
                throw new OperatorException(
                        Reason.CONFIG,
                        chainFile + ": the chain is out of order: certificate " + (i + 1) + ", " + name(chain.get(i))
                                + ", has not signed certificate " + i + ", " + name(chain.get(i - 1))
                                + ", whose issuer is "
                                + chain.get(i - 1).getIssuerX500Principal().getName() + ".",
                        "Put each certificate right after the one that it has signed, and leave out all others.");
            }
        }
        return new ServerCertificate(key, chain);
    }

    /** What is doubtful about a certificate and still lets it be used. */
    static List<String> doubts(ServerCertificate certificate, CertificateFiles files, Instant now) {
        List<String> doubts = new ArrayList<>();
        for (X509Certificate one : certificate.chain()) {
            if (now.isAfter(one.getNotAfter().toInstant())) {
                doubts.add(name(one) + " expired on " + one.getNotAfter().toInstant());
            } else if (now.isBefore(one.getNotBefore().toInstant())) {
                doubts.add(
                        name(one) + " is not valid before " + one.getNotBefore().toInstant());
            }
        }
        files.secrets().forEach(file -> SecretFiles.openToAll(file).ifPresent(doubts::add));
        return doubts;
    }

    /** Whether {@code issuer} has signed {@code certificate}, by name and by signature. */
    static boolean signed(X509Certificate issuer, X509Certificate certificate) {
        if (!issuer.getSubjectX500Principal().equals(certificate.getIssuerX500Principal())) {
            return false;
        }
        try {
            certificate.verify(issuer.getPublicKey());
            return true;
        } catch (GeneralSecurityException e) {
            return false;
        }
    }

    private static String name(X509Certificate certificate) {
        return certificate.getSubjectX500Principal().getName();
    }

    private static boolean belongTogether(PrivateKey key, X509Certificate certificate) {
        Pair pair = new Pair(key, certificate);
        if (pair.equals(known)) {
            return true;
        }
        boolean mates = provenTogether(key, certificate);
        if (mates) {
            known = pair;
        }
        return mates;
    }

    private static boolean provenTogether(PrivateKey key, X509Certificate certificate) {
        byte[] probe = "understudy".getBytes(StandardCharsets.US_ASCII);
        String algorithm = switch (key.getAlgorithm()) {
            case "RSA" -> "SHA256withRSA";
            case "EC", "ECDSA" -> "SHA256withECDSA";
            default -> key.getAlgorithm();
        };
        try {
            PublicKey mate = certificate.getPublicKey();
            Signature signing = Signature.getInstance(algorithm);
            signing.initSign(key);
            signing.update(probe);
            byte[] signature = signing.sign();
            Signature checking = Signature.getInstance(algorithm);
            checking.initVerify(mate);
            checking.update(probe);
            return checking.verify(signature);
        } catch (GeneralSecurityException e) {
            return false;
        }
    }
}
