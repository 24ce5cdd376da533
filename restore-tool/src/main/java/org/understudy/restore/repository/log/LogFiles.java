package org.understudy.restore.repository.log;

import java.io.IOException;
import java.io.InputStream;
import java.util.List;

/** The folder {@code logs} of a repository: named files that are written once. */
interface LogFiles {
    /** @param name without folder */
    record Entry(String name, long size) {}

    /** Where a file is, for people. */
    String location(String name);

    /** All whole files, by name; none where there is no folder. */
    List<Entry> list() throws IOException;

    boolean exists(String name) throws IOException;

    /** @throws java.nio.file.NoSuchFileException if there is none */
    InputStream open(String name, long offset) throws IOException;

    /**
     * Puts a file in, durably, whole or not at all.
     *
     * @throws java.nio.file.FileAlreadyExistsException if there is one of that name, which stays as it is
     */
    void put(String name, byte[] bytes) throws IOException;

    /** Deletes a file durably, if there is one. */
    boolean delete(String name) throws IOException;
}
