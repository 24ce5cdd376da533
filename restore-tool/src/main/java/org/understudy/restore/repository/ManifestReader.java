package org.understudy.restore.repository;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.security.GeneralSecurityException;
import java.security.PublicKey;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.understudy.restore.repository.RepositoryFinding.Kind;
import org.understudy.restore.repository.backend.Durable;
import org.understudy.storage.OperatorException;

/** Reads manifests and weighs their signatures. What is wrong comes back as findings. */
final class ManifestReader {
    private final Repository repository;
    private final TrustedKeys trusted;

    ManifestReader(Repository repository, TrustedKeys trusted) {
        this.repository = repository;
        this.trusted = trusted;
    }

    /**
     * A manifest as it lies there.
     *
     * @param sha256 of its exact bytes
     * @param manifest null where it cannot be read
     * @param findings by this manifest alone, without its place in the chain
     */
    record Reading(
            String id, String sha256, @Nullable Manifest manifest, Trust trust, List<RepositoryFinding> findings) {}

    Reading read(String id) {
        byte[] bytes;
        try {
            bytes = repository.backend().read(Repository.manifestName(id));
        } catch (IOException e) {
            throw Refusal.io("reading", place(Repository.manifestName(id)), e);
        }
        List<RepositoryFinding> findings = new ArrayList<>();
        Manifest manifest = parse(id, bytes, findings);
        Trust trust = manifest == null ? Trust.NONE : weigh(manifest, id, bytes, findings);
        return new Reading(id, Durable.digest(bytes).toString(), manifest, trust, List.copyOf(findings));
    }

    private @Nullable Manifest parse(String id, byte[] bytes, List<RepositoryFinding> findings) {
        try {
            String format = top(bytes, "format");
            String version = top(bytes, "version");
            if (!format.equals(Manifest.FORMAT)) {
                findings.add(unreadable(id, "a manifest of format " + Manifest.FORMAT, "format '" + format + "'"));
                return null;
            }
            if (!version.equals(Integer.toString(Manifest.VERSION))) {
                findings.add(RepositoryFinding.of(
                        Kind.MANIFEST_UNREADABLE,
                        id,
                        name(id),
                        "version " + Manifest.VERSION,
                        "version " + version,
                        "This program cannot read the snapshot.",
                        "Use the version of understudy that wrote it."));
                return null;
            }
            Manifest manifest = Json.MAPPER.readValue(bytes, Manifest.class);
            if (!manifest.id().equals(id)) {
                findings.add(replaced(id, "the manifest of snapshot " + id, "that of snapshot " + manifest.id()));
            }
            if (!manifest.repositoryId().equals(repository.id())) {
                findings.add(replaced(
                        id, "repository id " + repository.id(), "a manifest of repository " + manifest.repositoryId()));
            }
            return manifest;
        } catch (JacksonException e) {
            findings.add(unreadable(id, "JSON with the fields of a manifest", e.getOriginalMessage()));
            return null;
        } catch (IOException e) {
            throw Refusal.io("reading", place(Repository.manifestName(id)), e);
        }
    }

    /** A field of the outermost object as text, or empty; read without building the rest, which may be large. */
    private static String top(byte[] bytes, String field) throws IOException {
        try (JsonParser in = Json.MAPPER.createParser(bytes)) {
            if (in.nextToken() == JsonToken.START_OBJECT) {
                while (in.nextToken() == JsonToken.FIELD_NAME) {
                    boolean wanted = in.currentName().equals(field);
                    JsonToken value = in.nextToken();
                    if (wanted) {
                        return value.isScalarValue() ? in.getText() : "";
                    }
                    in.skipChildren();
                }
            }
            return "";
        }
    }

