package org.understudy.restore.repository;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.understudy.restore.repository.backend.Backend;
import org.understudy.restore.repository.backend.Existing;
import org.understudy.restore.repository.backend.RepositoryPlace;
import org.understudy.restore.repository.backend.WriterLock;
import org.understudy.storage.OperatorException;
import org.understudy.storage.Reason;

/** A repository: where its parts lie. Opening and reading one writes nothing. */
public final class Repository {
    static final String FORMAT = "understudy-repository";
    static final int VERSION = 1;
    private static final String FORMAT_FILE = "format.json";
    private static final String SUFFIX = ".json";
    static final String SNAPSHOTS = "snapshots/";

    private final RepositoryPlace place;
    private final String id;

    private Repository(RepositoryPlace place, String id) {
        this.place = place;
        this.id = id;
    }

    /** Content of {@code format.json}. */
    record FormatFile(String format, int version, String id, Instant created) {}

    /** Opens a directory for reading, as {@link #open(RepositoryPlace)} does. */
    public static Repository open(Path folder) {
        return open(RepositoryPlace.folder(folder));
    }

    /**
     * Opens a repository for reading.
     *
     * @throws OperatorException {@link Reason#REPOSITORY} if there is no repository, or a newer one
     */
    public static Repository open(RepositoryPlace place) {
        Backend backend = place.backend();
        String file = backend.location(FORMAT_FILE);
        try {
            JsonNode node = Json.MAPPER.readTree(backend.read(FORMAT_FILE));
            if (!FORMAT.equals(node.path("format").asText())) {
                throw Refusal.repository(
                        file + " is not the format file of a repository: 'format' is '"
                                + node.path("format").asText() + "', expected '" + FORMAT + "'",
                        "Check the path given as repository.");
            }
            int version = node.path("version").asInt();
            if (version != VERSION) {
                throw Refusal.repository(
                        "repository " + place + " has format version " + version + ", and this program reads version "
                                + VERSION,
                        version > VERSION
                                ? "Use the newer version of understudy that wrote it."
                                : "The format file is damaged; bring it back from a copy of the repository.");
            }
            return new Repository(
                    place, Json.MAPPER.treeToValue(node, FormatFile.class).id());
        } catch (NoSuchFileException e) {
            throw none(place, e);
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

    private static OperatorException none(RepositoryPlace place, NoSuchFileException cause) {
        boolean something;
        try {
            something = !place.backend().top().isEmpty();
        } catch (IOException e) {
            throw Refusal.io("listing", place.toString(), e);
        }
        return new OperatorException(
                Reason.REPOSITORY,
                something
                        ? place + " is not a repository: it has no " + FORMAT_FILE
                        : "there is no repository at " + place,
                "Check the path, and whether its disk or network share is mounted. The first"
                        + " 'understudy snapshot' makes a repository in an empty folder.",
                cause);
    }

    /** Opens a repository, or makes one where there is nothing. */
    static Repository openOrCreate(RepositoryPlace place, Clock clock) throws IOException {
        Backend backend = place.backend();
        if (backend.size(FORMAT_FILE).isEmpty()) {
            List<String> foreign = backend.top();
            if (!foreign.isEmpty()) {
                throw Refusal.repository(
                        place + " is not a repository and not empty: it holds " + foreign.get(0)
                                + (foreign.size() > 1 ? " and " + (foreign.size() - 1) + " more" : ""),
                        "Give an empty folder, or the folder of a repository with its " + FORMAT_FILE + ".");
            }
            try (WriterLock lock = backend.lock("making the repository", clock.instant())) {
                lock.requireHeld();
                if (backend.size(FORMAT_FILE).isEmpty()) {
                    FormatFile format =
                            new FormatFile(FORMAT, VERSION, UUID.randomUUID().toString(), clock.instant());
                    backend.put(FORMAT_FILE, Json.MAPPER.writeValueAsBytes(format), Existing.REFUSE);
                }
            }
        }
        return open(place);
    }

    /** Where it is, for people. */
    public String location() {
        return place.toString();
    }

    public RepositoryPlace place() {
        return place;
    }

    Backend backend() {
        return place.backend();
    }

    /**
     * Takes the right to write into it.
     *
     * @param purpose what is going to be done, for another writer to read: {@code taking a snapshot}
     * @throws OperatorException {@link Reason#BUSY} if another writer has it, naming that one
     */
    WriterLock lock(String purpose, Instant now) throws IOException {
        return backend().lock(purpose, now);
    }

    /** Random UUID, given when the repository was made. */
    public String id() {
        return id;
    }

    ObjectFolder objects() {
        return new ObjectFolder(backend());
    }

    /** Name of a manifest within the repository. */
    static String manifestName(String snapshot) {
        return SNAPSHOTS + snapshot + SUFFIX;
    }

    /** Name of a manifest's signature within the repository. */
    static String signatureName(String snapshot) {
        return manifestName(snapshot) + ".sig";
    }

    /** Name of the repository's copy of a public key. */
    static String keyName(String keyId) {
        return "keys/" + keyId + ".pub";
    }

    /** Ids of the snapshots whose manifests are there, in the order of their times. */
    public List<String> snapshotIds() {
        try {
            return backend().list(SNAPSHOTS).stream()
                    .map(entry -> entry.name().substring(SNAPSHOTS.length()))
                    .filter(name -> name.endsWith(SUFFIX))
                    .map(name -> name.substring(0, name.length() - SUFFIX.length()))
                    .sorted()
                    .toList();
        } catch (IOException e) {
            throw Refusal.io("listing", backend().location() + "/" + SNAPSHOTS, e);
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
                        "repository " + place + " has no snapshot " + name,
                        "'understudy repo list' shows the " + ids.size() + " that it has.")
                : new OperatorException(
                        Reason.USAGE,
                        name + " fits " + fitting.size() + " snapshots, " + fitting.get(0) + " among them",
                        "Give more of the id.");
    }
}
