package org.understudy.restore.repository;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.util.List;
import org.understudy.restore.repository.backend.Durable;

/**
 * The key that signs manifests. It lies in the keys folder beside the store as {@value #FILE}, readable by its owner
 * alone: a PKCS#8 block and, after it, the public key.
 */
final class SigningKey {
    static final String FILE = "snapshot-signing.pem";

    private final PrivateKey privateKey;
    private final PublicKey publicKey;

    private SigningKey(PrivateKey privateKey, PublicKey publicKey) {
        this.privateKey = privateKey;
        this.publicKey = publicKey;
    }

    /** Reads the key, or makes one where the keys folder has never had one. */
    static SigningKey loadOrMake(Path keys) throws IOException {
        Path file = keys.resolve(FILE);
        if (Files.exists(file)) {
            return load(file);
        }
        Durable.folder(keys);
        List<Path> old = TrustedKeys.publicKeyFiles(keys);
        if (!old.isEmpty()) {
            throw Refusal.repository(
                    "the signing key " + file + " is gone, though " + old.get(0).getFileName()
                            + " shows that there was one",
                    "Bring the file back from wherever the keys folder is backed up. If it is lost for good, run"
                            + " 'openssl genpkey -algorithm ed25519' into a file of that name followed by its public key"
                            + " ('openssl pkey -pubout'); leave the old .pub files, older snapshots are checked with"
                            + " them.");
        }
        return make(keys, file);
    }

    /** Reads the key, or makes one, though older keys are known: for a machine that takes the place of a lost one. */
    static SigningKey loadOrSucceed(Path keys) throws IOException {
        Path file = keys.resolve(FILE);
        if (Files.exists(file)) {
            return load(file);
        }
        Durable.folder(keys);
        return make(keys, file);
    }

    private static SigningKey load(Path file) throws IOException {
        try {
            String pem = Files.readString(file, StandardCharsets.US_ASCII);
            SigningKey key = new SigningKey(Keys.privateKey(pem), Keys.publicKey(pem));
            byte[] trial = {1, 2, 3};
            if (!Keys.verifies(key.publicKey, trial, key.sign(trial))) {
                throw new GeneralSecurityException("its private and its public key do not belong together");
            }
            return key;
        } catch (GeneralSecurityException e) {
            throw new org.understudy.storage.OperatorException(
                    org.understudy.storage.Reason.REPOSITORY,
                    "the signing key " + file + " cannot be used: " + e.getMessage(),
                    "Bring the file back from wherever the keys folder is backed up; it holds a PKCS#8 private key and"
                            + " its public key in PEM.",
                    e);
        }
    }

    private static SigningKey make(Path keys, Path file) throws IOException {
        try {
            KeyPair pair = KeyPairGenerator.getInstance("Ed25519").generateKeyPair();
            SigningKey key = new SigningKey(pair.getPrivate(), pair.getPublic());
            String pem = Keys.pem(pair.getPrivate()) + Keys.pem(pair.getPublic());
            Durable.write(file, pem.getBytes(StandardCharsets.US_ASCII), "rw-------");
            Durable.write(
                    keys.resolve(TrustedKeys.fileName(key.id())),
                    Keys.pem(pair.getPublic()).getBytes(StandardCharsets.US_ASCII),
                    "rw-r--r--");
            return key;
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every JDK since 15 has Ed25519", e);
        }
    }

    String id() {
        return Keys.id(publicKey);
    }

    PublicKey publicKey() {
        return publicKey;
    }

    byte[] sign(byte[] bytes) {
        try {
            return Keys.sign(privateKey, bytes);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("a loaded Ed25519 key signs", e);
        }
    }
}
