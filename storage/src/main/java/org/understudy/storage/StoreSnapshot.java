package org.understudy.storage;

import java.nio.file.Path;
import java.util.List;

/**
 * A consistent copy of a store's database as hard links in a folder.
 *
 * @param sequence RocksDB sequence number of the last effect in it
 */
public record StoreSnapshot(Path folder, String storeId, int formatVersion, long sequence, List<File> files) {
    /** File of a copy that names the line of the store of which it is one: {@link StoreLog#line} and a line feed. */
    public static final String ORIGIN = "ORIGIN";

    /**
     * @param name name within the folder
     * @param columnFamily for sorted tables the column family, else empty
     * @param smallestKey for sorted tables the first key, hexadecimal, else empty
     * @param largestKey likewise the last
     * @param writtenSum for sorted tables the CRC-32C of what was written, hexadecimal, where it is known, else empty
     */
    public record File(
            String name,
            long size,
            String columnFamily,
            String smallestKey,
            String largestKey,
            long entries,
            String writtenSum) {}
}
