package org.understudy.restore.job;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;

/** The log of a restore: {@code restores/ID/log}, one line each, the time first. */
public final class RestoreLog {
    private RestoreLog() {}

    /**
     * Adds a line without taking the restore's lock, for what happens beside its steps. Lines of several writers never
     * mix: each is one append.
     *
     * @param line without control characters; others become {@code ?}
     */
    public static void add(Path restores, String id, Instant at, String line) {
        write(restores.resolve(RestoreIds.checked(id)), at, line);
    }

    static void write(Path folder, Instant at, String line) {
        Path log = folder.resolve("log");
        try {
            Files.writeString(
                    log,
                    at + " " + line.replaceAll("\\p{Cntrl}", "?") + "\n",
                    StandardOpenOption.CREATE,
                    StandardOpenOption.APPEND);
        } catch (IOException e) {
            throw OnDisk.failure("cannot write " + log, e);
        }
    }
}
