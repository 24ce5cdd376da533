package org.understudy.restore.repository.backend;

import java.io.FileInputStream;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.ClosedByInterruptException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.Stream;
import org.understudy.storage.keyspace.Digest;

/**
 * A directory, on a disk of this machine or a network mount. A file is written under a name that begins with a dot, synced,
 * read back, renamed, and its folder is synced: on NFS, too, a rename that a server has answered is whole (RFC 7530 section
 * 16.27), and an answer that was lost is told by looking at both names.
 */
public final class DirectoryBackend implements Backend {
    private static final String OBJECTS = "objects";
    private static final String OBJECT_LEFTOVER = ".tmp-";
    private static final String LEFTOVER = ".tmp";
    private static final String OPEN_TO_ALL = "r--r--r--";
    private static final String FOR_THE_GROUP = "r--r-----";

    private final Path folder;

    public DirectoryBackend(Path folder) {
        this.folder = folder;
    }

    @Override
    public String location() {
        return folder.toString();
    }

    @Override
    public String location(String name) {
        return path(name).toString();
    }

    @Override
    public OptionalLong size(String name) throws IOException {
        try {
            BasicFileAttributes attributes =
                    Files.readAttributes(path(name), BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
            return attributes.isRegularFile() ? OptionalLong.of(attributes.size()) : OptionalLong.empty();
        } catch (NoSuchFileException e) {
            return OptionalLong.empty();
        }
    }

    @Override
    public InputStream open(String name, long offset) throws IOException {
        Path file = path(name);
        if (!Files.exists(file)) {
            throw new NoSuchFileException(file.toString());
        }
        FileInputStream in = opened(file);
        try {
            in.skipNBytes(Math.min(offset, in.getChannel().size()));
            return in;
        } catch (IOException | RuntimeException e) {
            in.close();
            throw e;
        }
    }

    /** A plain stream, since an interrupt closes an NIO channel in the middle of a read. */
    private static FileInputStream opened(Path file) throws IOException {
        try {
            return new FileInputStream(file.toFile());
        } catch (FileNotFoundException e) {
            // Says "(Permission denied)" and the like; whether there is a file was asked before.
            throw new IOException(e.getMessage(), e);
        }
    }

    @Override
    public List<Entry> list(String under) throws IOException {
        Names.requireFolder(under);
        Path root = folder.resolve(under);
        if (!Files.isDirectory(root)) {
            return List.of();
        }
        List<Entry> entries = new ArrayList<>();
        Files.walkFileTree(root, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
                String name = folder.relativize(file).toString();
                if (attributes.isRegularFile() && Names.isName(name) && !name.equals(DirectoryLock.FILE)) {
                    entries.add(new Entry(name, attributes.size()));
                }
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFileFailed(Path file, IOException e) throws IOException {
                if (e instanceof NoSuchFileException) {
                    // Renamed into place, or removed, between listing and looking.
                    return FileVisitResult.CONTINUE;
                }
                throw e;
            }
        });
        entries.sort(Comparator.comparing(Entry::name));
        return entries;
    }

    @Override
    public List<String> top() throws IOException {
        if (!Files.isDirectory(folder)) {
            return List.of();
        }
        try (Stream<Path> entries = Files.list(folder)) {
            return entries.map(entry -> entry.getFileName().toString())
                    .filter(name -> !name.equals(DirectoryLock.FILE)
                            && !name.equals("lost+found")
                            && !(name.startsWith(".") && name.endsWith(LEFTOVER)))
                    .sorted()
                    .toList();
        }
    }

