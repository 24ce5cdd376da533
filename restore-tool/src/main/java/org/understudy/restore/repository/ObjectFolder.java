package org.understudy.restore.repository;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.stream.Stream;
import org.understudy.storage.OperatorException;
import org.understudy.storage.Reason;
import org.understudy.storage.keyspace.Digest;

/** The objects of a repository: files that are named by the SHA-256 of their content and never change. */
final class ObjectFolder {
    private static final String TEMPORARY = ".tmp-";

    private final Path folder;

    ObjectFolder(Path folder) {
        this.folder = folder;
    }

    Path folder() {
        return folder;
    }

    /** {@code ab/ab12...}: the first two digits as folder, then all 64. */
    Path path(String sha256) {
        return folder.resolve(sha256.substring(0, 2)).resolve(sha256);
    }

    /** Size of an object, or empty if it is not there. */
    OptionalLong size(String sha256) throws IOException {
        Path file = path(sha256);
        return Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)
                ? OptionalLong.of(Files.size(file))
                : OptionalLong.empty();
    }

    /**
     * Copies a file in, reads the copy back, and gives it its name only if both readings give {@code expected}.
     *
     * @throws OperatorException {@link Reason#UNSOUND} if the source has changed meanwhile, {@link Reason#IO} if the
     *     copy reads other than it was written
     */
    void put(Path source, Digest expected, Meter meter) throws IOException, InterruptedException {
        Path file = path(expected.toString());
        Path temporary = folder.resolve(TEMPORARY + expected);
        Digest read = Durable.copy(source, temporary, meter);
        if (!read.equals(expected)) {
            Files.delete(temporary);
            throw new OperatorException(
                    Reason.UNSOUND,
                    "file " + source.getFileName() + " of the store read differently twice: expected SHA-256 "
                            + expected + ", found " + read,
                    "The store's disk or this machine's memory is failing. No snapshot was made. Run"
                            + " 'understudy fsck', and look at the system log.");
        }
        Durable.permit(temporary, "r--r-----");
        Digest back = Durable.digest(temporary, meter);
        if (!back.equals(expected)) {
            Files.delete(temporary);
            throw new OperatorException(
                    Reason.IO,
                    "the copy of " + source.getFileName() + " in " + folder + " reads other than it was written:"
                            + " expected SHA-256 " + expected + ", found " + back,
                    "The repository's disk or network mount is failing. No snapshot was made; use another disk.");
        }
        Durable.folder(Durable.folderOf(file));
        Durable.rename(temporary, file);
    }

    /** Removes what an interrupted writer left; the caller holds the repository's lock. */
    int removeLeftovers() throws IOException {
        List<Path> leftovers = new ArrayList<>();
        try (Stream<Path> files = Files.list(folder)) {
            files.filter(file -> file.getFileName().toString().startsWith(TEMPORARY))
                    .forEach(leftovers::add);
        }
        for (Path leftover : leftovers) {
            Files.delete(leftover);
        }
        return leftovers.size();
    }

    /** Names of all objects, in no order. */
    List<String> all() throws IOException {
        try (Stream<Path> files = Files.walk(folder, 2)) {
            return files.filter(file -> Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS))
                    .map(file -> file.getFileName().toString())
                    .filter(name -> !name.startsWith("."))
                    .toList();
        }
    }
}
