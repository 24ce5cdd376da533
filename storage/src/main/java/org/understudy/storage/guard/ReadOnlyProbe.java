package org.understudy.storage.guard;

import java.nio.file.Path;
import java.util.Map;
import java.util.Set;

/** Opens a database read-only, to learn what it would contain if it were opened for writing. */
public interface ReadOnlyProbe {
    /**
     * Opens and closes again, and changes not one byte of the folder: RocksDB must be given a logger, else it writes
     * its LOG there.
     *
     * @param db folder of the database
     */
    Report probe(Path db);

    /** All column families, paranoid checks, every table opened, logs recovered as the engine recovers them. */
    static ReadOnlyProbe paranoid() {
        return new ParanoidProbe(true);
    }

    /** The same, but it opens beside tables that are missing or damaged, which it lists as if they were there. */
    static ReadOnlyProbe tolerant() {
        return new ParanoidProbe(false);
    }

    /** What the read-only open found. */
    sealed interface Report {}

    /**
     * It opens.
     *
     * @param lastSequence sequence number of the last write, logs included
     * @param liveTables length in octets by file name, for instance {@code 000012.sst}
     */
    record Opened(long lastSequence, Set<String> columnFamilies, Map<String, Long> liveTables) implements Report {
        public Opened {
            columnFamilies = Set.copyOf(columnFamilies);
            liveTables = Map.copyOf(liveTables);
        }
    }

    /**
     * It does not open.
     *
     * @param message as RocksDB words it
     */
    record Failed(String message) implements Report {}
}
