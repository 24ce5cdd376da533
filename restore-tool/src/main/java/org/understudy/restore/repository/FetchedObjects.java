package org.understudy.restore.repository;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.understudy.restore.repository.backend.ByteMeter;
import org.understudy.restore.repository.backend.DamagedFileException;
import org.understudy.restore.repository.backend.Durable;
import org.understudy.storage.OperatorException;
import org.understudy.storage.Reason;

/**
 * Objects of a repository that has no files on this machine, laid down in the scratch folder as {@code objects/<repository
 * id>/<sha256>}: fetched once, compared with their SHA-256, and used again until nobody has wanted them for a day.
 */
final class FetchedObjects {
    private static final Logger LOG = LoggerFactory.getLogger(FetchedObjects.class);
    private static final Duration KEPT = Duration.ofDays(1);
    private static final long SPARE_BYTES = 64L << 20;
    private static final long TOLD_EACH = 1L << 30;

    private final Repository repository;
    private final Path folder;
    private long fetched;

    FetchedObjects(Repository repository) throws IOException {
        this.repository = repository;
        this.folder = repository.place().scratch().resolve("objects").resolve(repository.id());
        Durable.folder(folder);
        Durable.permit(repository.place().scratch(), "rwx------");
        removeOld();
    }

    /** What nobody has wanted for a day goes; whoever still has it open has a link of their own. */
    private void removeOld() throws IOException {
        FileTime old = FileTime.from(Instant.now().minus(KEPT));
        List<Path> files;
        try (Stream<Path> all = Files.list(folder)) {
            files = all.toList();
        }
        for (Path file : files) {
            if (lastWanted(file).compareTo(old) < 0) {
                Files.deleteIfExists(file);
            }
        }
    }

    private static FileTime lastWanted(Path file) throws IOException {
        try {
            return Files.getLastModifiedTime(file);
        } catch (NoSuchFileException e) {
            // Another process has removed it already, with the same intent.
            return FileTime.fromMillis(0);
        }
    }

    /**
     * Puts an object under a name that the database wants, fetching it if it is not here.
     *
     * @param link does not exist; lies in the same file system as the scratch folder
     * @return what is wrong with it, or empty. A damaged object is there as far as it can be read.
     */
    String place(Manifest.StoredFile file, Path link, ByteMeter meter) throws IOException, InterruptedException {
        Path here = folder.resolve(file.sha256());
        if (Files.isRegularFile(here) && Files.size(here) == file.size()) {
            Files.setLastModifiedTime(here, FileTime.from(Instant.now()));
            Files.createLink(link, here);
            return "";
        }
        requireSpace(file);
        Path coming = Files.createTempFile(folder, ".tmp-", "");
        String fault = "";
        try {
            fault = fetch(file, coming, meter);
            if (fault.isEmpty()) {
                Durable.rename(coming, here);
                Files.createLink(link, here);
            } else {
                Files.move(coming, link);
            }
        } finally {
            Files.deleteIfExists(coming);
        }
        fetched += file.size();
        if (fetched / TOLD_EACH > (fetched - file.size()) / TOLD_EACH) {
            LOG.info("{} MB of repository {} fetched so far", fetched >> 20, repository.location());
        }
        return fault;
    }

    private String fetch(Manifest.StoredFile file, Path to, ByteMeter meter) throws IOException, InterruptedException {
        String name = ObjectFolder.name(file.sha256());
        try (InputStream in = repository.backend().open(name, 0)) {
            String found = Durable.copy(in, to, meter).toString();
            return found.equals(file.sha256()) ? "" : "expected SHA-256 " + file.sha256() + ", found " + found;
        } catch (DamagedFileException e) {
            try (InputStream in = repository.backend().openTolerant(name)) {
                Durable.copy(in, to, meter);
            }
            return String.valueOf(e.getMessage());
        }
    }

    private void requireSpace(Manifest.StoredFile file) throws IOException {
        long usable = Files.getFileStore(folder).getUsableSpace();
        if (usable < file.size() + SPARE_BYTES) {
            throw new OperatorException(
                    Reason.DISK_FULL,
                    "the scratch folder " + folder + " has " + usable + " bytes left, and the snapshot's " + file.name()
                            + " alone has " + file.size(),
                    "Make room on that file system: a snapshot in " + repository.location()
                            + " is fetched there before it is read.");
        }
    }
}
