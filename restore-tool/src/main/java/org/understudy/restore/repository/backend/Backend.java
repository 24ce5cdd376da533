package org.understudy.restore.repository.backend;

import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.ClosedByInterruptException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * Named files, durable and written by one process at a time. A name is one or more parts divided by {@code /}, each of
 * {@code A-Z a-z 0-9 . _ -} and not beginning with a dot, for example {@code snapshots/2026-05-27T020000Z-0a1b2c.json}.
 *
 * <p>Calls may come from several threads. Opening a backend does no work; each call says itself that a place cannot be
 * reached. An {@link IOException} is a refusal of the disk or of the service; {@link
 * org.understudy.storage.OperatorException} is thrown where the hint can be better than that.
 */
public interface Backend extends AutoCloseable {
    /** Where it is, for people: a path, or a URL without credentials. */
    String location();

    /** The same of one file in it. */
    String location(String name);

    /** Size of a file's content in bytes, or empty if there is no such file. */
    OptionalLong size(String name) throws IOException;

    /**
     * Opens a file.
     *
     * @param offset of the first byte that is wanted; at or beyond the end there is nothing to read
     * @throws java.nio.file.NoSuchFileException if there is none
     */
    InputStream open(String name, long offset) throws IOException;

    /** The whole of a small file, for example a manifest. */
    default byte[] read(String name) throws IOException {
        try (InputStream in = open(name, 0)) {
            return in.readAllBytes();
        }
    }

    /** A file and the size of its content in bytes. */
    record Entry(String name, long size) {}

    /**
     * All files in a folder and those below it, by name; those of puts that did not end are not among them.
     *
     * @param folder ends with {@code /}, or is empty for all; one that does not exist has no files
     */
    List<Entry> list(String folder) throws IOException;

    /**
     * What lies directly in the place itself: files, and folders without {@code /}. The lock, what interrupted puts left,
     * and {@code lost+found} are left out.
     */
    List<String> top() throws IOException;

    /**
     * Puts a file in: writes it, makes it durable, reads it back, compares, and only then gives it its name.
     *
     * @throws ChangedSourceException if the payload was another than announced
     * @throws UnequalCopyException if the copy reads other than it was written
     * @throws java.nio.file.FileAlreadyExistsException if {@code existing} refuses
     */
    void put(String name, Payload payload, Existing existing, ByteMeter meter) throws IOException, InterruptedException;

    /** Puts a small file in; an interrupt shows as {@link ClosedByInterruptException}, and stays. */
    default void put(String name, byte[] bytes, Existing existing) throws IOException {
        try {
            put(name, Payload.of(bytes), existing, count -> {});
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            ClosedByInterruptException stopped = new ClosedByInterruptException();
            stopped.initCause(e);
            throw stopped;
        }
    }

    /** Deletes a file durably, and says whether there was one. */
    boolean delete(String name) throws IOException;

    /**
     * Removes what interrupted puts left and cannot go on from. The caller holds the lock.
     *
     * @return how many
     */
    int removeLeftovers() throws IOException;

    /**
     * Takes the right to write. Makes the place where there is none.
     *
     * @param purpose what is going to be done, in a few words that another writer will read: {@code taking a snapshot}
     * @throws org.understudy.storage.OperatorException {@link org.understudy.storage.Reason#BUSY} if another writer has
     *     it, naming that one
     */
    WriterLock lock(String purpose, Instant now) throws IOException;

    /** Bytes that can still be put, where somebody knows. */
    OptionalLong usableSpace() throws IOException;

    /** The file of this machine that holds exactly the bytes of that name, for a backend that has such files. */
    Optional<Path> localFile(String name);

    @Override
    default void close() {}
}
