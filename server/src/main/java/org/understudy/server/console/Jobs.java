package org.understudy.server.console;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;
import org.understudy.restore.job.RestoreJob;
import org.understudy.restore.job.RestoreJobs;

/** All restores, of which those whose file has not changed are not read again. Thread-safe. */
final class Jobs {
    private final Path restores;
    private final Map<String, Known> known = new ConcurrentHashMap<>();

    private record Known(FileTime at, long size, Object file, RestoreJob job) {}

    Jobs(Path restores) {
        this.restores = restores;
    }

    /** Newest first. */
    List<RestoreJob> all() {
        if (!Files.isDirectory(restores)) {
            return List.of();
        }
        List<RestoreJob> jobs = new ArrayList<>();
        Set<String> there = new HashSet<>();
        try (Stream<Path> folders = Files.list(restores)) {
            for (Path folder : (Iterable<Path>) folders::iterator) {
                String id = String.valueOf(folder.getFileName());
                try {
                    BasicFileAttributes file =
                            Files.readAttributes(folder.resolve("job.json"), BasicFileAttributes.class);
                    Known before = known.get(id);
                    if (before == null
                            || !before.at().equals(file.lastModifiedTime())
                            || before.size() != file.size()
                            || !String.valueOf(before.file()).equals(String.valueOf(file.fileKey()))) {
                        RestoreJob job = RestoreJobs.one(restores, id);
                        before = new Known(file.lastModifiedTime(), file.size(), String.valueOf(file.fileKey()), job);
                        known.put(id, before);
                    }
                    there.add(id);
                    jobs.add(before.job());
                } catch (NoSuchFileException e) {
                    known.remove(id);
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException("the restores cannot be listed", e);
        }
        known.keySet().retainAll(there);
        jobs.sort(Comparator.comparing(RestoreJob::createdAt)
                .thenComparing(RestoreJob::id)
                .reversed());
        return jobs;
    }
}
