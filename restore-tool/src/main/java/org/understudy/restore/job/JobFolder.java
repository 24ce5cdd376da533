package org.understudy.restore.job;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Optional;
import org.understudy.restore.json.RestoreJson;
import org.understudy.storage.OperatorException;
import org.understudy.storage.Reason;

/** One restore's folder, locked for one step. */
public final class JobFolder implements AutoCloseable {
    private static final String JOB = "job.json";

    private final LockedFolder folder;
    private final Steps steps;

    private JobFolder(LockedFolder folder, Steps steps) {
        this.folder = folder;
        this.steps = steps;
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
        return new JobFolder(LockedFolder.lock(folder, "restore"), steps);
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
        JobFolder made = new JobFolder(LockedFolder.lock(folder, "restore"), steps);
        made.save(job);
        return made;
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
        return peek(folder.path()).orElseThrow(() -> new IllegalStateException(folder.path() + " has lost its " + JOB));
    }

    public RestoreJob save(RestoreJob job) {
        write(JOB, RestoreJson.write(job));
        steps.passed(Steps.Step.JOB_SAVED);
        return job;
    }

    /** Replaces a file of this folder whole, durably. */
    public void write(String name, String text) {
        folder.write(name, text);
    }

    /** Replaces a file of this folder whole, durably. */
    public void write(String name, byte[] content) {
        folder.write(name, content);
    }

    /** The text of a file of this folder, or nothing if it is not there. */
    public Optional<String> read(String name) {
        return folder.read(name);
    }

    /** Adds a line to the log. */
    public void log(Instant at, String line) {
        folder.log(at, line);
    }

    public Path path() {
        return folder.path();
    }

    /** Lets the lock go. */
    @Override
    public void close() {
        folder.close();
    }
}
