package org.understudy.storage.engine;

import java.nio.file.Path;
import org.rocksdb.EnvOptions;
import org.rocksdb.Options;
import org.rocksdb.RocksDBException;
import org.rocksdb.SstFileWriter;

/** A sorted table that is written aside. Not thread-safe. */
public final class SegmentFile implements AutoCloseable {
    private final Path file;
    private final Options options;
    private final EnvOptions environment = new EnvOptions();
    private final SstFileWriter writer;

    SegmentFile(Path file, Options options) {
        this.file = file;
        this.options = options;
        writer = new SstFileWriter(environment, options);
        try {
            writer.open(file.toString());
        } catch (RocksDBException e) {
            close();
            throw RocksFaults.of("writing " + file, e);
        }
    }

    /** @param key greater than every key before */
    public void put(byte[] key, byte[] value) {
        try {
            writer.put(key, value);
        } catch (RocksDBException e) {
            throw RocksFaults.of("writing " + file, e);
        }
    }

    /** Ends the file and fsyncs it. */
    public void finish() {
        try {
            writer.finish();
        } catch (RocksDBException e) {
            throw RocksFaults.of("writing " + file, e);
        }
    }

    @Override
    public void close() {
        writer.close();
        environment.close();
        options.close();
    }
}
