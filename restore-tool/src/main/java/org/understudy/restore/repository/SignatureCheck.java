package org.understudy.restore.repository;

import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.security.GeneralSecurityException;
import java.security.PublicKey;
import java.util.Optional;
import org.understudy.storage.OperatorException;

/** Weighs the signatures of a repository's files other than manifests. */
public final class SignatureCheck {
    private final Repository repository;
    private final TrustedKeys trusted;

    public SignatureCheck(Repository repository, TrustedKeys trusted) {
        this.repository = repository;
        this.trusted = trusted;
    }

    /**
     * What a signature of {@code bytes} is worth.
     *
     * @param keyId of the key that the bytes name as their signer
     */
    public Trust weigh(String keyId, byte[] bytes, byte[] signature) {
        try {
            Optional<PublicKey> pinned = trusted.find(keyId);
            Optional<PublicKey> key = pinned.isPresent() ? pinned : copy(keyId);
            if (key.isEmpty() || !Keys.verifies(key.get(), bytes, signature)) {
                return Trust.NONE;
            }
            return pinned.isPresent() ? Trust.TRUSTED_KEY : Trust.REPOSITORY_KEY;
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every JDK since 15 has Ed25519", e);
        }
    }

    private Optional<PublicKey> copy(String keyId) {
        if (!keyId.matches("[0-9a-f]{16}")) {
            return Optional.empty();
        }
        String name = Repository.keyName(keyId);
        try {
            PublicKey key = TrustedKeys.read(repository.backend(), name);
            return Keys.id(key).equals(keyId) ? Optional.of(key) : Optional.empty();
        } catch (NoSuchFileException e) {
            return Optional.empty();
        } catch (OperatorException e) {
            // A copy that is no key is as good as none; verifying the snapshots reports it.
            return Optional.empty();
        } catch (IOException e) {
            throw Refusal.io("reading", repository.backend().location(name), e);
        }
    }
}
