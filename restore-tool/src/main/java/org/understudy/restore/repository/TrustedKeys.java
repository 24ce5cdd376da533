package org.understudy.restore.repository;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.PublicKey;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.understudy.restore.repository.backend.Backend;
import org.understudy.storage.OperatorException;
import org.understudy.storage.Reason;

/**
 * The public keys that this machine trusts for snapshots, by id: every {@code snapshot-<keyid>.pub} in the keys folder.
 * Keys that lie in a repository are not among them, since who can change a snapshot can change those too.
 */
public final class TrustedKeys {
    private final Path folder;
    private final Map<String, PublicKey> keys;

    private TrustedKeys(Path folder, Map<String, PublicKey> keys) {
        this.folder = folder;
        this.keys = keys;
    }

    /**
     * Reads the keys folder; one that does not exist holds no keys.
     *
     * @throws OperatorException {@link Reason#REPOSITORY} for a key file that is none
     */
    public static TrustedKeys load(Path folder) {
        try {
            Map<String, PublicKey> keys = new TreeMap<>();
            for (Path file : publicKeyFiles(folder)) {
                PublicKey key = read(file);
                keys.put(Keys.id(key), key);
            }
            return new TrustedKeys(folder, keys);
        } catch (IOException e) {
            throw Refusal.io("reading the keys folder", folder, e);
        }
    }

    Optional<PublicKey> find(String id) {
        return Optional.ofNullable(keys.get(id));
    }

    boolean isEmpty() {
        return keys.isEmpty();
    }

    /** The keys folder. */
    Path folder() {
        return folder;
    }

    static String fileName(String keyId) {
        return "snapshot-" + keyId + ".pub";
    }

    static List<Path> publicKeyFiles(Path folder) throws IOException {
        if (!Files.isDirectory(folder)) {
            return List.of();
        }
        try (Stream<Path> files = Files.list(folder)) {
            return files.filter(file -> file.getFileName().toString().matches("snapshot-.*\\.pub"))
                    .sorted()
                    .toList();
        }
    }

    static PublicKey read(Path file) throws IOException {
        return parse(file.toString(), Files.readAllBytes(file));
    }

    /** Reads a key of a repository. */
    static PublicKey read(Backend repository, String name) throws IOException {
        return parse(repository.location(name), repository.read(name));
    }

    private static PublicKey parse(String file, byte[] pem) {
        try {
            return Keys.publicKey(new String(pem, StandardCharsets.US_ASCII));
        } catch (GeneralSecurityException e) {
            throw new OperatorException(
                    Reason.REPOSITORY,
                    "key file " + file + " holds no Ed25519 public key: " + e.getMessage(),
                    "Bring the file back from a backup of that folder.",
                    e);
        }
    }
}
