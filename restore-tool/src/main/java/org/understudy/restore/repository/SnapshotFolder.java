package org.understudy.restore.repository;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import org.understudy.restore.repository.backend.Durable;

/**
 * A snapshot's files under the names that the database wants, as symbolic links in a temporary folder. It is opened for
 * reading only; the repository is not written to.
 */
final class SnapshotFolder implements AutoCloseable {
    private final Path folder;

    private SnapshotFolder(Path folder) {
        this.folder = folder;
    }

    /** @param leaveOut names of files that are not to be there */
    static SnapshotFolder of(Repository repository, Manifest manifest, Set<String> leaveOut) throws IOException {
        SnapshotFolder made = new SnapshotFolder(Files.createTempDirectory("understudy-snapshot-"));
        try {
            for (Manifest.StoredFile file : manifest.files()) {
                Path link = made.folder.resolve(file.name()).normalize();
                if (!link.startsWith(made.folder) || link.equals(made.folder)) {
                    throw Refusal.repository(
                            "snapshot " + manifest.id() + " names a file outside its folder: " + file.name(),
                            "The manifest was not made by understudy; use another snapshot.");
                }
                Files.createDirectories(Durable.folderOf(link));
                if (!leaveOut.contains(file.name())) {
                    Path object = repository
                            .backend()
                            .localFile(ObjectFolder.name(file.sha256()))
                            .orElseThrow(() -> new IllegalStateException("this backend has no files here"));
                    Files.createSymbolicLink(link, object);
                }
            }
            return made;
        } catch (IOException | RuntimeException e) {
            made.close();
            throw e;
        }
    }

    Path path() {
        return folder;
    }

    @Override
    public void close() throws IOException {
        Durable.deleteTree(folder);
    }
}
