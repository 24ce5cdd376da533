package org.understudy.storage.engine;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Collection;
import java.util.Map;
import java.util.TreeMap;
import org.rocksdb.ColumnFamilyHandle;
import org.rocksdb.LiveFileMetaData;
import org.rocksdb.RocksDB;
import org.rocksdb.RocksDBException;
import org.rocksdb.Statistics;
import org.rocksdb.TickerType;
import org.understudy.storage.StoreFigures;
import org.understudy.storage.StoreFigures.Level;
import org.understudy.storage.keyspace.Family;

/** Asks RocksDB for {@link StoreFigures}. */
record Figures(RocksDB db, Collection<ColumnFamilyHandle> families, Statistics statistics) {
    StoreFigures taken() throws RocksDBException {
        Map<Integer, Level> levels = new TreeMap<>();
        for (int level = 0; level < db.numberLevels(); level++) {
            levels.put(level, new Level(0, 0));
        }
        Map<String, Long> sizes = new TreeMap<>();
        for (Family family : Family.values()) {
            sizes.put(family.columnFamily(), 0L);
        }
        for (LiveFileMetaData file : db.getLiveFilesMetaData()) {
            levels.merge(
                    file.level(),
                    new Level(1, file.size()),
                    (one, other) -> new Level(one.tables() + other.tables(), one.bytes() + other.bytes()));
            String family = new String(file.columnFamilyName(), StandardCharsets.UTF_8);
            sizes.computeIfPresent(family, (name, size) -> size + file.size());
        }
        return new StoreFigures(counts(), memory(), compaction(), levels, sizes, logBytes());
    }

    private StoreFigures.Counts counts() {
        return new StoreFigures.Counts(
                count(TickerType.BLOCK_CACHE_HIT),
                count(TickerType.BLOCK_CACHE_MISS),
                count(TickerType.BLOOM_FILTER_USEFUL),
                count(TickerType.STALL_MICROS),
                count(TickerType.WAL_FILE_BYTES),
                count(TickerType.WAL_FILE_SYNCED),
                count(TickerType.BYTES_READ),
                count(TickerType.BYTES_WRITTEN),
                count(TickerType.FLUSH_WRITE_BYTES),
                count(TickerType.COMPACT_READ_BYTES),
                count(TickerType.COMPACT_WRITE_BYTES));
    }

    private long count(TickerType ticker) {
        return statistics.getTickerCount(ticker);
    }

    /** All families share one cache; RocksDB's own family, which is asked where none is named, has another. */
    private StoreFigures.Memory memory() throws RocksDBException {
        ColumnFamilyHandle any = families.iterator().next();
        return new StoreFigures.Memory(
                db.getLongProperty(any, "rocksdb.block-cache-usage"),
                db.getLongProperty(any, "rocksdb.block-cache-capacity"),
                db.getLongProperty(any, "rocksdb.block-cache-pinned-usage"),
                sum("rocksdb.cur-size-all-mem-tables"),
                sum("rocksdb.num-immutable-mem-table"),
                sum("rocksdb.estimate-table-readers-mem"));
    }

    private StoreFigures.Compaction compaction() throws RocksDBException {
        return new StoreFigures.Compaction(
                sum("rocksdb.estimate-pending-compaction-bytes"),
                db.getLongProperty("rocksdb.num-running-compactions"),
                db.getLongProperty("rocksdb.num-running-flushes"),
                db.getLongProperty("rocksdb.is-write-stopped") != 0,
                db.getLongProperty("rocksdb.actual-delayed-write-rate"),
                db.getLongProperty("rocksdb.background-errors"));
    }

    private long sum(String property) throws RocksDBException {
        long sum = 0;
        for (ColumnFamilyHandle family : families) {
            sum += db.getLongProperty(family, property);
        }
        return sum;
    }

    private long logBytes() {
        Path folder = Path.of(db.getName());
        try {
            Path archive = folder.resolve("archive");
            return logBytes(folder) + (Files.isDirectory(archive) ? logBytes(archive) : 0);
        } catch (IOException e) {
            throw new UncheckedIOException(folder + ": the log's files cannot be listed", e);
        }
    }

    private static long logBytes(Path folder) throws IOException {
        long bytes = 0;
        try (DirectoryStream<Path> logs = Files.newDirectoryStream(folder, "*.log")) {
            for (Path log : logs) {
                bytes += sizeUnlessGone(log);
            }
        }
        return bytes;
    }

    /** RocksDB moves and deletes logs meanwhile. */
    private static long sizeUnlessGone(Path log) throws IOException {
        try {
            return Files.size(log);
        } catch (NoSuchFileException e) {
            return 0;
        }
    }
}
