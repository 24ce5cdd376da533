package org.understudy.restore.repository;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import org.understudy.restore.repository.backend.RepositoryPlace;
import org.understudy.restore.repository.backend.WriterLock;
import org.understudy.restore.repository.backend.encrypted.EncryptedBackend;
import org.understudy.restore.repository.backend.encrypted.KeyRing;
import org.understudy.restore.repository.backend.encrypted.MasterKey;
import org.understudy.storage.OperatorException;

/** Changes which master keys open an encrypted repository. */
public final class RepositoryKeys {
    private final RepositoryPlace place;
    private final Clock clock;

    public RepositoryKeys(RepositoryPlace place, Clock clock) {
        this.place = place;
        this.clock = clock;
    }

    /** A key file that was made. */
    public record Made(String id, String file) {}

    /** @param inUse whether it is the one that is configured here */
    public record Key(String id, Instant added, boolean inUse) {}

    public record Result(String repository, List<Key> keys) {
        public Result {
            keys = List.copyOf(keys);
        }
    }

    /** Makes a key in a file that must not exist. */
    public static Made make(Path file) {
        return new Made(MasterKey.make(file).id(), file.toString());
    }

    public Result list() throws IOException {
        Repository.open(place);
        return result();
    }

    /**
     * Lets a further key open the repository.
     *
     * @param file made if it is not there
     */
    public Result add(Path file) throws IOException {
        Repository.open(place);
        KeyRing ring = ring();
        try (WriterLock lock = place.backend().lock("adding a key", clock.instant())) {
            lock.requireHeld();
            ring.add(readOrMake(file));
        }
        return result();
    }

    /** Puts another key in the place of the one in use; until all of it is done, both open the repository. */
    public Result rotate(Path file) throws IOException {
        Repository.open(place);
        KeyRing ring = ring();
        try (WriterLock lock = place.backend().lock("rotating the key", clock.instant())) {
            String old = ring.list().stream()
                    .filter(KeyRing.Listed::inUse)
                    .map(KeyRing.Listed::id)
                    .findFirst()
                    .orElseThrow(() -> new IllegalStateException("the key in use opened the repository"));
            MasterKey next = readOrMake(file);
            if (next.id().equals(old)) {
                throw Refusal.repository(
                        file + " holds the key " + old + ", which is the one in use",
                        "Name a new file; it is made if it is not there.");
            }
            ring.add(next);
            lock.requireHeld();
            ring.remove(old);
        }
        return result();
    }

    /** Takes a key's right away. */
    public Result remove(String id) throws IOException {
        Repository.open(place);
        KeyRing ring = ring();
        try (WriterLock lock = place.backend().lock("removing a key", clock.instant())) {
            lock.requireHeld();
            ring.remove(id);
        }
        return result();
    }

    private static MasterKey readOrMake(Path file) {
        return Files.exists(file) ? MasterKey.read(file) : MasterKey.make(file);
    }

    private Result result() throws IOException {
        return new Result(
                place.toString(),
                ring().list().stream()
                        .map(one -> new Key(one.id(), one.added(), one.inUse()))
                        .toList());
    }

    /** @throws OperatorException {@link org.understudy.storage.Reason#REPOSITORY} if no key is configured */
    private KeyRing ring() {
        if (place.backend() instanceof EncryptedBackend encrypted) {
            return encrypted.keys();
        }
        throw Refusal.repository(
                "repository " + place + " is not encrypted: the configuration names no key",
                "Make a key with 'understudy repo key make', and name its file as repository.encryption.key-file before"
                        + " the first snapshot into an empty place.");
    }
}
