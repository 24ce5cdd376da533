package org.understudy.storage.engine;

import java.nio.file.Path;
import java.util.Optional;
import org.rocksdb.Options;
import org.rocksdb.RocksDB;
import org.rocksdb.RocksDBException;
import org.rocksdb.SstFileReader;

/** One sorted table as a file, apart from any database. */
public final class TableFile {
    static {
        RocksDB.loadLibrary();
    }

    private TableFile() {}

    /** Reads every block and compares its checksum; what RocksDB says of the first bad one, or empty. */
    public static Optional<String> fault(Path file) {
        try (Options options = new Options();
                SstFileReader reader = new SstFileReader(options)) {
            reader.open(file.toString());
            reader.verifyChecksum();
            return Optional.empty();
        } catch (RocksDBException e) {
            return Optional.of(String.valueOf(e.getMessage()));
        }
    }
}
