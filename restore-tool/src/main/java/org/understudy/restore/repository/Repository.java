package org.understudy.restore.repository;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import java.util.stream.Stream;
import org.understudy.storage.OperatorException;
import org.understudy.storage.Reason;

/** A directory repository: where its parts lie. Opening and reading one writes nothing. */
public final class Repository {
    static final String FORMAT = "understudy-repository";
    static final int VERSION = 1;
    private static final String FORMAT_FILE = "format.json";
    private static final String SUFFIX = ".json";

    private final Path folder;
    private final String id;

    private Repository(Path folder, String id) {
        this.folder = folder;
        this.id = id;
    }

    /** Content of {@code format.json}. */
    record FormatFile(String format, int version, String id, Instant created) {}

    /**
     * Opens a repository for reading.
     *
     * @throws OperatorException {@link Reason#REPOSITORY} if {@code folder} is no repository, or a newer one
     */
    public static Repository open(Path folder) {
        Path file = folder.resolve(FORMAT_FILE);
        try {
            JsonNode node = Json.MAPPER.readTree(Files.readAllBytes(file));
            if (!FORMAT.equals(node.path("format").asText())) {
                throw Refusal.repository(
                        file + " is not the format file of a repository: 'format' is '"
                                + node.path("format").asText() + "', expected '" + FORMAT + "'",
                        "Check the path given as repository.");
            }
            int version = node.path("version").asInt();
            if (version != VERSION) {
                throw Refusal.repository(
                        "repository " + folder + " has format version " + version + ", and this program reads version "
                                + VERSION,
                        version > VERSION
                                ? "Use the newer version of understudy that wrote it."
                                : "The format file is damaged; bring it back from a copy of the repository.");
            }
            return new Repository(
                    folder, Json.MAPPER.treeToValue(node, FormatFile.class).id());
        } catch (NoSuchFileException e) {
            throw new OperatorException(
                    Reason.REPOSITORY,
                    Files.isDirectory(folder)
                            ? folder + " is not a repository: it has no " + FORMAT_FILE
                            : "there is no repository at " + folder,
                    "Check the path, and whether its disk or network share is mounted. The first"
                            + " 'understudy snapshot' makes a repository in an empty folder.",
                    e);
        } catch (com.fasterxml.jackson.core.JacksonException e) {
            throw new OperatorException(
                    Reason.REPOSITORY,
                    file + " cannot be read as JSON: " + e.getOriginalMessage(),
                    "The format file is damaged; bring it back from a copy of the repository.",
                    e);
        } catch (IOException e) {
            throw Refusal.io("reading", file, e);
        }
    }

    /** Whether a folder says that it is a repository, of whatever version. */
    public static boolean isThere(Path folder) {
        return Files.exists(folder.resolve(FORMAT_FILE));
    }

    /** Folder of the log segments, whose files {@code org.understudy.restore.repository.log} knows. */
    public Path logsFolder() {
        return folder.resolve("logs");
    }

    /** Opens a repository, or makes one where the folder is missing or empty. */
    static Repository openOrCreate(Path folder, Clock clock) throws IOException {
        Path file = folder.resolve(FORMAT_FILE);
        if (!Files.exists(file)) {
            if (Files.isDirectory(folder)) {
                try (Stream<Path> entries = Files.list(folder)) {
                    // A maker that was stopped leaves a lock, folders without files and a temporary format file.
                    List<String> foreign = entries.map(
                                    entry -> entry.getFileName().toString())
                            .filter(name -> !name.equals(RepositoryLock.FILE)
                                    && !name.equals("lost+found")
                                    && !name.equals("." + FORMAT_FILE + ".tmp"))
                            .sorted()
                            .toList();
                    if (!foreign.isEmpty()) {
                        throw Refusal.repository(
                                folder + " is not a repository and not empty: it holds " + foreign.get(0)
                                        + (foreign.size() > 1 ? " and " + (foreign.size() - 1) + " more" : ""),
                                "Give an empty folder, or the folder of a repository with its " + FORMAT_FILE + ".");
                    }
                }
            }
            Durable.folder(folder);
            try (RepositoryLock lock = RepositoryLock.acquire(folder, "making the repository", clock.instant())) {
                lock.requireHeld();
                if (!Files.exists(file)) {
                    FormatFile format =
                            new FormatFile(FORMAT, VERSION, UUID.randomUUID().toString(), clock.instant());
                    Durable.write(file, Json.MAPPER.writeValueAsBytes(format), "r--r--r--");
                }
            }
        }
        Repository repository = open(folder);
        Durable.folder(repository.objects().folder());
        Durable.folder(repository.snapshotsFolder());
        Durable.folder(repository.keysFolder());
        return repository;
    }

    public Path folder() {
        return folder;
    }

    /** Random UUID, given when the repository was made. */
    public String id() {
        return id;
    }

    ObjectFolder objects() {
        return new ObjectFolder(folder.resolve("objects"));
    }

    Path snapshotsFolder() {
        return folder.resolve("snapshots");
    }

    Path keysFolder() {
        return folder.resolve("keys");
    }

    Path manifestFile(String snapshot) {
        return snapshotsFolder().resolve(snapshot + SUFFIX);
    }

    Path signatureFile(String snapshot) {
        return snapshotsFolder().resolve(snapshot + SUFFIX + ".sig");
    }

    /** Ids of the snapshots whose manifests are there, in the order of their times. */
    public List<String> snapshotIds() {
        Path snapshots = snapshotsFolder();
        if (!Files.isDirectory(snapshots)) {
            return List.of();
        }
        try (Stream<Path> files = Files.list(snapshots)) {
            return files.map(file -> file.getFileName().toString())
                    .filter(name -> name.endsWith(SUFFIX) && !name.startsWith("."))
                    .map(name -> name.substring(0, name.length() - SUFFIX.length()))
                    .sorted()
                    .toList();
        } catch (IOException e) {
            throw Refusal.io("listing", snapshots, e);
        }
    }

    /**
     * The one snapshot that an operator means.
     *
     * @param name an id, the beginning of exactly one, or {@code latest}
     * @throws OperatorException {@link Reason#NOT_FOUND} if none fits, {@link Reason#USAGE} if more than one does
     */
    public String resolve(String name) {
        List<String> ids = snapshotIds();
        if (name.equals("latest") && !ids.isEmpty()) {
            return ids.get(ids.size() - 1);
        }
        if (ids.contains(name)) {
            return name;
        }
        List<String> fitting = ids.stream().filter(one -> one.startsWith(name)).toList();
        if (fitting.size() == 1) {
            return fitting.get(0);
        }
        throw fitting.isEmpty()
                ? new OperatorException(
                        Reason.NOT_FOUND,
                        "repository " + folder + " has no snapshot " + name,
                        "'understudy repo list' shows the " + ids.size() + " that it has.")
                : new OperatorException(
                        Reason.USAGE,
                        name + " fits " + fitting.size() + " snapshots, " + fitting.get(0) + " among them",
                        "Give more of the id.");
    }
}
