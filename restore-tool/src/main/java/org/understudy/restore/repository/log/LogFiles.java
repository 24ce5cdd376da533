package org.understudy.restore.repository.log;

import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import org.understudy.restore.repository.Repository;
import org.understudy.restore.repository.backend.Backend;
import org.understudy.restore.repository.backend.Existing;

/** The folder {@code logs} of a repository: files that are written once. Names are meant without the folder. */
final class LogFiles {
    static final String FOLDER = "logs/";

    private final Backend backend;

    private LogFiles(Backend backend) {
        this.backend = backend;
    }

    static LogFiles of(Repository repository) {
        return new LogFiles(repository.place().backend());
    }

    record Entry(String name, long size) {}

    /** Where a file is, for people. */
    String location(String name) {
        return backend.location(FOLDER + name);
    }

    /** Where all are, for people. */
    String location() {
        return backend.location() + "/" + FOLDER;
    }

    /** All whole files, by name; none where there is no folder. */
    List<Entry> list() throws IOException {
        return backend.list(FOLDER).stream()
                .map(entry -> new Entry(entry.name().substring(FOLDER.length()), entry.size()))
                .toList();
    }

    boolean exists(String name) throws IOException {
        return backend.size(FOLDER + name).isPresent();
    }

    /** @throws java.nio.file.NoSuchFileException if there is none */
    InputStream open(String name, long offset) throws IOException {
        return backend.open(FOLDER + name, offset);
    }

    /**
     * Puts a file in, durably, whole or not at all.
     *
     * @throws java.nio.file.FileAlreadyExistsException if there is one of that name, which stays as it is
     */
    void put(String name, byte[] bytes) throws IOException {
        backend.put(FOLDER + name, bytes, Existing.REFUSE);
    }

    /** Deletes a file durably, if there is one. */
    boolean delete(String name) throws IOException {
        return backend.delete(FOLDER + name);
    }
}
