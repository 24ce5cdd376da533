package org.understudy.restore.repository.backend;

import java.nio.file.Path;

/**
 * Where a repository is, and where this machine may lay down what it fetches from there.
 *
 * @param scratch a folder with room for the files of a snapshot; made when it is needed
 */
public record RepositoryPlace(Backend backend, Path scratch) {
    /** A directory on this machine or on a network mount. */
    public static RepositoryPlace folder(Path folder) {
        return new RepositoryPlace(
                new DirectoryBackend(folder),
                Path.of(System.getProperty("java.io.tmpdir", "/tmp"), "understudy-scratch"));
    }

    /** The location for people. */
    @Override
    public String toString() {
        return backend.location();
    }
}
