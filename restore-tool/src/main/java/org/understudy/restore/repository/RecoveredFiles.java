package org.understudy.restore.repository;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.understudy.restore.repository.backend.DamagedFileException;
import org.understudy.restore.repository.backend.Durable;
import org.understudy.storage.OperatorException;
import org.understudy.storage.Reason;

/** The files of a snapshot, laid down as copies under the names that the database wants, each with its SHA-256 compared. */
final class RecoveredFiles {
    private static final long SPARE_BYTES = 64L << 20;
    private static final int TOLD = 5;

    private final Repository repository;
    private final Manifest manifest;
    private final Path folder;
    private final Meter meter;
    private final List<String> damaged = new ArrayList<>();
    private long fetched;
    private long kept;

    RecoveredFiles(Repository repository, Manifest manifest, Path folder, Meter meter) {
        this.repository = repository;
        this.manifest = manifest;
        this.folder = folder;
        this.meter = meter;
    }

    /** Bytes that came from the repository. */
    long fetched() {
        return fetched;
    }

    /** Bytes that a recovery which was cut short had fetched, and that were read again and are right. */
    long kept() {
        return kept;
    }

    /**
     * Lays all of them down; what is there already and is right stays.
     *
     * @throws OperatorException {@link Reason#UNSOUND} naming those that are damaged, after all others are there
     */
    void layDown() throws IOException, InterruptedException {
        Durable.folder(folder);
        removeForeign();
        requireSpace();
        meter.begin("fetching files", manifest.files().size(), "files");
        for (Manifest.StoredFile file : manifest.files()) {
            Path target = folder.resolve(file.name()).normalize();
            if (!target.startsWith(folder) || target.equals(folder)) {
                throw Refusal.repository(
                        "snapshot " + manifest.id() + " names a file outside its folder: " + file.name(),
                        "The manifest was not made by understudy; use another snapshot.");
            }
            Durable.folder(Durable.folderOf(target));
            if (isThere(file, target)) {
                kept += file.size();
            } else {
                fetch(file, target);
            }
            meter.done(1);
        }
        if (!damaged.isEmpty()) {
            throw new OperatorException(
                    Reason.UNSOUND,
                    damaged.size() + " of " + manifest.files().size() + " files of snapshot " + manifest.id()
                            + " are not as they were when it was taken: "
                            + String.join("; ", damaged.subList(0, Math.min(TOLD, damaged.size())))
                            + (damaged.size() > TOLD ? "; and " + (damaged.size() - TOLD) + " more" : "")
                            + ". The store was not put in place",
                    "Bring these objects back from a copy of the repository and run the command again; the other files"
                            + " are kept. 'understudy repo verify --full' says whose mail is in them. Or recover from"
                            + " another snapshot with --snapshot, and restore the newer mail from this one after that.");
        }
    }

    /** What is not of this snapshot, such as the guard of a recovery that was cut short, and half files. */
    private void removeForeign() throws IOException {
        Set<Path> wanted = new HashSet<>();
        manifest.files().forEach(file -> wanted.add(folder.resolve(file.name()).normalize()));
        List<Path> foreign;
        try (Stream<Path> all = Files.walk(folder)) {
            foreign = all.filter(path -> !Files.isDirectory(path, java.nio.file.LinkOption.NOFOLLOW_LINKS))
                    .filter(path -> !wanted.contains(path))
                    .toList();
        }
        for (Path path : foreign) {
            Files.delete(path);
        }
    }

    private void requireSpace() throws IOException {
        long needed = 0;
        for (Manifest.StoredFile file : manifest.files()) {
            Path there = folder.resolve(file.name());
            needed += Files.exists(there) ? Math.max(0, file.size() - Files.size(there)) : file.size();
        }
        long usable = Files.getFileStore(folder).getUsableSpace();
        if (usable < needed + SPARE_BYTES) {
            throw new OperatorException(
                    Reason.DISK_FULL,
                    "the store needs " + needed + " bytes more in " + folder + ", which has " + usable
                            + ". Nothing was fetched",
                    "Make room on that file system, or use another data folder.");
        }
    }

    private boolean isThere(Manifest.StoredFile file, Path target) throws IOException, InterruptedException {
        return Files.exists(target)
                && Files.size(target) == file.size()
                && Durable.digest(target, meter).toString().equals(file.sha256());
    }

    private void fetch(Manifest.StoredFile file, Path target) throws IOException, InterruptedException {
        Path coming = target.resolveSibling(target.getFileName() + ".coming");
        String name = ObjectFolder.name(file.sha256());
        try (InputStream in = repository.backend().open(name, 0)) {
            String found = Durable.copy(in, coming, meter).toString();
            if (!found.equals(file.sha256())) {
                damaged(file, "expected SHA-256 " + file.sha256() + ", found " + found);
                Files.delete(coming);
                return;
            }
        } catch (NoSuchFileException e) {
            damaged(file, "the object is missing");
            return;
        } catch (DamagedFileException e) {
            damaged(file, String.valueOf(e.getMessage()));
            return;
        }
        String back = Durable.digest(coming, meter).toString();
        if (!back.equals(file.sha256())) {
            throw new OperatorException(
                    Reason.IO,
                    target + " reads other than it was written: expected SHA-256 " + file.sha256() + ", found " + back,
                    "This machine's disk or memory is failing; recover on another one.");
        }
        Durable.permit(coming, "rw-r-----");
        Durable.rename(coming, target);
        fetched += file.size();
    }

    private void damaged(Manifest.StoredFile file, String what) {
        String text =
                file.name() + " (" + repository.backend().location(ObjectFolder.name(file.sha256())) + "): " + what;
        damaged.add(text);
        meter.note(text);
    }
}