    private Trust weigh(Manifest manifest, String id, byte[] bytes, List<RepositoryFinding> findings) {
        try {
            byte[] signature = repository.backend().read(Repository.signatureName(id));
            String keyId = manifest.signingKey();
            Optional<PublicKey> pinned = trusted.find(keyId);
            Optional<PublicKey> copy = repositoryCopy(keyId);
            if (pinned.isEmpty() && copy.isEmpty()) {
                findings.add(RepositoryFinding.of(
                        Kind.KEY_MISSING,
                        id,
                        "keys/" + keyId + ".pub",
                        "the public key " + keyId + " in " + trusted.folder() + " or in the repository",
                        "neither",
                        "Nobody can tell whether the manifest is the one that was signed.",
                        "Bring " + TrustedKeys.fileName(keyId) + " back into " + trusted.folder() + "."));
                return Trust.NONE;
            }
            if (!Keys.verifies(pinned.isPresent() ? pinned.get() : copy.orElseThrow(), bytes, signature)) {
                findings.add(RepositoryFinding.of(
                        Kind.SIGNATURE_WRONG,
                        id,
                        name(id),
                        "the bytes that key " + keyId + " signed",
                        "other bytes, or another signature",
                        "The manifest or its signature was changed after the snapshot was taken.",
                        "Bring the manifest and its .sig back from a copy of the repository, or restore from another"
                                + " snapshot."));
                return Trust.NONE;
            }
            if (pinned.isPresent()) {
                if (!copy.equals(pinned)) {
                    findings.add(RepositoryFinding.of(
                            Kind.KEY_COPY_LOST,
                            id,
                            "keys/" + keyId + ".pub",
                            "a copy of the public key " + keyId,
                            copy.isPresent() ? "another key" : "no file",
                            "This machine can check the snapshot; a machine without its keys folder cannot.",
                            "Copy " + trusted.folder().resolve(TrustedKeys.fileName(keyId)) + " there."));
                }
                return Trust.TRUSTED_KEY;
            }
            findings.add(notPinned(id, keyId));
            return Trust.REPOSITORY_KEY;
        } catch (NoSuchFileException e) {
            findings.add(RepositoryFinding.of(
                    Kind.SIGNATURE_MISSING,
                    id,
                    name(id) + ".sig",
                    "the manifest's signature",
                    "no file",
                    "Nobody can tell whether the manifest is the one that was signed.",
                    "Bring the file back from a copy of the repository, or restore from another snapshot."));
            return Trust.NONE;
        } catch (IOException e) {
            throw Refusal.io("reading", place(Repository.signatureName(id)), e);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every JDK since 15 has Ed25519", e);
        }
    }

    private RepositoryFinding notPinned(String id, String keyId) {
        boolean none = trusted.isEmpty();
        return RepositoryFinding.of(
                none ? Kind.KEY_NOT_PINNED : Kind.KEY_NOT_TRUSTED,
                id,
                "keys/" + keyId + ".pub",
                none ? "the public key " + keyId + " in " + trusted.folder() : "one of the keys in " + trusted.folder(),
                none ? "the repository's own copy only" : "a signature by key " + keyId,
                "The signature fits the manifest, but whoever could change the one could have changed the other.",
                "Compare the key with one kept elsewhere, and if it is yours, put it into " + trusted.folder() + " as "
                        + TrustedKeys.fileName(keyId) + ".");
    }

    /** The repository's own copy of a key, or empty if it is missing, no key, or another one. */
    private Optional<PublicKey> repositoryCopy(String keyId) throws IOException {
        if (!keyId.matches("[0-9a-f]{16}")) {
            return Optional.empty();
        }
        try {
            PublicKey key = TrustedKeys.read(repository.backend(), Repository.keyName(keyId));
            return Keys.id(key).equals(keyId) ? Optional.of(key) : Optional.empty();
        } catch (NoSuchFileException e) {
            return Optional.empty();
        } catch (OperatorException e) {
            // A copy that is no key is as good as none, and is reported as such.
            return Optional.empty();
        }
    }

    private static RepositoryFinding unreadable(String id, String expected, String found) {
        return RepositoryFinding.of(
                Kind.MANIFEST_UNREADABLE,
                id,
                name(id),
                expected,
                found,
                "Nothing can be restored from this snapshot; its objects serve the others.",
                "Bring the manifest back from a copy of the repository, or restore from another snapshot.");
    }

    private static RepositoryFinding replaced(String id, String expected, String found) {
        return RepositoryFinding.of(
                Kind.MANIFEST_REPLACED,
                id,
                name(id),
                expected,
                found,
                "A manifest that belongs elsewhere was put in the place of this one.",
                "Find out who did, then bring the manifest and its .sig back from a copy of the repository.");
    }

    private String place(String name) {
        return repository.backend().location(name);
    }

    private static String name(String id) {
        return Repository.manifestName(id);
    }
}
