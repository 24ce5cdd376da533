package org.understudy.storage.engine;

import java.nio.file.Path;
import java.util.EnumSet;
import java.util.Properties;
import org.rocksdb.BlockBasedTableConfig;
import org.rocksdb.BloomFilter;
import org.rocksdb.Cache;
import org.rocksdb.ColumnFamilyOptions;
import org.rocksdb.CompressionOptions;
import org.rocksdb.CompressionType;
import org.rocksdb.DBOptions;
import org.rocksdb.HistogramType;
import org.rocksdb.IndexType;
import org.rocksdb.InfoLogLevel;
import org.rocksdb.LRUCache;
import org.rocksdb.Options;
import org.rocksdb.Statistics;
import org.rocksdb.WALRecoveryMode;
import org.rocksdb.WriteBufferManager;
import org.understudy.storage.OpenFileLimit;
import org.understudy.storage.guard.LogChain;
import org.understudy.storage.keyspace.Family;

/** RocksDB's options, as docs/adr/0002 argues them. Owns native objects. */
final class Tuning implements AutoCloseable {
    private static final long WRITE_BUFFER_BYTES = 32L << 20;

    /** Logs whose rows are in tables are archived so long, so that what was done can be proven from them after a crash. */
    private static final long LOG_KEPT_SECONDS = 86_400;

    /** The archive is not larger, the newest logs stay. */
    private static final long LOG_KEPT_MEGABYTES = 512;

    /** Some thirty years; RocksDB subtracts it from the time of day. */
    private static final long NEVER_SECONDS = 1_000_000_000;

    private final Cache cache;
    private final WriteBufferManager writeBuffers;
    private final BloomFilter bloom = new BloomFilter(10, false);

    /** Without histograms, which would read the clock twice for each read and write. */
    private final Statistics statistics =
            new Statistics(EnumSet.complementOf(EnumSet.of(HistogramType.HISTOGRAM_ENUM_MAX)));

    private final boolean sums;

    /**
     * @param memoryBytes for blocks, filters, indexes and write buffers together
     * @param sums whether RocksDB sums up each table as it writes it or takes it in, which birth hashes are compared with
     */
    Tuning(long memoryBytes, boolean sums) {
        this.sums = sums;
        cache = new LRUCache(memoryBytes);
        writeBuffers = new WriteBufferManager(Math.max(memoryBytes / 2, 16L << 20), cache);
    }

    DBOptions database(Path folder) {
        Properties unreachable = new Properties();
        LogChain.verify(folder, unreachable);
        if (sums) {
            unreachable.setProperty("file_checksum_gen_factory", "FileChecksumGenCrc32cFactory");
        }
        DBOptions options = DBOptions.getDBOptionsFromProps(unreachable);
        if (options == null) {
            throw new IllegalStateException(
                    "RocksDB no longer knows one of the options " + unreachable.stringPropertyNames());
        }
        return options.setCreateMissingColumnFamilies(true)
                .setParanoidChecks(true)
                .setWalRecoveryMode(WALRecoveryMode.TolerateCorruptedTailRecords)
                .setMaxBackgroundJobs(2)
                .setBytesPerSync(1 << 20)
                .setMaxWriteBatchGroupSizeBytes(8 << 20)
                .setMaxTotalWalSize(256L << 20)
                .setWalTtlSeconds(LOG_KEPT_SECONDS)
                .setWalSizeLimitMB(LOG_KEPT_MEGABYTES)
                .setWriteBufferManager(writeBuffers)
                .setMaxOpenFiles(OpenFileLimit.tables(OpenFileLimit.files()))
                .setKeepLogFileNum(5)
                .setMaxLogFileSize(4L << 20)
                .setInfoLogLevel(InfoLogLevel.INFO_LEVEL);
    }

    /** What RocksDB counts; it goes on when the database is opened anew. */
    Statistics statistics() {
        return statistics;
    }

    ColumnFamilyOptions family(Family family) {
        BlockBasedTableConfig table = new BlockBasedTableConfig()
                .setBlockCache(cache)
                .setCacheIndexAndFilterBlocks(true)
                .setPinL0FilterAndIndexBlocksInCache(true)
                .setBlockSize(16 << 10)
                .setFormatVersion(6)
                .setIndexType(IndexType.kBinarySearch)
                .setFilterPolicy(bloom);
        Properties unreachable = new Properties();
        unreachable.setProperty("block_protection_bytes_per_key", "8");
        unreachable.setProperty("memtable_protection_bytes_per_key", "8");
        if (family == Family.BODY) {
            // Whenever a view is closed, RocksDB writes tables of the lowest level anew to save their rows' sequence
            // numbers. Bodies gain nothing by that, and a snapshot would have to copy them all again.
            unreachable.setProperty("bottommost_file_compaction_delay", Long.toString(NEVER_SECONDS));
        }
        ColumnFamilyOptions options = ColumnFamilyOptions.getColumnFamilyOptionsFromProps(unreachable);
        if (options == null) {
            throw new IllegalStateException("RocksDB no longer knows its protection options");
        }
        options.setTableFormatConfig(table)
                .setWriteBufferSize(WRITE_BUFFER_BYTES)
                .setMaxWriteBufferNumber(3)
                .setCompressionType(CompressionType.LZ4_COMPRESSION);
        if (family == Family.BODY) {
            // The same on all levels: only then does RocksDB move a table of bodies down as it is, so that what a
            // snapshot has copied stays the file that it was.
            options.setCompressionType(CompressionType.ZSTD_COMPRESSION)
                    .setCompressionOptions(new CompressionOptions().setLevel(1));
        }
        return options;
    }

    /** Options of a file of body rows that is written aside. */
    Options segment() {
        BlockBasedTableConfig table = new BlockBasedTableConfig()
                .setBlockSize(16 << 10)
                .setFormatVersion(6)
                .setFilterPolicy(bloom);
        return new Options()
                .setTableFormatConfig(table)
                .setCompressionType(CompressionType.LZ4_COMPRESSION)
                .setCompressionOptions(new CompressionOptions());
    }

    @Override
    public void close() {
        bloom.close();
        writeBuffers.close();
        cache.close();
        statistics.close();
    }
}
