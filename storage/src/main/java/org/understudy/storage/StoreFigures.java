package org.understudy.storage;

import java.util.Map;

/**
 * What RocksDB tells of a store at work. Sizes are octets.
 *
 * @param counts since the store was opened
 * @param memory what it takes up of memory.store
 * @param levels sorted tables by level, 0 first
 * @param families octets of sorted tables by column family
 * @param logBytes of the write-ahead log on the disk, what is kept of it included
 */
public record StoreFigures(
        Counts counts,
        Memory memory,
        Compaction compaction,
        Map<Integer, Level> levels,
        Map<String, Long> families,
        long logBytes) {
    /**
     * @param cacheHits blocks that were in memory when they were wanted
     * @param cacheMisses blocks that were read from the disk
     * @param filtered reads of a table that its filter has spared
     * @param stalledMicros time that writes were held up because compaction did not keep up
     * @param logBytes octets written to the write-ahead log, {@code logSyncs} how often it was fsynced
     * @param read octets of values that were read, {@code written} of rows that were written
     * @param flushed octets of tables written from memory
     * @param compactedIn octets that compaction read, {@code compactedOut} that it wrote
     */
    public record Counts(
            long cacheHits,
            long cacheMisses,
            long filtered,
            long stalledMicros,
            long logBytes,
            long logSyncs,
            long read,
            long written,
            long flushed,
            long compactedIn,
            long compactedOut) {}

    /**
     * @param cacheUsed octets of the block cache in use, of {@code cacheCapacity}; {@code cachePinned} cannot be given up
     * @param writeBuffers octets of rows that are in the log and in memory, but in no table yet
     * @param fullBuffers write buffers that wait to be written as tables
     * @param tableReaders octets of indexes and filters outside the cache
     */
    public record Memory(
            long cacheUsed,
            long cacheCapacity,
            long cachePinned,
            long writeBuffers,
            long fullBuffers,
            long tableReaders) {}

    /**
     * @param pendingBytes octets that compaction has still to rewrite, by estimate
     * @param running compactions, {@code flushes} of write buffers under way
     * @param stopped whether writes wait for it
     * @param slowedTo octets a second that writes are slowed down to; 0 where they are not
     * @param errors faults of work in the background since the store was opened
     */
    public record Compaction(
            long pendingBytes, long running, long flushes, boolean stopped, long slowedTo, long errors) {}

    /** Sorted tables of one level. */
    public record Level(long tables, long bytes) {}

    public StoreFigures {
        levels = Map.copyOf(levels);
        families = Map.copyOf(families);
    }
}
