package org.understudy.restore.incident;

import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.understudy.restore.repository.backend.Backend;
import org.understudy.restore.repository.backend.Existing;

/** One of the places where holds are kept: {@code ID.json} for each, and {@code ID.released.json} once it is over. */
final class HoldFolder {
    private static final String FOLDER = "holds/";
    private static final String HOLD = "understudy-hold";
    private static final String RELEASE = "understudy-release";
    private static final String SUFFIX = ".json";
    private static final String RELEASED = ".released.json";

    private final Backend backend;

    /** @param backend the data folder, or a repository */
    HoldFolder(Backend backend) {
        this.backend = backend;
    }

    /**
     * A hold as it lies there.
     *
     * @param hold null where its file cannot be read
     * @param release null while it is on, and where the release cannot be read, which then does not count
     * @param unsound what is wrong with one of its files, or empty
     */
    record Entry(String id, @Nullable IncidentHold hold, IncidentHold.@Nullable Release release, String unsound) {
        boolean on() {
            return release == null;
        }
    }

    /** Where it is, for people. */
    String location() {
        return backend.location("holds");
    }

    /** All holds that ever were, oldest first. */
    List<Entry> all() throws IOException {
        List<Entry> all = new ArrayList<>();
        for (String id : ids()) {
            List<String> unsound = new ArrayList<>();
            IncidentHold hold =
                    read(id + SUFFIX, HOLD, IncidentHold.class, unsound).orElse(null);
            IncidentHold.Release release = read(id + RELEASED, RELEASE, IncidentHold.Release.class, unsound)
                    .orElse(null);
            all.add(new Entry(id, hold, release, String.join("; ", unsound)));
        }
        return all;
    }

    private <T> Optional<T> read(String name, String format, Class<T> type, List<String> unsound) {
        try {
            return Optional.of(HoldFile.decode(format, backend.read(FOLDER + name), type));
        } catch (NoSuchFileException e) {
            return Optional.empty();
        } catch (IOException e) {
            unsound.add(backend.location(FOLDER + name) + " cannot be read: " + e.getMessage());
            return Optional.empty();
        }
    }

    private List<String> ids() throws IOException {
        return backend.list(FOLDER).stream()
                .map(entry -> entry.name().substring(FOLDER.length()))
                .filter(name -> name.endsWith(SUFFIX) && !name.endsWith(RELEASED))
                .map(name -> name.substring(0, name.length() - SUFFIX.length()))
                .sorted()
                .toList();
    }

    void put(IncidentHold hold) throws IOException {
        backend.put(FOLDER + hold.id() + SUFFIX, HoldFile.encode(HOLD, hold), Existing.REFUSE);
    }

    /** A release that cannot be read is replaced. */
    void release(IncidentHold.Release release) throws IOException {
        backend.put(FOLDER + release.id() + RELEASED, HoldFile.encode(RELEASE, release), Existing.REPLACE);
    }
}
