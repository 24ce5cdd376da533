package org.understudy.restore.repository;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.security.SignatureException;
import java.security.spec.PKCS8EncodedKeySpec;
import java.security.spec.X509EncodedKeySpec;
import java.util.Base64;
import org.understudy.restore.repository.backend.Durable;

/**
 * Ed25519 keys and signatures (RFC 8032) in the forms that other tools read: PKCS#8 and SubjectPublicKeyInfo in PEM (RFC
 * 7468, RFC 8410), signatures as their raw 64 bytes.
 */
final class Keys {
    static final int SIGNATURE_BYTES = 64;
    private static final String PRIVATE = "PRIVATE KEY";
    private static final String PUBLIC = "PUBLIC KEY";

    private Keys() {}

    /** The id of a key: the first 16 hexadecimal digits of the SHA-256 of its SubjectPublicKeyInfo in DER. */
    static String id(PublicKey key) {
        return Durable.digest(key.getEncoded()).toString().substring(0, 16);
    }

    static String pem(PrivateKey key) {
        return pem(PRIVATE, key.getEncoded());
    }

    static String pem(PublicKey key) {
        return pem(PUBLIC, key.getEncoded());
    }

    static PrivateKey privateKey(String pem) throws GeneralSecurityException {
        return KeyFactory.getInstance("Ed25519").generatePrivate(new PKCS8EncodedKeySpec(block(PRIVATE, pem)));
    }

    static PublicKey publicKey(String pem) throws GeneralSecurityException {
        return KeyFactory.getInstance("Ed25519").generatePublic(new X509EncodedKeySpec(block(PUBLIC, pem)));
    }

    static byte[] sign(PrivateKey key, byte[] bytes) throws GeneralSecurityException {
        Signature signature = Signature.getInstance("Ed25519");
        signature.initSign(key);
        signature.update(bytes);
        return signature.sign();
    }

    static boolean verifies(PublicKey key, byte[] bytes, byte[] sig) throws GeneralSecurityException {
        if (sig.length != SIGNATURE_BYTES) {
            return false;
        }
        Signature signature = Signature.getInstance("Ed25519");
        signature.initVerify(key);
        signature.update(bytes);
        try {
            return signature.verify(sig);
        } catch (SignatureException e) {
            // 64 bytes that encode no point of the curve are as wrong as any other signature.
            return false;
        }
    }

    private static String pem(String type, byte[] der) {
        return "-----BEGIN " + type + "-----\n"
                + Base64.getMimeEncoder(64, "\n".getBytes(StandardCharsets.US_ASCII))
                        .encodeToString(der)
                + "\n-----END " + type + "-----\n";
    }

    private static byte[] block(String type, String pem) throws GeneralSecurityException {
        String begin = "-----BEGIN " + type + "-----";
        String end = "-----END " + type + "-----";
        int from = pem.indexOf(begin);
        int to = pem.indexOf(end);
        if (from < 0 || to < from) {
            throw new GeneralSecurityException("there is no block '" + type + "' in it");
        }
        try {
            return Base64.getMimeDecoder().decode(pem.substring(from + begin.length(), to));
        } catch (IllegalArgumentException e) {
            throw new GeneralSecurityException("block '" + type + "' is not Base64", e);
        }
    }
}
