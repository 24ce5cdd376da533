package org.understudy.restore.job;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.util.Optional;
import org.understudy.restore.json.RestoreJson;
import org.understudy.storage.OperatorException;
import org.understudy.storage.Reason;

/**
 * One restore's folder, locked for one step. Files are replaced whole: written beside, fsynced, renamed, and the folder
 * fsynced, so that a reader sees the old one or the new one.
 */
public final class JobFolder implements AutoCloseable {
    private static final String JOB = "job.json";

    private final Path folder;
    private final Steps steps;
    private final FileChannel lockFile;
    private final FileLock lock;

    private JobFolder(Path folder, Steps steps, FileChannel lockFile, FileLock lock) {
        this.folder = folder;
        this.steps = steps;
        this.lockFile = lockFile;
        this.lock = lock;
    }

    /**
     * Takes the lock of a restore's folder, which exists.
     *
     * @throws OperatorException {@link Reason#NOT_FOUND} if there is no such restore, {@link Reason#BUSY} if another
     *     step of it is running
     */
    public static JobFolder open(Path restores, String id, Steps steps) {
        Path folder = restores.resolve(RestoreIds.checked(id));
        if (!Files.isRegularFile(folder.resolve(JOB))) {
            throw new OperatorException(
                    Reason.NOT_FOUND,
                    "there is no restore " + id + " in " + restores,
                    "'understudy restore list' shows the restores that there are.");
        }
        return lock(folder, steps);
    }

    /** Makes the folder of a new restore and saves it. */
    public static JobFolder create(Path restores, RestoreJob job, Steps steps) {
        Path folder = restores.resolve(RestoreIds.checked(job.id()));
        try {
            Files.createDirectories(restores);
            Files.createDirectory(folder);
        } catch (IOException e) {
            throw OnDisk.failure("cannot make the folder of a new restore, " + folder, e);
        }
        JobFolder made = lock(folder, steps);
        made.save(job);
        return made;
    }

    private static JobFolder lock(Path folder, Steps steps) {
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
                return new JobFolder(folder, steps, channel, lock);
            }
        } catch (OverlappingFileLockException e) {
            OnDisk.closeAfter(channel, e);
            throw busy(folder, e);
        } catch (IOException e) {
            OnDisk.closeAfter(channel, e);
            throw OnDisk.failure("cannot lock " + file, e);
        }
        OperatorException busy = busy(folder, null);
        OnDisk.closeAfter(channel, busy);
        throw busy;
    }

    private static OperatorException busy(Path folder, @org.jspecify.annotations.Nullable Throwable cause) {
        return new OperatorException(
                Reason.BUSY,
                "another step of restore " + folder.getFileName() + " is running",
                "Wait until it has ended; 'understudy restore status' shows how far it is.",
                cause);
    }

    /** Reads a job without locking it. */
    static Optional<RestoreJob> peek(Path folder) {
        try {
            return Optional.of(RestoreJson.read(Files.readString(folder.resolve(JOB)), RestoreJob.class));
        } catch (NoSuchFileException e) {
            return Optional.empty();
        } catch (IOException e) {
            throw OnDisk.failure("cannot read " + folder.resolve(JOB), e);
        } catch (IllegalArgumentException e) {
            throw new OperatorException(
                    Reason.CONFLICT,
                    folder.resolve(JOB) + ": " + e.getMessage(),
                    "The file was changed or damaged; bring it back from a copy, or begin a new restore.",
                    e);
        }
    }

    public RestoreJob job() {
        return peek(folder).orElseThrow(() -> new IllegalStateException(folder + " has lost its " + JOB));
    }

    public RestoreJob save(RestoreJob job) {
        write(JOB, RestoreJson.write(job));
        steps.passed(Steps.Step.JOB_SAVED);
        return job;
    }

    /** Replaces a file of this folder whole, durably. */
    public void write(String name, String text) {
        write(name, text.getBytes(StandardCharsets.UTF_8));
    }

    /** Replaces a file of this folder whole, durably. */
    public void write(String name, byte[] content) {
        Path target = folder.resolve(name);
        Path aside = folder.resolve(name + ".new");
        try {
            try (FileChannel out = FileChannel.open(
                    aside, StandardOpenOption.CREATE, StandardOpenOption.WRITE, StandardOpenOption.TRUNCATE_EXISTING)) {
                ByteBuffer bytes = ByteBuffer.wrap(content);
                while (bytes.hasRemaining()) {
                    out.write(bytes);
                }
                out.force(true);
            }
            Files.move(aside, target, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
            OnDisk.syncFolder(folder);
        } catch (IOException e) {
            throw OnDisk.failure("cannot write " + target, e);
        }
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
        try {
            Files.writeString(
                    folder.resolve("log"),
                    at + " " + line + "\n",
                    StandardOpenOption.CREATE,
                    StandardOpenOption.APPEND);
        } catch (IOException e) {
            throw OnDisk.failure("cannot write " + folder.resolve("log"), e);
        }
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
