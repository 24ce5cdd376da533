package org.understudy.restore.source.archive;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFilePermissions;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A folder that is deleted when it is closed; what a process that died left behind is deleted by the next. */
public final class Scratch implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Scratch.class);
    private static final String PREFIX = "understudy-unpacked-";
    private static final String LOCK = "lock";

    private final Path folder;
    private final FileChannel channel;
    private final FileLock lock;

    private Scratch(Path folder, FileChannel channel, FileLock lock) {
        this.folder = folder;
        this.channel = channel;
        this.lock = lock;
    }

    /** @param within made if need be; readable for this user only where it is made */
    public static Scratch make(Path within) throws IOException {
        Files.createDirectories(within);
        sweep(within);
        Path folder = Files.createTempDirectory(
                within, PREFIX, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        FileChannel channel =
                FileChannel.open(folder.resolve(LOCK), StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
        return new Scratch(folder, channel, channel.lock());
    }

    /** Where to unpack to. */
    public Path folder() throws IOException {
        return Files.createDirectories(folder.resolve("files"));
    }

    @Override
    public void close() throws IOException {
        lock.release();
        channel.close();
        delete(folder);
    }

    private static void sweep(Path within) throws IOException {
        try (DirectoryStream<Path> left = Files.newDirectoryStream(within, PREFIX + "*")) {
            for (Path one : left) {
                if (isAbandoned(one)) {
                    LOG.info("deleting {}, which a process that died has left", one);
                    delete(one);
                }
            }
        }
    }

    private static boolean isAbandoned(Path folder) {
        try (FileChannel channel = FileChannel.open(folder.resolve(LOCK), StandardOpenOption.WRITE);
                @Nullable FileLock lock = channel.tryLock()) {
            return lock != null;
        } catch (IOException | OverlappingFileLockException e) {
            return false; // being made, in use, or another user's
        }
    }

    private static void delete(Path folder) throws IOException {
        if (!Files.exists(folder, LinkOption.NOFOLLOW_LINKS)) {
            return;
        }
        Files.walkFileTree(folder, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                Files.delete(file);
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult postVisitDirectory(Path directory, @Nullable IOException fault) throws IOException {
                if (fault != null) {
                    throw fault;
                }
                Files.delete(directory);
                return FileVisitResult.CONTINUE;
            }
        });
    }
}
