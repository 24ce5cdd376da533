package org.understudy.storage.engine;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.rocksdb.BlockBasedTableConfig;
import org.rocksdb.BloomFilter;
import org.rocksdb.Cache;
import org.rocksdb.CompressionType;
import org.rocksdb.InfoLogLevel;
import org.rocksdb.LRUCache;
import org.rocksdb.Options;
import org.rocksdb.ReadOptions;
import org.rocksdb.RocksDB;
import org.rocksdb.RocksDBException;
import org.rocksdb.RocksIterator;
import org.rocksdb.Slice;
import org.rocksdb.WriteBatch;
import org.rocksdb.WriteBufferManager;
import org.rocksdb.WriteOptions;

/**
 * A table of rows in a folder of its own for what can be made again from the mail: writes are atomic, and after a crash of
 * the process none is missing, but none waits for the disk. After a power loss the last ones may be gone, never one in the
 * middle. Thread-safe; methods throw {@link IllegalStateException} once closed.
 */
public final class SideTable implements AutoCloseable {
    static {
        RocksDB.loadLibrary();
    }

    /** Rows that are put and deleted in one step. */
    public static final class Batch implements AutoCloseable {
        private final WriteBatch rows = new WriteBatch();

        public Batch put(byte[] key, byte[] value) {
            try {
                rows.put(key, value);
                return this;
            } catch (RocksDBException e) {
                throw RocksFaults.of("side table", e);
            }
        }

        public Batch delete(byte[] key) {
            try {
                rows.delete(key);
                return this;
            } catch (RocksDBException e) {
                throw RocksFaults.of("side table", e);
            }
        }

        /** Deletes from {@code from} to before {@code to}. */
        public Batch deleteRange(byte[] from, byte[] to) {
            try {
                rows.deleteRange(from, to);
                return this;
            } catch (RocksDBException e) {
                throw RocksFaults.of("side table", e);
            }
        }

        /** Octets of the rows gathered so far. */
        public long octets() {
            return rows.getDataSize();
        }

        @Override
        public void close() {
            rows.close();
        }
    }

    private final Gate gate = new Gate();
    private final Path folder;
    private final RocksDB db;
    private final List<AutoCloseable> natives;
    private final WriteOptions unsynced = new WriteOptions().setSync(false);
    private final ReadOptions reading = new ReadOptions().setVerifyChecksums(true);

    private SideTable(Path folder, RocksDB db, List<AutoCloseable> natives) {
        this.folder = folder;
        this.db = db;
        this.natives = natives;
    }

    /**
     * Opens the table in {@code folder}, or makes one.
     *
     * @param memoryBytes for blocks, filters, indexes and write buffers together
     * @throws RuntimeException if it is damaged or in use
     */
    public static SideTable open(Path folder, long memoryBytes) {
        List<AutoCloseable> natives = new ArrayList<>();
        try {
            Files.createDirectories(folder);
            Cache cache = new LRUCache(memoryBytes);
            long buffers = Math.max(memoryBytes / 4, 4L << 20);
            WriteBufferManager writeBuffers = new WriteBufferManager(buffers, cache);
            BloomFilter bloom = new BloomFilter(10, false);
            Options options = new Options()
                    .setCreateIfMissing(true)
                    .setParanoidChecks(true)
                    .setMaxBackgroundJobs(1)
                    .setMaxOpenFiles(256)
                    .setKeepLogFileNum(2)
                    .setMaxLogFileSize(1L << 20)
                    .setInfoLogLevel(InfoLogLevel.WARN_LEVEL)
                    .setWriteBufferManager(writeBuffers)
                    .setWriteBufferSize(buffers / 2)
                    .setMaxTotalWalSize(64L << 20)
                    .setBytesPerSync(1 << 20)
                    .setCompressionType(CompressionType.LZ4_COMPRESSION)
                    .setBottommostCompressionType(CompressionType.ZSTD_COMPRESSION)
                    .setTableFormatConfig(new BlockBasedTableConfig()
                            .setBlockCache(cache)
                            .setCacheIndexAndFilterBlocks(true)
                            .setPinL0FilterAndIndexBlocksInCache(true)
                            .setBlockSize(16 << 10)
                            .setFormatVersion(6)
                            .setFilterPolicy(bloom));
            natives.addAll(List.of(options, bloom, writeBuffers, cache));
            return new SideTable(folder, RocksDB.open(options, folder.toString()), natives);
        } catch (RocksDBException e) {
            closeAll(natives);
            throw RocksFaults.of("side table " + folder, e);
        } catch (IOException e) {
            closeAll(natives);
            throw new UncheckedIOException("cannot make the folder " + folder, e);
        }
    }

    public Optional<byte[]> get(byte[] key) {
        gate.enter();
        try {
            return Optional.ofNullable(db.get(reading, key));
        } catch (RocksDBException e) {
            throw RocksFaults.of("side table " + folder, e);
        } finally {
            gate.leave();
        }
    }

    /** Visits the rows from {@code from} to before {@code to}, null for the end. */
    public void scan(byte[] from, byte @Nullable [] to, View.Visitor visitor) {
        gate.enter();
        try (Slice end = to == null ? null : new Slice(to);
                ReadOptions options = new ReadOptions().setVerifyChecksums(true)) {
            if (end != null) {
                options.setIterateUpperBound(end);
            }
            try (RocksIterator rows = db.newIterator(options)) {
                for (rows.seek(from); rows.isValid(); rows.next()) {
                    if (!visitor.row(rows.key(), rows.value())) {
                        return;
                    }
                }
                rows.status();
            }
        } catch (RocksDBException e) {
            throw RocksFaults.of("side table " + folder, e);
        } finally {
            gate.leave();
        }
    }

    public void write(Batch batch) {
        gate.enter();
        try {
            db.write(unsynced, batch.rows);
        } catch (RocksDBException e) {
            throw RocksFaults.of("side table " + folder, e);
        } finally {
            gate.leave();
        }
    }

    /** Octets of its files. */
    public long octetsOnDisk() throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            long sum = 0;
            for (Path file : files.toList()) {
                sum += Files.isRegularFile(file) ? Files.size(file) : 0;
            }
            return sum;
        }
    }

    /** Waits for calls under way. Does nothing the second time. */
    @Override
    public void close() {
        if (gate.close()) {
            db.close();
            unsynced.close();
            reading.close();
            closeAll(natives);
        }
    }

    private static void closeAll(List<AutoCloseable> natives) {
        for (AutoCloseable one : natives) {
            try {
                one.close();
            } catch (Exception e) {
                throw new IllegalStateException("a native object cannot be closed", e);
            }
        }
    }
}
