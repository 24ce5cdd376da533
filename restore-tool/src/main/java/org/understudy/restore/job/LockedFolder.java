package org.understudy.restore.job;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.understudy.storage.OperatorException;
import org.understudy.storage.Reason;

/**
 * A folder that one step at a time works in. Files are replaced whole: written beside, fsynced, renamed, and the folder
 * fsynced, so that a reader sees the old one or the new one.
 */
public final class LockedFolder implements AutoCloseable {
    private final Path folder;
    private final FileChannel lockFile;
    private final FileLock lock;

    private LockedFolder(Path folder, FileChannel lockFile, FileLock lock) {
        this.folder = folder;
        this.lockFile = lockFile;
        this.lock = lock;
    }

    /**
     * Takes the lock of a folder, which exists.
     *
     * @param what {@code restore} or {@code cohort}, for the words of a refusal
     * @throws OperatorException {@link Reason#BUSY} if another step holds it
     */
    public static LockedFolder lock(Path folder, String what) {
        Path file = folder.resolve("lock");
        FileChannel channel;
        try {
            channel = FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        } catch (IOException e) {
            throw OnDisk.failure("cannot open " + file, e);
        }
        try {
            FileLock lock = channel.tryLock();
            if (lock != null) {
                return new LockedFolder(folder, channel, lock);
            }
        } catch (OverlappingFileLockException e) {
            OnDisk.closeAfter(channel, e);
            throw busy(folder, what, e);
        } catch (IOException e) {
            OnDisk.closeAfter(channel, e);
            throw OnDisk.failure("cannot lock " + file, e);
        }
        OperatorException busy = busy(folder, what, null);
        OnDisk.closeAfter(channel, busy);
        throw busy;
    }

    private static OperatorException busy(Path folder, String what, @Nullable Throwable cause) {
        return new OperatorException(
                Reason.BUSY,
                "another step of " + what + " " + folder.getFileName() + " is running",
                "Wait until it has ended; 'understudy "
                        + (what.equals("migration")
                                ? "migrate "
                                : what.equals("restore") ? "restore " : "restore " + what + " ")
                        + "status' shows how far it is.",
                cause);
    }

    /** Replaces a file of this folder whole, durably. */
    public void write(String name, String text) {
        OnDisk.replace(folder, name, text);
    }

    /** Replaces a file of this folder whole, durably. */
    public void write(String name, byte[] content) {
        OnDisk.replace(folder, name, content);
    }

    /** The text of a file of this folder, or nothing if it is not there. */
    public Optional<String> read(String name) {
        try {
            return Optional.of(Files.readString(folder.resolve(name)));
        } catch (NoSuchFileException e) {
            return Optional.empty();
        } catch (IOException e) {
            throw OnDisk.failure("cannot read " + folder.resolve(name), e);
        }
    }

    /** Adds a line to the log. */
    public void log(Instant at, String line) {
        RestoreLog.write(folder, at, line);
    }

    public Path path() {
        return folder;
    }

    /** Lets the lock go. */
    @Override
    public void close() {
        try {
            lock.release();
            lockFile.close();
        } catch (IOException e) {
            throw OnDisk.failure("cannot let go of " + folder.resolve("lock"), e);
        }
    }
}
