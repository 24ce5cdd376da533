package org.understudy.restore.repository;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.understudy.restore.repository.backend.ByteMeter;
import org.understudy.restore.repository.backend.Durable;

/**
 * A snapshot's files under the names that the database wants, in a temporary folder: as symbolic links where the repository
 * has files on this machine, else fetched. It is opened for reading only; the repository is not written to.
 */
final class SnapshotFolder implements AutoCloseable {
    private static final String PREFIX = "snapshot-";

    private final Path folder;

    private SnapshotFolder(Path folder) {
        this.folder = folder;
    }

    /**
     * @param leaveOut names of files that are not to be there
     * @param check is told of what is found damaged while it is fetched
     * @throws InterruptedException if the thread was interrupted while files were fetched; what came is used again
     */
    static SnapshotFolder of(Repository repository, Manifest manifest, Set<String> leaveOut, ObjectCheck check)
            throws IOException, InterruptedException {
        boolean local = manifest.files().isEmpty()
                || localFile(repository, manifest.files().get(0)).isPresent();
        SnapshotFolder made = new SnapshotFolder(
                local
                        ? Files.createTempDirectory("understudy-snapshot-")
                        : inScratch(repository.place().scratch()));
        boolean whole = false;
        try {
            FetchedObjects fetched = local ? null : new FetchedObjects(repository);
            for (Manifest.StoredFile file : manifest.files()) {
                Path link = made.inside(manifest, file);
                Files.createDirectories(Durable.folderOf(link));
                if (leaveOut.contains(file.name())) {
                    continue;
                }
                if (fetched == null) {
                    Files.createSymbolicLink(link, localFile(repository, file).orElseThrow());
                } else {
                    String fault = fetched.place(file, link, ByteMeter.SILENT);
                    if (!fault.isEmpty()) {
                        check.found(file, fault);
                    }
                }
            }
            whole = true;
            return made;
        } finally {
            if (!whole) {
                made.close();
            }
        }
    }

    private static Optional<Path> localFile(Repository repository, Manifest.StoredFile file) {
        return repository.backend().localFile(ObjectFolder.name(file.sha256()));
    }

    private Path inside(Manifest manifest, Manifest.StoredFile file) {
        Path link = folder.resolve(file.name()).normalize();
        if (!link.startsWith(folder) || link.equals(folder)) {
            throw Refusal.repository(
                    "snapshot " + manifest.id() + " names a file outside its folder: " + file.name(),
                    "The manifest was not made by understudy; use another snapshot.");
        }
        return link;
    }

    /** A new folder that says which process has it; those of processes that are gone are removed. */
    private static Path inScratch(Path scratch) throws IOException {
        Durable.folder(scratch);
        Set<Path> left = new HashSet<>();
        try (Stream<Path> entries = Files.list(scratch)) {
            List<Path> all = entries.toList();
            for (Path entry : all) {
                if (isOfAProcessThatIsGone(entry.getFileName().toString())) {
                    left.add(entry);
                }
            }
        }
        for (Path entry : left) {
            Durable.deleteTree(entry);
        }
        return Files.createTempDirectory(
                scratch, PREFIX + ProcessHandle.current().pid() + "-");
    }

    private static boolean isOfAProcessThatIsGone(String name) {
        String[] parts = name.split("-", 3);
        return parts.length == 3
                && name.startsWith(PREFIX)
                && parts[1].matches("\\d{1,18}")
                && ProcessHandle.of(Long.parseLong(parts[1])).isEmpty();
    }

    Path path() {
        return folder;
    }

    @Override
    public void close() throws IOException {
        Durable.deleteTree(folder);
    }
}
