package org.understudy.storage.guard;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Properties;
import org.jspecify.annotations.Nullable;
import org.rocksdb.AbstractEventListener;
import org.rocksdb.ColumnFamilyDescriptor;
import org.rocksdb.ColumnFamilyHandle;
import org.rocksdb.ColumnFamilyOptions;
import org.rocksdb.CompactionJobInfo;
import org.rocksdb.DBOptions;
import org.rocksdb.FlushJobInfo;
import org.rocksdb.FlushOptions;
import org.rocksdb.IngestExternalFileOptions;
import org.rocksdb.RocksDB;
import org.rocksdb.RocksDBException;
import org.rocksdb.WALRecoveryMode;
import org.rocksdb.WriteBatch;
import org.rocksdb.WriteOptions;

/** A database opened as the engine opens it, with the guard attached: synced writes into three column families. */
final class RawStore implements AutoCloseable {
    static {
        RocksDB.loadLibrary();
    }

    private static final List<String> FAMILIES = List.of("default", "message", "body");

    final Path folder;
    final RocksDB db;
    final StoreGuard guard;
    private final List<ColumnFamilyHandle> handles = new ArrayList<>();
    private final DBOptions options;
    private final ColumnFamilyOptions familyOptions;
    private final WriteOptions synced = new WriteOptions().setSync(true);
    private volatile @Nullable StoreGuard listening;
    private volatile @Nullable RuntimeException refreshFailure;

    /**
     * @param writeBufferBytes small ones make many flushes and compactions
     * @param maxManifestBytes small ones make RocksDB begin new MANIFESTs
     */
    RawStore(Path folder, long writeBufferBytes, long maxManifestBytes) {
        this(folder, writeBufferBytes, maxManifestBytes, true);
    }

    private RawStore(Path folder, long writeBufferBytes, long maxManifestBytes, boolean compacting) {
        this.folder = folder;
        StoreGuard.admit(folder, ReadOnlyProbe.paranoid());
        if (StoreHeader.isNew(folder)) {
            StoreHeader.create(folder, Clock.systemUTC());
        }
        Properties properties = new Properties();
        LogChain.verify(folder.resolve("db"), properties);
        options = DBOptions.getDBOptionsFromProps(properties)
                .setCreateIfMissing(true)
                .setCreateMissingColumnFamilies(true)
                .setParanoidChecks(true)
                .setMaxManifestFileSize(maxManifestBytes)
                .setMaxTotalWalSize(4 * writeBufferBytes)
                .setListeners(List.of(new RefreshAfterEach()))
                .setWalRecoveryMode(WALRecoveryMode.TolerateCorruptedTailRecords);
        familyOptions = new ColumnFamilyOptions()
                .setWriteBufferSize(writeBufferBytes)
                .setLevel0FileNumCompactionTrigger(2)
                .setDisableAutoCompactions(!compacting);
        List<ColumnFamilyDescriptor> descriptors = FAMILIES.stream()
                .map(name -> new ColumnFamilyDescriptor(name.getBytes(StandardCharsets.UTF_8), familyOptions))
                .toList();
        try {
            db = RocksDB.open(options, folder.resolve("db").toString(), descriptors, handles);
        } catch (RocksDBException e) {
            throw new IllegalStateException(e);
        }
        guard = StoreGuard.attach(folder, db, Clock.systemUTC());
        listening = guard;
    }

    static RawStore open(Path folder) {
        return new RawStore(folder, 64 << 20, 64 << 20);
    }

    /** The same without compactions, so that files can be copied while it is open. */
    static RawStore quiet(Path folder) {
        return new RawStore(folder, 64 << 20, 64 << 20, false);
    }

    /** As the engine will: a fresh record after each flush and compaction, from RocksDB's own thread. */
    private final class RefreshAfterEach extends AbstractEventListener {
        @Override
        public void onFlushCompleted(RocksDB source, FlushJobInfo info) {
            refresh();
        }

        @Override
        public void onCompactionCompleted(RocksDB source, CompactionJobInfo info) {
            refresh();
        }

        private void refresh() {
            StoreGuard attached = listening;
            if (attached != null) {
                try {
                    attached.refresh();
                } catch (RuntimeException e) {
                    refreshFailure = e;
                }
            }
        }
    }

    /** Writes one row into each family, durably, and raises the witness; returns the last sequence. */
    long put(String key, byte[] value) {
        try (WriteBatch batch = new WriteBatch()) {
            for (ColumnFamilyHandle handle : handles) {
                batch.put(handle, key.getBytes(StandardCharsets.UTF_8), value);
            }
            db.write(synced, batch);
        } catch (RocksDBException e) {
            throw new IllegalStateException(e);
        }
        long sequence = db.getLatestSequenceNumber();
        guard.committed(sequence);
        return sequence;
    }

    byte @Nullable [] get(String key) {
        try {
            byte[] found = null;
            for (ColumnFamilyHandle handle : handles) {
                found = db.get(handle, key.getBytes(StandardCharsets.UTF_8));
                if (found == null) {
                    return null;
                }
            }
            return found;
        } catch (RocksDBException e) {
            throw new IllegalStateException(e);
        }
    }

    void flush() {
        try (FlushOptions wait = new FlushOptions().setWaitForFlush(true)) {
            db.flush(wait, handles);
        } catch (RocksDBException e) {
            throw new IllegalStateException(e);
        }
    }

    void compact() {
        try {
            for (ColumnFamilyHandle handle : handles) {
                db.compactRange(handle);
            }
        } catch (RocksDBException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Takes a table in over rows that are there already, so that RocksDB gives it a sequence number of its own. */
    void ingest(Path table) {
        try (IngestExternalFileOptions how = new IngestExternalFileOptions()) {
            db.ingestExternalFile(handles.get(1), List.of(table.toString()), how);
        } catch (RocksDBException e) {
            throw new IllegalStateException(e);
        }
    }

    /** What a power cut or SIGKILL would leave: the folder as it lies there, with the database open. */
    Path crashCopy(Path to) {
        Trees.copy(folder, to);
        return to;
    }

    /** Closes in good order. */
    @Override
    public void close() {
        closeDatabase();
        guard.closedCleanly();
        RuntimeException failure = refreshFailure;
        if (failure != null) {
            throw failure;
        }
    }

    /** Closes the database and never tells the guard, as a process that dies at the last moment. */
    void abandon() {
        closeDatabase();
        guard.close();
    }

    private void closeDatabase() {
        guard.detach();
        handles.forEach(ColumnFamilyHandle::close);
        db.close();
        options.close();
        familyOptions.close();
        synced.close();
    }

    /** The files of the database with the given ending, in order. */
    static List<Path> files(Path store, String pattern) {
        List<Path> files = new ArrayList<>();
        try (var found = Files.newDirectoryStream(store.resolve("db"), pattern)) {
            found.forEach(files::add);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        files.sort(null);
        return files;
    }
}
