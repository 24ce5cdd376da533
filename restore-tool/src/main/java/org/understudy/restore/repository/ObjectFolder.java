package org.understudy.restore.repository;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalLong;
import org.understudy.restore.repository.backend.Backend;
import org.understudy.restore.repository.backend.ChangedSourceException;
import org.understudy.restore.repository.backend.Durable;
import org.understudy.restore.repository.backend.Existing;
import org.understudy.restore.repository.backend.Payload;
import org.understudy.restore.repository.backend.UnequalCopyException;
import org.understudy.storage.OperatorException;
import org.understudy.storage.Reason;
import org.understudy.storage.keyspace.Digest;

/** The objects of a repository: files that are named by the SHA-256 of their content and never change. */
final class ObjectFolder {
    static final String FOLDER = "objects/";

    private final Backend backend;

    ObjectFolder(Backend backend) {
        this.backend = backend;
    }

    /** {@code objects/ab/ab12...}: the first two digits as folder, then all 64. */
    static String name(String sha256) {
        return FOLDER + sha256.substring(0, 2) + "/" + sha256;
    }

    /** Size of an object, or empty if it is not there. */
    OptionalLong size(String sha256) throws IOException {
        return backend.size(name(sha256));
    }

    /** Reads an object from end to end, and returns the SHA-256 of what is there. */
    Digest digest(String sha256, Meter meter) throws IOException, InterruptedException {
        try (InputStream in = backend.open(name(sha256), 0)) {
            return Durable.digest(in, meter);
        }
    }

    /**
     * Copies a file in, reads the copy back, and gives it its name only if both readings give {@code expected}.
     *
     * @throws OperatorException {@link Reason#UNSOUND} if the source has changed meanwhile, {@link Reason#IO} if the
     *     copy reads other than it was written
     */
    void put(Path source, Digest expected, Meter meter) throws IOException, InterruptedException {
        try {
            backend.put(name(expected.toString()), Payload.of(source, expected), Existing.REPLACE, meter);
        } catch (ChangedSourceException e) {
            throw new OperatorException(
                    Reason.UNSOUND,
                    "file " + source.getFileName() + " of the store read differently twice: expected SHA-256 "
                            + e.expected() + ", found " + e.found(),
                    "The store's disk or this machine's memory is failing. No snapshot was made. Run"
                            + " 'understudy fsck', and look at the system log.",
                    e);
        } catch (UnequalCopyException e) {
            throw new OperatorException(
                    Reason.IO,
                    "the copy of " + source.getFileName() + " in " + backend.location()
                            + " reads other than it was written: expected " + e.expected() + ", found " + e.found(),
                    "The repository's disk or network mount is failing. No snapshot was made; use another disk.",
                    e);
        }
    }

    /** Names of all objects, each the SHA-256 of its content, in ascending order. */
    List<String> all() throws IOException {
        return backend.list(FOLDER).stream()
                .map(entry -> entry.name().substring(entry.name().lastIndexOf('/') + 1))
                .toList();
    }
}
