package org.understudy.restore.repository;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.PublicKey;
import org.understudy.restore.repository.backend.Durable;
import org.understudy.restore.repository.backend.RepositoryPlace;
import org.understudy.storage.OperatorException;
import org.understudy.storage.Reason;

/** Puts a key among those that a machine trusts for snapshots. */
public final class TrustKey {
    private TrustKey() {}

    /** @param file where it lies now */
    public record Result(String id, String file) {}

    /**
     * Trusts the repository's copy of a key, for which its id vouches.
     *
     * @param id 16 hexadecimal digits, from wherever they were noted
     * @throws OperatorException {@link Reason#NOT_FOUND} if there is no copy, {@link Reason#REPOSITORY} if it is of
     *     another key
     */
    public static Result ofRepository(RepositoryPlace place, String id, Path keys) {
        try {
            return pin(copyOf(id, Repository.open(place)), keys);
        } catch (IOException e) {
            throw Refusal.io("writing into", keys, e);
        }
    }

    static Result pin(PublicKey key, Path keys) throws IOException {
        String id = Keys.id(key);
        Path file = keys.resolve(TrustedKeys.fileName(id));
        Durable.folder(keys);
        Durable.permit(keys, "rwx------");
        Durable.write(file, Keys.pem(key).getBytes(StandardCharsets.US_ASCII), "rw-r--r--");
        return new Result(id, file.toString());
    }

    static PublicKey copyOf(String id, Repository repository) throws IOException {
        String name = Repository.keyName(id);
        if (!id.matches("[0-9a-f]{16}") || repository.backend().size(name).isEmpty()) {
            throw new OperatorException(
                    Reason.NOT_FOUND,
                    "repository " + repository.location() + " has no copy of the key " + id,
                    "Give the id of 16 hexadecimal digits as it was noted, or the key's own file.");
        }
        PublicKey key = TrustedKeys.read(repository.backend(), name);
        if (!Keys.id(key).equals(id)) {
            throw Refusal.repository(
                    repository.backend().location(name) + " holds the key " + Keys.id(key) + ", not " + id,
                    "Somebody has put another key in its place. Give the key's own file.");
        }
        return key;
    }
}
