package org.understudy.restore.repository;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.PublicKey;
import org.understudy.storage.OperatorException;
import org.understudy.storage.Reason;

/** A snapshot's manifest as it lies in its repository, with what is needed to check it. */
public final class SignedManifest {
    private final String id;
    private final byte[] json;
    private final byte[] signature;
    private final String keyId;
    private final String publicKey;

    private SignedManifest(String id, byte[] json, byte[] signature, String keyId, String publicKey) {
        this.id = id;
        this.json = json;
        this.signature = signature;
        this.keyId = keyId;
        this.publicKey = publicKey;
    }

    public String id() {
        return id;
    }

    /** Its exact bytes. */
    public byte[] json() {
        return json.clone();
    }

    /** The detached Ed25519 signature of those. */
    public byte[] signature() {
        return signature.clone();
    }

    /** Id of the key that it names as its signer. */
    public String keyId() {
        return keyId;
    }

    /** That key in PEM. */
    public String publicKey() {
        return publicKey;
    }

    /**
     * @param keys folder with the keys that this machine trusts; the repository's own copy is taken where it is not there
     * @throws OperatorException {@link Reason#NOT_FOUND} if the snapshot is no longer in the repository
     */
    public static SignedManifest read(Repository repository, String id, Path keys) {
        try {
            byte[] json = repository.backend().read(Repository.manifestName(id));
            byte[] signature = repository.backend().read(Repository.signatureName(id));
            JsonNode named = Json.MAPPER.readTree(json).path("signingKey");
            String keyId = named.asText();
            if (!keyId.matches("[0-9a-f]{16}")) {
                throw Refusal.repository(
                        "the manifest of snapshot " + id + " names no key", "Run 'understudy repo verify'.");
            }
            PublicKey key = TrustedKeys.load(keys).find(keyId).orElse(null);
            if (key == null) {
                key = TrustedKeys.read(repository.backend(), Repository.keyName(keyId));
            }
            return new SignedManifest(id, json, signature, keyId, Keys.pem(key));
        } catch (NoSuchFileException e) {
            throw new OperatorException(
                    Reason.NOT_FOUND,
                    "snapshot " + id + " is not whole in " + repository.location() + ": " + e.getFile() + " is missing",
                    "Bring it back from a copy of the repository.",
                    e);
        } catch (IOException e) {
            throw Refusal.io("reading", repository.backend().location(Repository.manifestName(id)), e);
        }
    }
}
