package org.understudy.restore.repository;

import com.fasterxml.jackson.core.JacksonException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Collection;
import java.util.Collections;
import java.util.Objects;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
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
    private static final int VERSION = 2;

    private final SortedMap<String, Verification> snapshots;
    private final SortedMap<String, Instant> rotation;

    private Verifications(SortedMap<String, Verification> snapshots, SortedMap<String, Instant> rotation) {
        this.snapshots = snapshots;
        this.rotation = rotation;
    }

    /**
     * @param at when it began; where a snapshot was read part by part, when its part that was read longest ago was begun
     * @param full whether every byte was read, or presence and size were compared only; true as well where reading a part
     *     has found damage
     * @param sound whether nothing of the snapshot was damaged
     * @param parts when each part was last read and found sound, by {@code 3/7}
     */
    public record Verification(Instant at, boolean full, boolean sound, SortedMap<String, Instant> parts) {
        public Verification {
            // Version 1 of the file has none.
            parts = Collections.unmodifiableSortedMap(
                    new TreeMap<>(Objects.requireNonNullElse(parts, Collections.emptySortedMap())));
        }

        /** Takes in one that came after this one. */
        Verification then(Look look) {
            TreeMap<String, Instant> read = new TreeMap<>(parts);
            String part = look.part();
            if (!look.sound()) {
                boolean contents = look.full() || !part.isEmpty();
                return new Verification(look.at(), contents, false, new TreeMap<>());
            }
            if (look.full()) {
                return new Verification(look.at(), true, true, read);
            }
            if (part.isEmpty()) {
                // A quick look says less than a reading that came before it, whatever that found.
                return full ? this : new Verification(look.at(), false, true, read);
            }
            read.put(part, look.at());
            Instant all = whole(read, Integer.parseInt(part.substring(part.indexOf('/') + 1)));
            boolean newer = all != null && (!full || all.isAfter(at));
            return newer && all != null
                    ? new Verification(all, true, true, read)
                    : new Verification(at, full, sound, read);
        }

        /** When the part that was read longest ago was read, or null if one was not read yet. */
        private static @Nullable Instant whole(SortedMap<String, Instant> parts, int of) {
            Instant oldest = null;
            for (int part = 1; part <= of; part++) {
                Instant at = parts.get(new DataSubset(part, of).toString());
                if (at == null) {
                    return null;
                }
                oldest = oldest == null || at.isBefore(oldest) ? at : oldest;
            }
            return oldest;
        }
    }

    /**
     * What one verification has found of one snapshot.
     *
     * @param part the part that was read, {@code 3/7}, or empty for all or none
     */
    record Look(Instant at, boolean full, String part, boolean sound) {
        static Look of(Instant at, boolean full, @Nullable DataSubset subset, boolean sound) {
            return new Look(at, full, subset == null ? "" : subset.toString(), sound);
        }

        private Verification alone() {
            return new Verification(at, false, true, new TreeMap<>()).then(this);
        }
    }

    /** @param rotation when each part was last read, whatever was found; null in version 1 */
    record File(
            String format,
            int version,
            String repositoryId,
            TreeMap<String, Verification> snapshots,
            @Nullable TreeMap<String, Instant> rotation) {}

    /** @throws OperatorException {@link Reason#REPOSITORY} if the file is there and is none */
    public static Verifications read(Path keys, Repository repository) {
        return load(keys, repository);
    }

    public Optional<Verification> of(String snapshot) {
        return Optional.ofNullable(snapshots.get(snapshot));
    }

    /** Of so many parts the one that was read longest ago, from 1. */
    int oldestPart(int of) {
        int oldest = 1;
        Instant oldestAt = Instant.MAX;
        for (int part = 1; part <= of; part++) {
            String name = new DataSubset(part, of).toString();
            Instant at = rotation.getOrDefault(name, Instant.MIN);
            if (at.isBefore(oldestAt)) {
                oldest = part;
                oldestAt = at;
            }
        }
        return oldest;
    }

    /** Notes what a verification has found, of each of {@code ids}. */
    static void note(Path keys, Repository repository, Collection<String> ids, Function<String, Look> found)
            throws IOException {
        Verifications all = load(keys, repository);
        for (String id : ids) {
            Look now = found.apply(id);
            Verification before = all.snapshots.get(id);
            all.snapshots.put(id, before == null ? now.alone() : before.then(now));
            if (!now.part().isEmpty()) {
                all.rotation.put(now.part(), now.at());
            }
        }
        all.snapshots.keySet().retainAll(repository.snapshotIds());
        Durable.folder(keys);
        Durable.write(
                file(keys, repository),
                Json.MAPPER.writeValueAsBytes(new File(
                        FORMAT, VERSION, repository.id(), new TreeMap<>(all.snapshots), new TreeMap<>(all.rotation))),
                "rw-r--r--");
    }

    private static Verifications load(Path keys, Repository repository) {
        Path file = file(keys, repository);
        if (!Files.exists(file)) {
            return new Verifications(new TreeMap<>(), new TreeMap<>());
        }
        try {
            File read = Json.MAPPER.readValue(Files.readAllBytes(file), File.class);
            if (!FORMAT.equals(read.format()) || (read.version() != 1 && read.version() != VERSION)) {
                throw refusal(file, "format '" + read.format() + "' version " + read.version());
            }
            TreeMap<String, Instant> rotation = read.rotation();
            return new Verifications(read.snapshots(), rotation == null ? new TreeMap<>() : rotation);
        } catch (JacksonException e) {
            throw refusal(file, e.getOriginalMessage());
        } catch (IOException e) {
            throw Refusal.io("reading", file.toString(), e);
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
