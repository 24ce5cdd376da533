package org.understudy.restore.repository;

import java.io.IOException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.PublicKey;
import java.util.Optional;
import org.understudy.storage.OperatorException;
import org.understudy.storage.Reason;

/** Signs files with the key that signs manifests: detached Ed25519 signatures of 64 bytes (RFC 8032). */
public final class Signer {
    private final SigningKey key;

    private Signer(SigningKey key) {
        this.key = key;
    }

    /**
     * The signer of a keys folder; its key is made where the folder has never had one.
     *
     * @throws OperatorException {@link Reason#REPOSITORY} if the key is gone or cannot be used
     */
    public static Signer of(Path keys) {
        try {
            return new Signer(SigningKey.loadOrMake(keys));
        } catch (IOException e) {
            throw Refusal.io("reading the keys folder", keys, e);
        }
    }

    /** First 16 hexadecimal digits of the SHA-256 of the public key in DER. */
    public String keyId() {
        return key.id();
    }

    /** SubjectPublicKeyInfo in PEM. */
    public String publicKey() {
        return Keys.pem(key.publicKey());
    }

    public byte[] sign(byte[] bytes) {
        return key.sign(bytes);
    }

    /** Whether {@code signature} is one of {@code bytes} by the key of that id, which the keys folder trusts. */
    public static boolean verifies(Path keys, String keyId, byte[] bytes, byte[] signature) {
        Optional<PublicKey> known = TrustedKeys.load(keys).find(keyId);
        try {
            return known.isPresent() && Keys.verifies(known.get(), bytes, signature);
        } catch (GeneralSecurityException e) {
            throw new OperatorException(
                    Reason.REPOSITORY,
                    "key " + keyId + " in " + keys + " cannot be used: " + e.getMessage(),
                    "Bring the key files back from wherever the keys folder is backed up.",
                    e);
        }
    }
}
