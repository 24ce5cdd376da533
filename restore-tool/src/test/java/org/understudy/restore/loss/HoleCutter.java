package org.understudy.restore.loss;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiPredicate;
import org.rocksdb.ColumnFamilyDescriptor;
import org.rocksdb.ColumnFamilyHandle;
import org.rocksdb.ColumnFamilyOptions;
import org.rocksdb.CompressionType;
import org.rocksdb.DBOptions;
import org.rocksdb.FlushOptions;
import org.rocksdb.RocksDB;
import org.rocksdb.RocksDBException;
import org.rocksdb.RocksIterator;
import org.rocksdb.WriteBatch;
import org.rocksdb.WriteOptions;
import org.understudy.storage.keyspace.Family;

/**
 * Takes rows out of a closed store as damage does: through RocksDB itself, past the mail store, its counters, its change
 * log and its expunge log.
 */
final class HoleCutter implements AutoCloseable {
    static {
        RocksDB.loadLibrary();
    }

    private final DBOptions options = new DBOptions().setMaxBackgroundJobs(2);
    private final ColumnFamilyOptions plain =
            new ColumnFamilyOptions().setCompressionType(CompressionType.LZ4_COMPRESSION);
    private final Map<Family, ColumnFamilyHandle> handles = new EnumMap<>(Family.class);
    private final List<ColumnFamilyHandle> all = new ArrayList<>();
    private final RocksDB db;

    /** @param store the folder of a store that is not open */
    HoleCutter(Path store) {
        List<ColumnFamilyDescriptor> descriptors = new ArrayList<>();
        descriptors.add(new ColumnFamilyDescriptor(RocksDB.DEFAULT_COLUMN_FAMILY, plain));
        for (Family family : Family.values()) {
            descriptors.add(new ColumnFamilyDescriptor(family.nameBytes(), plain));
        }
        try {
            db = RocksDB.open(options, store.resolve("db").toString(), descriptors, all);
        } catch (RocksDBException e) {
            throw new IllegalStateException(e);
        }
        for (Family family : Family.values()) {
            handles.put(family, all.get(family.ordinal() + 1));
        }
    }

    void delete(Family family, byte[] key) {
        try {
            db.delete(handles.get(family), key);
        } catch (RocksDBException e) {
            throw new IllegalStateException(e);
        }
    }

    void delete(Map<Family, List<byte[]>> rows) {
        try (WriteBatch batch = new WriteBatch();
                WriteOptions unsynced = new WriteOptions()) {
            for (Map.Entry<Family, List<byte[]>> entry : rows.entrySet()) {
                for (byte[] key : entry.getValue()) {
                    batch.delete(handles.get(entry.getKey()), key);
                }
            }
            db.write(unsynced, batch);
        } catch (RocksDBException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Overwrites a row with bytes that no reader takes. */
    void spoil(Family family, byte[] key) {
        try {
            db.put(handles.get(family), key, "spoilt".getBytes(StandardCharsets.US_ASCII));
        } catch (RocksDBException e) {
            throw new IllegalStateException(e);
        }
    }

    void put(Family family, byte[] key, byte[] value) {
        try {
            db.put(handles.get(family), key, value);
        } catch (RocksDBException e) {
            throw new IllegalStateException(e);
        }
    }

    byte[] get(Family family, byte[] key) {
        try {
            return db.get(handles.get(family), key);
        } catch (RocksDBException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Deletes the rows of a family that {@code which} chooses; answers how many. */
    int deleteWhere(Family family, BiPredicate<byte[], byte[]> which) {
        List<byte[]> keys = new ArrayList<>();
        try (RocksIterator rows = db.newIterator(handles.get(family))) {
            for (rows.seekToFirst(); rows.isValid(); rows.next()) {
                if (which.test(rows.key(), rows.value())) {
                    keys.add(rows.key());
                }
            }
        }
        delete(Map.of(family, keys));
        return keys.size();
    }

    /** Writes everything into sorted tables and merges each family's into as few as can be. */
    void compact() {
        try (FlushOptions wait = new FlushOptions().setWaitForFlush(true)) {
            db.flush(wait, all);
            for (ColumnFamilyHandle handle : all) {
                db.compactRange(handle);
            }
        } catch (RocksDBException e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    public void close() {
        try (FlushOptions wait = new FlushOptions().setWaitForFlush(true)) {
            db.flush(wait, all);
            db.syncWal();
        } catch (RocksDBException e) {
            throw new IllegalStateException(e);
        }
        all.forEach(ColumnFamilyHandle::close);
        db.close();
        plain.close();
        options.close();
    }
}
