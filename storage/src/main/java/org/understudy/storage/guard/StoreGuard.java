package org.understudy.storage.guard;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import org.rocksdb.Options;
import org.rocksdb.RocksDB;
import org.rocksdb.RocksDBException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.understudy.storage.OperatorException;
import org.understudy.storage.Reason;

/**
 * Records, beside the database, what it contains, and decides by that record whether it may be opened for writing.
 *
 * <p>Life of a store: {@link #admit}, open RocksDB, {@link #attach}, then {@link #committed} and {@link #refresh} as
 * things happen, then {@link #detach}, close RocksDB, {@link #closedCleanly}. A process that dies anywhere in between
 * leaves a folder that is admitted again. {@link #close} without {@link #closedCleanly} is as if it had died.
 *
 * <p>Needs of RocksDB: write-ahead logs in the database's folder, {@code avoid_flush_during_recovery=false},
 * {@code recycle_log_file_num=0}, {@code reuse_manifest_on_open} off, {@code track_and_verify_wals_in_manifest=true}, {@code
 * track_and_verify_wals=true}.
 *
 * <p>Thread-safe: {@link #committed} waits for nothing but another {@link #committed}.
 */
public final class StoreGuard implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(StoreGuard.class);

    private final Path storeFolder;
    private final DbFolder folder;
    private final RocksDB db;
    private final Clock clock;
    private final StoreHeader header;
    private final String identity;
    private final SortedSet<String> columnFamilies;
    private final GuardPair pair;
    private final WitnessKeeper witness;
    private boolean detached;
    private boolean closed;

    private StoreGuard(
            Path storeFolder,
            DbFolder folder,
            RocksDB db,
            Clock clock,
            StoreHeader header,
            String identity,
            SortedSet<String> columnFamilies,
            GuardPair pair,
            WitnessKeeper witness) {
        this.storeFolder = storeFolder;
        this.folder = folder;
        this.db = db;
        this.clock = clock;
        this.header = header;
        this.identity = identity;
        this.columnFamilies = columnFamilies;
        this.pair = pair;
        this.witness = witness;
    }

    /**
     * Decides whether the store may be opened for writing, and changes not one byte. Returns if it may, or if there is
     * none yet ({@link StoreHeader#isNew}).
     *
     * @throws OperatorException {@link Reason#STORE_REFUSED} if opening could lose mail, or mail is lost already;
     *     {@link Reason#BUSY} if a process has it open
     */
    public static void admit(Path storeFolder, ReadOnlyProbe probe) {
        if (!StoreHeader.isNew(storeFolder)) {
            new Admission(storeFolder, StoreHeader.read(storeFolder)).decide(probe);
        }
    }

    /**
     * Decides whether a store that {@link #admit} refuses may be opened for reading beside its damaged or missing
     * tables: rows in them are then errors. Changes not one byte.
     *
     * @return what is wrong with which tables, as far as their sizes tell
     * @throws OperatorException {@link Reason#STORE_REFUSED} if rows could be missing without a word; {@link
     *     Reason#BUSY} if a process has it open
     */
    public static List<String> admitForReading(Path storeFolder) {
        return new Admission(storeFolder, StoreHeader.read(storeFolder)).decideForReading(ReadOnlyProbe.tolerant());
    }

    /**
     * Whether the store has been made, but no database was ever attached to it: the database may be missing or half
     * made, and is to be made.
     *
     * @throws OperatorException {@link Reason#STORE_REFUSED} if the guard cannot be read
     */
    public static boolean isUnused(Path storeFolder) {
        return new Admission(storeFolder, StoreHeader.read(storeFolder)).isUnused();
    }

    /**
     * Writes the first guard for a folder that has none because it was put together from a snapshot that has been
     * verified, file by file, by whoever calls this. A folder that has a guard keeps it.
     *
     * @throws OperatorException {@link Reason#CONFLICT} if there is a guard; {@link Reason#STORE_REFUSED} if the
     *     database cannot be opened
     */
    public static void vouch(Path storeFolder, ReadOnlyProbe probe, Clock clock) {
        StoreHeader header = StoreHeader.read(storeFolder);
        GuardPair pair = GuardPair.read(storeFolder);
        if (!pair.isMissing()) {
            throw new OperatorException(
                    Reason.CONFLICT,
                    "store " + storeFolder + ": it has a guard already, which is kept.",
                    "Open the store; if it is refused, the message says why.");
        }
        OpenElsewhere.check(storeFolder);
        Admission admission = new Admission(storeFolder, header);
        GuardRecord record = admission.recordOf(probe, clock.instant());
        try {
            WitnessFile.open(storeFolder, header.storeId(), record.lastSequence())
                    .close();
            pair.write(record);
        } catch (IOException e) {
            throw DurableFile.failed("write the guard of", storeFolder, e);
        }
    }

    /**
     * Attaches to the database just opened for writing, after {@link #admit}: writes what it contains into both guard
     * files.
     *
     * @throws OperatorException {@link Reason#STORE_REFUSED} if the database contains less than recorded, so that it
     *     cannot have been admitted
     */
    public static StoreGuard attach(Path storeFolder, RocksDB db, Clock clock) {
        StoreHeader header = StoreHeader.read(storeFolder);
        GuardPair pair = GuardPair.read(storeFolder);
        DbFolder folder = new DbFolder(storeFolder.resolve(StoreHeader.DATABASE));
        long sequence = db.getLatestSequenceNumber();
        new Admission(storeFolder, header).requireSequence(pair, sequence);
        try (Options options = new Options()) {
            SortedSet<String> families = new TreeSet<>();
            for (byte[] name :
                    RocksDB.listColumnFamilies(options, folder.folder().toString())) {
                families.add(new String(name, StandardCharsets.UTF_8));
            }
            String identity = folder.identity();
            WitnessKeeper witness =
                    new WitnessKeeper(WitnessFile.open(storeFolder, header.storeId(), sequence), storeFolder, sequence);
            StoreGuard guard =
                    new StoreGuard(storeFolder, folder, db, clock, header, identity, families, pair, witness);
            boolean attached = false;
            try {
                // Both, so that no record of an earlier state is left to fall back to.
                guard.refresh();
                guard.refresh();
                witness.start();
                attached = true;
            } finally {
                if (!attached) {
                    guard.close();
                }
            }
            return guard;
        } catch (RocksDBException e) {
            throw new IllegalStateException("the column families of an open database cannot be listed", e);
        } catch (IOException e) {
            throw DurableFile.failed("write the guard of", storeFolder, e);
        }
    }

    /**
     * Raises the witness after a group commit has been fsynced. Costs a microsecond or two; does not fsync (that happens
     * within a second, elsewhere). Never throws: a commit that is durable does not fail because its witness lags; the
     * fault is logged, and the next commit raises it further.
     *
     * @param lastSequence of the last write that is durable with all before it
     */
    public void committed(long lastSequence) {
        witness.raise(lastSequence);
    }

    /**
     * Writes a fresh record, fsynced, over the older one: to be called when a flush, a compaction or an ingestion has
     * ended or the log has been switched, and now and then. Takes one or a few milliseconds, and blocks no commit.
     * May be called from a listener of RocksDB. Does nothing once the guard is detached or the database is being closed.
     *
     * @throws OperatorException {@link Reason#IO}, {@link Reason#DISK_FULL}: the record before still holds
     */
    public synchronized void refresh() {
        if (detached || !db.isOwningHandle()) {
            return;
        }
        long sequence = witness.sequence();
        try {
            RocksDB.LiveFiles live = db.getLiveFiles(false);
            String manifest = live.files.stream()
                    .map(DbFolder::plainName)
                    .filter(DbFolder::isManifest)
                    .findFirst()
                    .orElseThrow(() -> new IllegalStateException("RocksDB names no MANIFEST"));
            Map<String, Long> files = new HashMap<>(ParanoidProbe.liveTables(db));
            folder.files().forEach((name, size) -> {
                if (DbFolder.isLog(name)) {
                    files.put(name, size);
                }
            });
            write(GuardRecord.State.OPEN, sequence, manifest, live.manifestFileSize, new TreeMap<>(files));
        } catch (RocksDBException e) {
            throw new OperatorException(
                    Reason.IO,
                    "store " + storeFolder + ": RocksDB cannot list its files: " + e.getMessage() + ".",
                    "Look for disk errors in the system's log (dmesg).",
                    e);
        } catch (IOException e) {
            throw DurableFile.failed("write the guard of", storeFolder, e);
        }
    }

    /**
     * Lets go of the database: to be called before RocksDB is closed. Waits for a {@link #refresh} under way; later ones
     * do nothing, so that none can reach a database that is gone.
     */
    public synchronized void detach() {
        detached = true;
    }

    /**
     * After RocksDB itself is closed: makes all that matters durable and records it exactly, marked clean; releases the
     * guard's files.
     */
    public synchronized void closedCleanly() {
        if (closed) {
            throw new IllegalStateException("the guard is closed");
        }
        if (db.isOwningHandle()) {
            throw new IllegalStateException("RocksDB is still open");
        }
        try {
            witness.sync();
            SortedMap<String, Long> files = folder.files();
            String manifest = folder.current().strip();
            files.keySet().removeIf(name -> DbFolder.isManifest(name) && !name.equals(manifest));
            for (String name : files.keySet()) {
                if (!DbFolder.isTable(name)) {
                    DurableFile.sync(folder.folder().resolve(name));
                }
            }
            DurableFile.syncFolder(folder.folder());
            long size = Files.size(folder.folder().resolve(manifest));
            write(GuardRecord.State.CLEAN, witness.sequence(), manifest, size, files);
        } catch (IOException e) {
            throw DurableFile.failed("write the guard of", storeFolder, e);
        } finally {
            close();
        }
    }

    private void write(
            GuardRecord.State state, long sequence, String manifest, long size, SortedMap<String, Long> files)
            throws IOException {
        pair.write(new GuardRecord(
                pair.nextGeneration(),
                state,
                clock.instant(),
                header.storeId(),
                identity,
                sequence,
                manifest,
                size,
                columnFamilies,
                files));
    }

    /** Releases the guard's files without marking the store clean. Does nothing the second time. */
    @Override
    public synchronized void close() {
        detached = true;
        if (!closed) {
            closed = true;
            witness.close();
            LOG.debug("guard of {} closed", storeFolder);
        }
    }
}
