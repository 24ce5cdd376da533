package org.understudy.restore.incident;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.understudy.restore.job.OnDisk;

/** One of the places where holds are kept: {@code ID.json} for each, and {@code ID.released.json} once it is over. */
final class HoldFolder {
    static final String NAME = "holds";
    private static final String HOLD = "understudy-hold";
    private static final String RELEASE = "understudy-release";
    private static final String SUFFIX = ".json";
    private static final String RELEASED = ".released.json";

    private final Path folder;

    HoldFolder(Path folder) {
        this.folder = folder;
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

    Path folder() {
        return folder;
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
        Path file = folder.resolve(name);
        Optional<byte[]> bytes = OnDisk.read(file);
        if (bytes.isEmpty()) {
            return Optional.empty();
        }
        try {
            return Optional.of(HoldFile.decode(format, bytes.get(), type));
        } catch (IOException e) {
            unsound.add(file + " cannot be read: " + e.getMessage());
            return Optional.empty();
        }
    }

    private List<String> ids() throws IOException {
        if (!Files.isDirectory(folder)) {
            return List.of();
        }
        try (Stream<Path> files = Files.list(folder)) {
            return files.map(file -> file.getFileName().toString())
                    .filter(name -> name.endsWith(SUFFIX) && !name.endsWith(RELEASED))
                    .map(name -> name.substring(0, name.length() - SUFFIX.length()))
                    .sorted()
                    .toList();
        }
    }

    void put(IncidentHold hold) throws IOException {
        Files.createDirectories(folder);
        OnDisk.replace(folder, hold.id() + SUFFIX, HoldFile.encode(HOLD, hold));
    }

    void release(IncidentHold.Release release) throws IOException {
        Files.createDirectories(folder);
        OnDisk.replace(folder, release.id() + RELEASED, HoldFile.encode(RELEASE, release));
    }
}
