package org.understudy.restore.job;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.understudy.storage.OperatorException;
import org.understudy.storage.Reason;

/** The restores of a data folder, for reading. */
public final class RestoreJobs {
    private RestoreJobs() {}

    /** All, oldest first. */
    public static List<RestoreJob> all(Path restores) {
        if (!Files.isDirectory(restores)) {
            return List.of();
        }
        List<RestoreJob> jobs = new ArrayList<>();
        try (Stream<Path> folders = Files.list(restores)) {
            for (Path folder : folders.toList()) {
                JobFolder.peek(folder).ifPresent(jobs::add);
            }
        } catch (IOException e) {
            throw OnDisk.failure("cannot list " + restores, e);
        }
        jobs.sort(Comparator.comparing(RestoreJob::createdAt).thenComparing(RestoreJob::id));
        return jobs;
    }

    /** The restore of that id, if it has begun. */
    public static Optional<RestoreJob> find(Path restores, String id) {
        return JobFolder.peek(restores.resolve(RestoreIds.checked(id)));
    }

    /** @throws OperatorException {@link Reason#NOT_FOUND} if there is no such restore */
    public static RestoreJob one(Path restores, String id) {
        return find(restores, id)
                .orElseThrow(() -> new OperatorException(
                        Reason.NOT_FOUND,
                        "there is no restore " + id + " in " + restores,
                        "'understudy restore list' shows the restores that there are."));
    }
}
