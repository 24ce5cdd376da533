package org.understudy.restore.repository;

import com.fasterxml.jackson.core.JacksonException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Collection;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.understudy.restore.repository.backend.Durable;
import org.understudy.storage.OperatorException;
import org.understudy.storage.Reason;

/**
 * When each snapshot of a repository was last verified from this machine, and how that ended: {@code
 * verified-<repository id>.json} in the keys folder, since the repository itself is only read. Without the file, nothing
 * was verified.
 */
public final class Verifications {
    private static final String FORMAT = "understudy-verifications";
    private static final int VERSION = 1;

    private final Map<String, Verification> snapshots;

    private Verifications(Map<String, Verification> snapshots) {
        this.snapshots = snapshots;
    }

    /**
     * @param full whether every byte was read, or presence and size were compared only
     * @param sound whether nothing of the snapshot was damaged
     */
    public record Verification(Instant at, boolean full, boolean sound) {}

    record File(String format, int version, String repositoryId, TreeMap<String, Verification> snapshots) {}

    /** @throws OperatorException {@link Reason#REPOSITORY} if the file is there and is none */
    public static Verifications read(Path keys, Repository repository) {
        return new Verifications(load(keys, repository));
    }

    public Optional<Verification> of(String snapshot) {
        return Optional.ofNullable(snapshots.get(snapshot));
    }

    /**
     * Notes what a verification has found. A quick one does not take the place of a full one that came before it, unless
     * it found damage.
     */
    static void note(
            Path keys,
            Repository repository,
            Collection<String> ids,
            java.util.function.Function<String, Verification> found)
            throws IOException {
        SortedMap<String, Verification> all = load(keys, repository);
        for (String id : ids) {
            Verification now = found.apply(id);
            Verification before = all.get(id);
            if (before == null || now.full() || !now.sound() || !before.full()) {
                all.put(id, now);
            }
        }
        all.keySet().retainAll(repository.snapshotIds());
        Durable.folder(keys);
        Durable.write(
                file(keys, repository),
                Json.MAPPER.writeValueAsBytes(new File(FORMAT, VERSION, repository.id(), new TreeMap<>(all))),
                "rw-r--r--");
    }

    private static SortedMap<String, Verification> load(Path keys, Repository repository) {
        Path file = file(keys, repository);
        if (!Files.exists(file)) {
            return new TreeMap<>();
        }
        try {
            File read = Json.MAPPER.readValue(Files.readAllBytes(file), File.class);
            if (!FORMAT.equals(read.format()) || read.version() != VERSION) {
                throw refusal(file, "format '" + read.format() + "' version " + read.version());
            }
            return read.snapshots();
        } catch (JacksonException e) {
            throw refusal(file, e.getOriginalMessage());
        } catch (IOException e) {
            throw Refusal.io("reading", file, e);
        }
    }

    private static OperatorException refusal(Path file, String found) {
        return Refusal.repository(
                file + " cannot be read: expected format " + FORMAT + " version " + VERSION + ", found " + found,
                "Remove it; it only says when snapshots were verified, and 'understudy repo verify --full' writes it"
                        + " anew.");
    }

    private static Path file(Path keys, Repository repository) {
        return keys.resolve("verified-" + repository.id() + ".json");
    }
}
