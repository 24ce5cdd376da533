package org.understudy.storage.guard;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Properties;

/**
 * Makes RocksDB tell when a write-ahead log is gone that its MANIFEST counts on: by its list there of logs that were
 * finished, and by the name of its predecessor at the head of each log.
 */
public final class LogChain {
    private LogChain() {}

    /**
     * Adds the options, which Java reaches as properties only.
     *
     * @param db folder of the database. One with a database but without any log, as a restore from a snapshot makes it,
     *     has no chain yet, and RocksDB would refuse it
     */
    public static void verify(Path db, Properties options) {
        options.setProperty("track_and_verify_wals_in_manifest", "true");
        options.setProperty("track_and_verify_wals", String.valueOf(!lacksLogs(db)));
    }

    private static boolean lacksLogs(Path db) {
        if (!Files.exists(db.resolve(DbFolder.CURRENT))) {
            return false;
        }
        try {
            return new DbFolder(db).files().keySet().stream().noneMatch(DbFolder::isLog);
        } catch (IOException e) {
            throw DurableFile.failed("read", db, e);
        }
    }
}
