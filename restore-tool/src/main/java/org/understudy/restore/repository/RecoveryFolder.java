package org.understudy.restore.repository;

import com.fasterxml.jackson.core.JacksonException;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.understudy.restore.repository.backend.Durable;
import org.understudy.storage.OperatorException;
import org.understudy.storage.Reason;

/**
 * The data folder while a store is being recovered into it: the store grows as {@code recovery/store}, {@code
 * recovery/state.json} says what of, and renaming it to {@code store} is the last step.
 */
final class RecoveryFolder implements AutoCloseable {
    private static final String FOLDER = "recovery";
    private static final String STATE = "state.json";
    private static final String FORMAT = "understudy-recovery";
    private static final int VERSION = 1;
    /** What a new machine's data folder may hold: keys to trust, what was fetched, and what lies in every file system. */
    private static final Set<String> HARMLESS = Set.of(FOLDER, "keys", "scratch", "lost+found");

    private final Path data;
    private final FileChannel lock;

    private RecoveryFolder(Path data, FileChannel lock) {
        this.data = data;
        this.lock = lock;
    }

    /**
     * @param filesVerified from here on the database was opened for writing, and its files are its own again
     * @param moment as of which the store is to be; null for the snapshot's own, and in files of older versions
     * @param replayed changes between the snapshot and that moment, once files are verified
     */
    record State(
            String format,
            int version,
            String repositoryId,
            String snapshot,
            String manifestSha256,
            boolean filesVerified,
            @Nullable Instant moment,
            long replayed) {
        static State fresh(String repositoryId, String snapshot, String manifestSha256, @Nullable Instant moment) {
            return new State(FORMAT, VERSION, repositoryId, snapshot, manifestSha256, false, moment, 0);
        }

        State verified(long changes) {
            return new State(format, version, repositoryId, snapshot, manifestSha256, true, moment, changes);
        }
    }

    /**
     * Takes the data folder, which is made where it is missing.
     *
     * @throws OperatorException {@link Reason#CONFLICT} if something lies in it, {@link Reason#BUSY} if another process
     *     is recovering into it
     */
    static RecoveryFolder take(Path data) throws IOException {
        if (Files.isDirectory(data)) {
            try (Stream<Path> entries = Files.list(data)) {
                List<String> foreign = entries.map(entry -> entry.getFileName().toString())
                        .filter(name -> !HARMLESS.contains(name))
                        .sorted()
                        .toList();
                if (!foreign.isEmpty()) {
                    throw new OperatorException(
                            Reason.CONFLICT,
                            "the data folder " + data + " is not empty: it holds "
                                    + String.join(", ", foreign.subList(0, Math.min(5, foreign.size())))
                                    + (foreign.size() > 5 ? " and " + (foreign.size() - 5) + " more" : "")
                                    + ". Nothing was changed",
                            "A store is recovered into an empty data folder only. Move the old one aside, whole, and"
                                    + " keep it: what is left in it may be the last copy of something.");
                }
            }
        }
        Durable.folder(data);
        Durable.permit(data, "rwx------");
        Durable.folder(data.resolve(FOLDER));
        FileChannel channel = FileChannel.open(
                data.resolve(FOLDER).resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        boolean held = false;
        try {
            held = channel.tryLock() != null;
        } catch (OverlappingFileLockException e) {
            held = false;
        } finally {
            if (!held) {
                channel.close();
            }
        }
        if (!held) {
            throw new OperatorException(
                    Reason.BUSY,
                    "another process is recovering a store into " + data,
                    "Wait until it is done, or stop it; a stopped recovery goes on where it ended.");
        }
        return new RecoveryFolder(data, channel);
    }

    Path keys() {
        return data.resolve("keys");
    }

    /** Where the store is put together. */
    Path growing() {
        return data.resolve(FOLDER).resolve("store");
    }

    /** Where it will be. */
    Path store() {
        return data.resolve("store");
    }

    Optional<State> state() throws IOException {
        Path file = data.resolve(FOLDER).resolve(STATE);
        if (!Files.exists(file)) {
            return Optional.empty();
        }
        try {
            State state = Json.MAPPER.readValue(Files.readAllBytes(file), State.class);
            if (FORMAT.equals(state.format()) && state.version() == VERSION) {
                return Optional.of(state);
            }
        } catch (JacksonException e) {
            throw Refusal.repository(
                    file + " cannot be read: " + e.getOriginalMessage(),
                    "Remove the folder " + data.resolve(FOLDER) + ", and recover again from the beginning.");
        }
        throw Refusal.repository(
                file + " is of another version of understudy",
                "Go on with that version, or remove the folder " + data.resolve(FOLDER) + ".");
    }

    void note(State state) throws IOException {
        Durable.write(data.resolve(FOLDER).resolve(STATE), Json.MAPPER.writeValueAsBytes(state), "rw-------");
    }

    /** Gives the store its place: from here on it is there. */
    void finish() throws IOException {
        Durable.rename(growing(), store());
        Durable.deleteTree(data.resolve(FOLDER));
        Durable.syncFolder(data);
    }

    @Override
    public void close() throws IOException {
        lock.close();
    }
}