    @Override
    public void put(String name, Payload payload, Existing existing, ByteMeter meter)
            throws IOException, InterruptedException {
        Path file = path(name);
        refuseExisting(file, existing);
        boolean object = name.startsWith(OBJECTS + "/");
        Path temporary = object
                ? folder.resolve(OBJECTS).resolve(OBJECT_LEFTOVER + Names.last(name))
                : file.resolveSibling("." + Names.last(name) + LEFTOVER);
        boolean named = false;
        try {
            Durable.folder(Durable.folderOf(temporary));
            Files.deleteIfExists(temporary);
            Files.createFile(temporary);
            Durable.permit(temporary, "rw-------");
            Digest written;
            try (InputStream in = payload.open()) {
                written = Durable.copy(in, temporary, meter);
            }
            Durable.permit(temporary, name.startsWith("keys/") || name.indexOf('/') < 0 ? OPEN_TO_ALL : FOR_THE_GROUP);
            Digest back = Durable.digest(temporary, meter);
            if (!back.equals(written)) {
                throw new UnequalCopyException(location(name), "SHA-256 " + written, "SHA-256 " + back);
            }
            Durable.folder(Durable.folderOf(file));
            refuseExisting(file, existing);
            rename(temporary, file, written);
            named = true;
        } catch (ClosedByInterruptException e) {
            Thread.interrupted();
            InterruptedException stopped = new InterruptedException("stopped on request");
            stopped.initCause(e);
            throw stopped;
        } finally {
            if (!named) {
                Files.deleteIfExists(temporary);
            }
        }
    }

    private static void refuseExisting(Path file, Existing existing) throws IOException {
        if (existing == Existing.REFUSE && Files.exists(file, LinkOption.NOFOLLOW_LINKS)) {
            throw new FileAlreadyExistsException(file.toString());
        }
    }

    /**
     * Renames. A network file system that lost the answer asks again, and is told that there is no such file: then what
     * lies under the new name decides.
     */
    private static void rename(Path from, Path to, Digest content) throws IOException, InterruptedException {
        try {
            Durable.rename(from, to);
        } catch (NoSuchFileException e) {
            if (Files.exists(from)
                    || !Files.exists(to)
                    || !Durable.digest(to, ByteMeter.SILENT).equals(content)) {
                throw e;
            }
            Durable.syncFolder(Durable.folderOf(to));
        }
    }

    @Override
    public boolean delete(String name) throws IOException {
        Path file = path(name);
        boolean was = Files.deleteIfExists(file);
        if (was) {
            Durable.syncFolder(Durable.folderOf(file));
        }
        return was;
    }

    @Override
    public int removeLeftovers() throws IOException {
        if (!Files.isDirectory(folder)) {
            return 0;
        }
        List<Path> leftovers = new ArrayList<>();
        try (Stream<Path> files = Files.list(folder)) {
            for (Path entry : files.toList()) {
                collectLeftovers(entry, leftovers);
            }
        }
        for (Path leftover : leftovers) {
            Files.delete(leftover);
        }
        return leftovers.size();
    }

    private static void collectLeftovers(Path entry, List<Path> leftovers) throws IOException {
        String name = entry.getFileName().toString();
        if (Files.isDirectory(entry, LinkOption.NOFOLLOW_LINKS)) {
            // Objects in the making lie in the folder itself, not in those of the finished ones.
            try (Stream<Path> files = Files.walk(entry, name.equals(OBJECTS) ? 1 : Integer.MAX_VALUE)) {
                files.filter(DirectoryBackend::isLeftover).forEach(leftovers::add);
            }
        } else if (isLeftover(entry)) {
            leftovers.add(entry);
        }
    }

    private static boolean isLeftover(Path file) {
        String name = file.getFileName().toString();
        return (name.startsWith(OBJECT_LEFTOVER) || name.startsWith(".") && name.endsWith(LEFTOVER))
                && Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS);
    }

    @Override
    public WriterLock lock(String purpose, Instant now) throws IOException {
        Durable.folder(folder);
        return DirectoryLock.acquire(folder, purpose, now);
    }

    @Override
    public OptionalLong usableSpace() throws IOException {
        return OptionalLong.of(Files.getFileStore(folder).getUsableSpace());
    }

    @Override
    public Optional<Path> localFile(String name) {
        return Optional.of(path(name).toAbsolutePath());
    }

    private Path path(String name) {
        return folder.resolve(Names.require(name));
    }
}
