package org.understudy.storage.engine;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.function.LongConsumer;
import java.util.function.LongSupplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.rocksdb.AbstractEventListener;
import org.rocksdb.AbstractEventListener.EnabledEventCallback;
import org.rocksdb.Checkpoint;
import org.rocksdb.ColumnFamilyDescriptor;
import org.rocksdb.ColumnFamilyHandle;
import org.rocksdb.ColumnFamilyOptions;
import org.rocksdb.CompactRangeOptions;
import org.rocksdb.CompactionJobInfo;
import org.rocksdb.DBOptions;
import org.rocksdb.FlushJobInfo;
import org.rocksdb.FlushOptions;
import org.rocksdb.IngestExternalFileOptions;
import org.rocksdb.LiveFileMetaData;
import org.rocksdb.Options;
import org.rocksdb.Range;
import org.rocksdb.RocksDB;
import org.rocksdb.RocksDBException;
import org.rocksdb.SizeApproximationFlag;
import org.rocksdb.Slice;
import org.rocksdb.WriteBatch;
import org.rocksdb.WriteOptions;
import org.understudy.storage.LogVisitor;
import org.understudy.storage.LoggedEffect;
import org.understudy.storage.OperatorException;
import org.understudy.storage.Reason;
import org.understudy.storage.StoreFigures;
import org.understudy.storage.keyspace.Family;

/**
 * One RocksDB database with the column families of {@link Family}. Reads may come from any thread; writes go through
 * the group commit.
 */
public final class Engine implements AutoCloseable {
    static {
        RocksDB.loadLibrary();
    }

    /**
     * A sorted table of the database.
     *
     * @param writtenSum CRC-32C, in eight hexadecimal digits, of the octets that RocksDB wrote, or empty if it took none
     */
    public record Table(
            String name,
            long size,
            String columnFamily,
            String smallestKey,
            String largestKey,
            long entries,
            String writtenSum) {}

    /** Is told that files have come or gone, on a thread of RocksDB's; must be quick. */
    public interface FilesListener {
        void filesChanged();
    }

    private final Gate gate = new Gate();
    private final Tuning tuning;
    private final Opener opener;
    /** What makes up the open database; these four change under the closed gate only. */
    private volatile RocksDB db;

    private volatile List<AutoCloseable> natives;
    private volatile Map<Family, ColumnFamilyHandle> handles;
    /** Of column families in batches. */
    private volatile BatchBytes.Numbers numbers;

    private volatile boolean writable;
    private volatile boolean open = true;
    /** Why nothing is written any more until the database is opened anew, or null. */
    private volatile @Nullable RuntimeException broken;

    private volatile Runnable brokenListener = () -> {};
    private final AtomicInteger holds = new AtomicInteger();
    private final View latest;
    private final View uncached;
    private final boolean readOnly;
    private final GroupCommit commits;
    private final Queue<ByteBuffer> spareRows = new ConcurrentLinkedQueue<>();
    private final WriteOptions durable = new WriteOptions().setSync(true);
    private final WriteOptions unsynced = new WriteOptions().setSync(false);
    private final Object times = new Object();
    /** Time of the group that is being written; guarded by {@link #times}. */
    private long committing = Long.MAX_VALUE;

    private final AtomicLong logged = new AtomicLong();
    private volatile LongConsumer committed = sequence -> {};
    private volatile LongSupplier clock = System::currentTimeMillis;
    private final List<Consumer<RuntimeException>> faults = new CopyOnWriteArrayList<>();
    private final FilesListener filesListener;

    /** An open database. */
    private record Parts(RocksDB db, List<AutoCloseable> natives, Map<Family, ColumnFamilyHandle> handles) {
        /** The numbers of column families in batches. */
        BatchBytes.Numbers numbers() {
            Map<Family, Integer> numbers = new EnumMap<>(Family.class);
            handles.forEach((family, handle) -> numbers.put(family, handle.getID()));
            return new BatchBytes.Numbers(numbers);
        }
    }

    /** Opens the database of this engine, for the first time or once more. */
    private interface Opener {
        Parts open(boolean forReading);
    }

    private Engine(Opener opener, Tuning tuning, boolean readOnly, FilesListener filesListener) {
        Parts parts = opener.open(readOnly);
        this.opener = opener;
        this.db = parts.db();
        this.filesListener = filesListener;
        this.tuning = tuning;
        this.natives = parts.natives();
        this.handles = parts.handles();
        numbers = parts.numbers();
        this.readOnly = readOnly;
        this.writable = !readOnly;
        latest = new View(gate, db, handles, false, this::fault);
        uncached = new View(gate, db, handles, false, false, this::fault);
        commits = new GroupCommit(this::write);
    }

    /** Opens a database for writing, or makes one if {@code create}. */
    public static Engine open(Path folder, long memoryBytes, boolean create, boolean sums, FilesListener listener) {
        Tuning tuning = new Tuning(memoryBytes, sums);
        return made(
                forReading ->
                        forReading ? partsForReading(folder, tuning, false) : parts(folder, tuning, create, listener),
                tuning,
                false,
                listener);
    }

    private static Parts parts(Path folder, Tuning tuning, boolean create, FilesListener listener) {
        DBOptions options = tuning.database(folder).setCreateIfMissing(create).setStatistics(tuning.statistics());
        AbstractEventListener events =
                new AbstractEventListener(
                        EnabledEventCallback.ON_FLUSH_COMPLETED, EnabledEventCallback.ON_COMPACTION_COMPLETED) {
                    @Override
                    public void onFlushCompleted(RocksDB source, FlushJobInfo info) {
                        listener.filesChanged();
                    }

                    @Override
                    public void onCompactionCompleted(RocksDB source, CompactionJobInfo info) {
                        listener.filesChanged();
                    }
                };
        options.setListeners(List.of(events));
        List<AutoCloseable> natives = new ArrayList<>(List.of(options, events));
        return opened(folder, tuning, natives, List.of(Family.values()), (descriptors, found) -> {
            return RocksDB.open(options, folder.toString(), descriptors, found);
        });
    }

    /**
     * Opens a database for reading. Not a byte in the folder is changed.
     *
     * @param tolerant go on without sorted tables that are missing or cut
     */
    public static Engine openReadOnly(Path folder, long memoryBytes, boolean tolerant) {
        Tuning tuning = new Tuning(memoryBytes, false);
        return made(forReading -> partsForReading(folder, tuning, tolerant), tuning, true, () -> {});
    }

    private static Engine made(Opener opener, Tuning tuning, boolean readOnly, FilesListener listener) {
        try {
            return new Engine(opener, tuning, readOnly, listener);
        } catch (RuntimeException e) {
            tuning.close();
            throw e;
        }
    }

    private static Parts partsForReading(Path folder, Tuning tuning, boolean tolerant) {
        RocksLog log = new RocksLog();
        DBOptions options = tuning.database(folder).setParanoidChecks(!tolerant).setCreateMissingColumnFamilies(false);
        options.setLogger(log);
        List<AutoCloseable> natives = new ArrayList<>(List.of(options, log));
        return opened(folder, tuning, natives, present(folder), (descriptors, found) -> {
            return RocksDB.openReadOnly(options, folder.toString(), descriptors, found);
        });
    }

    private interface Call {
        RocksDB open(List<ColumnFamilyDescriptor> descriptors, List<ColumnFamilyHandle> found) throws RocksDBException;
    }

    private static Parts opened(
            Path folder, Tuning tuning, List<AutoCloseable> natives, List<Family> families, Call call) {
        List<ColumnFamilyDescriptor> descriptors = new ArrayList<>();
        ColumnFamilyOptions plain = new ColumnFamilyOptions();
        natives.add(plain);
        descriptors.add(new ColumnFamilyDescriptor(RocksDB.DEFAULT_COLUMN_FAMILY, plain));
        for (Family family : families) {
            ColumnFamilyOptions options = tuning.family(family);
            natives.add(options);
            descriptors.add(new ColumnFamilyDescriptor(family.nameBytes(), options));
        }
        List<ColumnFamilyHandle> found = new ArrayList<>();
        try {
            RocksDB db = call.open(descriptors, found);
            Map<Family, ColumnFamilyHandle> handles = new EnumMap<>(Family.class);
            natives.add(found.get(0));
            int next = 1;
            for (Family family : families) {
                handles.put(family, found.get(next++));
            }
            return new Parts(db, natives, handles);
        } catch (RocksDBException e) {
            closeAll(natives);
            throw refused(folder, e);
        }
    }

    /** The families that a database has, which may have been written before there were all of today's. */
    private static List<Family> present(Path folder) {
        try (Options options = new Options()) {
            Set<String> names = RocksDB.listColumnFamilies(options, folder.toString()).stream()
                    .map(name -> new String(name, StandardCharsets.UTF_8))
                    .collect(Collectors.toSet());
            return Arrays.stream(Family.values())
                    .filter(family -> family != Family.STRUCTURE || names.contains(family.columnFamily()))
                    .toList();
        } catch (RocksDBException e) {
            throw refused(folder, e);
        }
    }

    private static RuntimeException refused(Path folder, RocksDBException e) {
        String text = String.valueOf(e.getMessage());
        if (text.contains("lock")) {
            return new OperatorException(
                    Reason.BUSY,
                    "the store in " + folder + " is open in another process (" + text + ")",
                    "Stop that process, or give the command to the running server.",
                    e);
        }
        return new OperatorException(
                Reason.STORE_REFUSED,
                "the store in " + folder + " cannot be opened: " + text + ". Nothing was changed or deleted.",
                "Put the named file back from a copy, or stage a restore from the newest snapshot into a new store.",
                e);
    }

    /** What the log says of the time of a commit: milliseconds since 1970 UTC. */
    public void clock(LongSupplier millis) {
        clock = millis;
    }

    /** Is told the sequence number of each group once it is on disk, on the committing thread. */
    public void onCommitted(LongConsumer listener) {
        committed = listener;
    }

    /** Is told of every row that RocksDB could not read and of every write that it refused, on the thread that asked. */
    public void addFaultListener(Consumer<RuntimeException> listener) {
        faults.add(listener);
    }

    public void removeFaultListener(Consumer<RuntimeException> listener) {
        faults.remove(listener);
    }

    /** Passes a fault on to who watches for them. */
    public void fault(RuntimeException fault) {
        faults.forEach(listener -> listener.accept(fault));
    }

    /** The present rows; each call sees what is there when it is made. Not to be closed. */
    public View latest() {
        return latest;
    }

    /** The same, for single rows that are not worth a place in the cache. Not to be closed. */
    public View uncached() {
        return uncached;
    }

    /** The rows as they are now, for as long as the view is open. */
    public View view() {
        gate.enter();
        try {
            return new View(gate.ofPresent(), db, handles, true, this::fault);
        } finally {
            gate.leave();
        }
    }

    /** The same, but what is read does not stay in the block cache: for those who read everything once. */
    public View uncachedView() {
        gate.enter();
        try {
            return new View(gate.ofPresent(), db, handles, true, false, this::fault);
        } finally {
            gate.leave();
        }
    }

    /** Whether the database was opened for reading. */
    public boolean isReadOnly() {
        return readOnly;
    }

    /** Queues an effect behind those submitted before; it is on disk when {@link #await} has returned. */
    public Ticket submit(Effect effect) {
        if (readOnly) {
            throw forReading();
        }
        return commits.submit(effect);
    }

    private OperatorException forReading() {
        OperatorException refusal = new OperatorException(
                Reason.STORE_REFUSED,
                "this store was opened for reading, and nothing can be changed in it",
                "If the server runs in rescue mode, mend the store first: 'understudy status' says what is wrong with it.");
        fault(refusal);
        return refusal;
    }

    public void await(Ticket ticket) {
        commits.await(ticket);
    }

    /** Commits one effect. */
    public void commit(Effect effect) {
        await(submit(effect));
    }

    /** Grows with each failed commit. */
    public long epoch() {
        return commits.epoch();
    }

    /** Writes rows that nothing points at yet; they are on disk when any later effect is. */
    public void writeAhead(Effect effect) {
        gate.enter();
        try {
            if (readOnly) {
                throw forReading();
            }
            requireSound();
            try (WriteBatch batch = batch("", List.of(effect))) {
                db.write(unsynced, batch);
            } catch (RocksDBException e) {
                throw breaking("writing", e);
            }
        } finally {
            gate.leave();
        }
    }

    /**
     * Applies logged rows without logging them; they are on disk when {@link #flush} has returned.
     *
     * @return how many were passed over: those that are neither put nor deleted, or are of no known family
     */
    public long replay(List<LoggedEffect.Row> rows) {
        gate.enter();
        try (WriteBatch batch = new WriteBatch();
                WriteOptions unlogged = new WriteOptions().setDisableWAL(true)) {
            requireSound();
            long passed = 0;
            for (LoggedEffect.Row row : rows) {
                ColumnFamilyHandle handle = row.family() == null ? null : handles.get(row.family());
                if (handle != null && row.kind() == LoggedEffect.Kind.PUT) {
                    batch.put(handle, row.key(), row.value());
                } else if (handle != null && row.kind() == LoggedEffect.Kind.DELETED) {
                    batch.delete(handle, row.key());
                } else {
                    passed++;
                }
            }
            db.write(unlogged, batch);
            return passed;
        } catch (RocksDBException e) {
            throw breaking("writing", e);
        } finally {
            gate.leave();
        }
    }

    /** Writes what is in memory into tables. */
    public void flush() {
        gate.enter();
        try (FlushOptions options = new FlushOptions().setWaitForFlush(true)) {
            requireSound();
            db.flush(options, List.copyOf(handles.values()));
        } catch (RocksDBException e) {
            throw breaking("writing tables", e);
        } finally {
            gate.leave();
        }
    }

    private void write(List<Effect> effects) {
        gate.enter();
        try {
            requireSound();
            try (WriteBatch batch = batch(Effect.TIME_PREFIX + begin(), effects)) {
                // Not the latest sequence after the write: rows written ahead, unsynced, may have come in between.
                long before = db.getLatestSequenceNumber();
                db.write(durable, batch);
                committed.accept(before + batch.count());
            } catch (RocksDBException e) {
                throw breaking("writing", e);
            }
        } finally {
            synchronized (times) {
                committing = Long.MAX_VALUE;
            }
            gate.leave();
        }
    }

    /** The time of the group that is written now. */
    private long begin() {
        synchronized (times) {
            committing = Math.max(clock.getAsLong(), 0);
            return committing;
        }
    }

    /** Every group whose time is before the one returned has been written, or has failed. */
    public long writtenBefore() {
        synchronized (times) {
            return Math.min(Math.max(clock.getAsLong(), 0), committing);
        }
    }

    private void requireSound() {
        RuntimeException why = broken;
        if (why != null) {
            fault(why);
            throw why;
        }
    }

    /**
     * A write, flush or fsync has failed: nothing is written from now on, whatever RocksDB would do, since after a failed
     * fsync a later one may succeed although octets are lost. {@link #reopen} is the way back.
     */
    private RuntimeException breaking(String task, RocksDBException e) {
        RuntimeException fault = RocksFaults.of(task, e);
        boolean first;
        synchronized (times) {
            first = broken == null;
            if (first) {
                broken = fault;
            }
        }
        fault(fault);
        if (first) {
            brokenListener.run();
        }
        return fault;
    }

    /** Why nothing is written any more, or empty while all is well. */
    public Optional<RuntimeException> broken() {
        return Optional.ofNullable(broken);
    }

    /** Is told, on the thread that met it, that nothing is written any more; must be quick. */
    public void onBroken(Runnable listener) {
        brokenListener = listener;
    }

    /** What goes with opening a database anew; calls wait meanwhile, so nothing here may make one. */
    public interface Opening {
        /** The database is about to be closed: nobody may hold on to it. Does nothing the second time. */
        void closing();

        /** It is closed; throws if it must not be opened for writing. */
        void closed();

        /** It is open for writing; throws if it must not be used. */
        void opened();

        /** It cannot be written again, and is opened for reading. */
        void failed(RuntimeException why);
    }

    /** How {@link #reopen} ended. */
    public enum Reopened {
        /** Written again. */
        FOR_WRITING,
        /** It cannot be opened for writing; it can be read. */
        FOR_READING,
        /** It cannot be opened; calls get the exception that says why. */
        NOT,
        /** Calls took too long, or the engine is closed; nothing has changed. */
        NOT_NOW
    }

    /**
     * Closes the database and opens it again, so that what its log holds is read from the disk and written into tables
     * anew. Calls wait meanwhile; views that were open before are of no use any more. What was written without being
     * acknowledged may be there afterwards, as after a crash.
     *
     * @param patience how long to wait for calls under way
     * @param opening what is to be done at each step
     */
    public Reopened reopen(Duration patience, Opening opening) throws InterruptedException {
        if (!gate.begin(patience)) {
            return Reopened.NOT_NOW;
        }
        RuntimeException without = new IllegalStateException("the store was being opened anew when the program failed");
        Reopened how = Reopened.NOT;
        try {
            opening.closing();
            shut();
            try {
                opening.closed();
                use(opener.open(false), true);
                opening.opened();
                broken = null;
                commits.failed();
                how = Reopened.FOR_WRITING;
            } catch (RuntimeException e) {
                opening.failed(e);
                broken = e;
                without = e;
                opening.closing();
                shut();
                use(opener.open(true), false);
                commits.failed();
                how = Reopened.FOR_READING;
            }
        } catch (RuntimeException e) {
            without = e;
            broken = e;
            opening.failed(e);
        } finally {
            if (how == Reopened.NOT) {
                gate.endWithout(without);
            } else {
                gate.end();
            }
        }
        return how;
    }

    private void use(Parts parts, boolean forWriting) {
        db = parts.db();
        natives = parts.natives();
        handles = parts.handles();
        numbers = parts.numbers();
        open = true;
        writable = forWriting;
        latest.use(db, handles);
        uncached.use(db, handles);
        if (forWriting) {
            for (int hold = holds.get(); hold > 0; hold--) {
                disableFileDeletions();
            }
        }
    }

    /** Closes the database, if it is open, as it is. */
    private void shut() {
        if (!open) {
            return;
        }
        open = false;
        handles.values().forEach(ColumnFamilyHandle::close);
        for (AutoCloseable object : natives) {
            if (object instanceof ColumnFamilyHandle handle) {
                handle.close();
            }
        }
        db.close();
        closeAll(natives);
    }

    /** @param head log data that comes before them; none if it is empty */
    private WriteBatch batch(String head, List<Effect> effects) {
        effects.forEach(effect -> logged.addAndGet(effect.bytes()));
        return new WriteBatch(BatchBytes.of(head.getBytes(StandardCharsets.US_ASCII), effects, numbers));
    }

    /**
     * Gives the effects that were committed with sequence numbers from {@code from} to {@code to}, both inclusive, in
     * order. Reads files only, beside commits.
     */
    public void readLog(long from, long to, LogVisitor visitor) {
        gate.enter();
        try {
            new LogReading(db, handles).read(from, to, visitor);
        } finally {
            gate.leave();
        }
    }

    /** Lets no file of the database, its logs among them, be deleted until the hold is released. Holds add up. */
    public Hold holdFiles() {
        gate.enter();
        try {
            disableFileDeletions();
            holds.incrementAndGet();
        } finally {
            gate.leave();
        }
        return new Hold();
    }

    private void disableFileDeletions() {
        try {
            db.disableFileDeletions();
        } catch (RocksDBException e) {
            throw RocksFaults.of("holding files", e);
        }
    }

    /** Ends with {@link #release}, or with the database. */
    public final class Hold {
        private boolean ended;

        private Hold() {}

        /** Does nothing the second time. */
        public void release() {
            if (ended || !gate.tryEnter()) {
                return;
            }
            ended = true;
            holds.decrementAndGet();
            try {
                if (writable) {
                    db.enableFileDeletions();
                }
            } catch (RocksDBException e) {
                throw RocksFaults.of("letting go of files", e);
            } finally {
                gate.leave();
            }
        }
    }

    /** Bytes of keys and values that were handed to the log since the database was opened. */
    public long loggedBytes() {
        return logged.get();
    }

    /** Fsyncs the log, rows written ahead included, and returns the number of the newest row that is then on disk. */
    public long syncLog() {
        gate.enter();
        try {
            requireSound();
            long latest = db.getLatestSequenceNumber();
            db.syncWal();
            return latest;
        } catch (RocksDBException e) {
            throw breaking("syncing the write-ahead log", e);
        } finally {
            gate.leave();
        }
    }

    /** How many reads and writes were asked for since the database was opened. */
    public long calls() {
        return gate.calls();
    }

    public long latestSequence() {
        gate.enter();
        try {
            return db.getLatestSequenceNumber();
        } finally {
            gate.leave();
        }
    }

    /** What the database does and holds; empty while it is closed. */
    public Optional<StoreFigures> figures() {
        if (!gate.tryEnter()) {
            return Optional.empty();
        }
        try {
            return Optional.of(new Figures(db, handles.values(), tuning.statistics()).taken());
        } catch (RocksDBException e) {
            throw RocksFaults.of("asking for figures", e);
        } finally {
            gate.leave();
        }
    }

    /** The database itself, for the guard. */
    public RocksDB database() {
        return db;
    }

    public SegmentFile writeSegment(Path file) {
        return new SegmentFile(file, tuning.segment(), spareRows);
    }

    /**
     * Takes files of rows in, by hard link where that can be, in one step. Readers may see the rows at once, those of
     * older views too, so nothing may point at them yet.
     *
     * @param files with ranges of keys that do not overlap
     */
    public void ingest(Family family, List<Path> files) {
        if (files.isEmpty()) {
            return;
        }
        gate.enter();
        List<Path> links = new ArrayList<>();
        try {
            requireSound();
            List<String> taken = new ArrayList<>();
            boolean linked = true;
            for (Path file : files) {
                Path link = file.resolveSibling(file.getFileName() + ".link");
                Files.deleteIfExists(link);
                Path source = hardLinked(file, link);
                linked &= source.equals(link);
                links.add(link);
                taken.add(source.toString());
            }
            // No consistency with views: it would take up a sequence number that the log does not account for.
            try (IngestExternalFileOptions options = new IngestExternalFileOptions()) {
                options.setMoveFiles(linked)
                        .setSnapshotConsistency(false)
                        .setAllowGlobalSeqNo(true)
                        .setWriteGlobalSeqno(false)
                        .setAllowBlockingFlush(true);
                ColumnFamilyHandle handle = handles.get(family);
                db.ingestExternalFile(java.util.Objects.requireNonNull(handle), taken, options);
            } catch (RocksDBException e) {
                throw RocksFaults.of("taking in " + files.getFirst() + " and what goes with it", e);
            }
            for (Path link : links) {
                Files.deleteIfExists(link);
            }
        } catch (IOException e) {
            throw new OperatorException(
                    Reason.IO,
                    "cannot link " + files.getFirst() + " and what goes with it: " + e.getMessage(),
                    "Look at the disk and its free space.",
                    e);
        } finally {
            gate.leave();
        }
        filesListener.filesChanged();
    }

    private static Path hardLinked(Path file, Path link) throws IOException {
        try {
            return Files.createLink(link, file);
        } catch (UnsupportedOperationException | java.nio.file.FileSystemException e) {
            return file;
        }
    }

    /**
     * Rewrites the tables that hold keys from {@code from} to before {@code to}, so that rows that were deleted or written
     * over take no room any more. Returns when it is done; costs reading and writing those tables.
     */
    public void compact(Family family, byte[] from, byte[] to) {
        gate.enter();
        try (CompactRangeOptions options =
                new CompactRangeOptions().setExclusiveManualCompaction(false).setAllowWriteStall(false)) {
            requireSound();
            db.compactRange(java.util.Objects.requireNonNull(handles.get(family)), from, to, options);
        } catch (RocksDBException e) {
            RuntimeException fault = RocksFaults.of("compacting", e);
            fault(fault);
            throw fault;
        } finally {
            gate.leave();
        }
    }

    /** About how many octets of tables hold the keys from {@code from} to before {@code to}. */
    public long approximateSize(Family family, byte[] from, byte[] to) {
        gate.enter();
        try (Slice first = new Slice(from);
                Slice end = new Slice(to)) {
            return db.getApproximateSizes(
                            java.util.Objects.requireNonNull(handles.get(family)),
                            List.of(new Range(first, end)),
                            SizeApproximationFlag.INCLUDE_FILES)[0];
        } finally {
            gate.leave();
        }
    }

    /** Makes a consistent copy of hard links in a folder that must not exist. */
    public void checkpoint(Path folder) {
        gate.enter();
        try {
            try (Checkpoint checkpoint = Checkpoint.create(db)) {
                checkpoint.createCheckpoint(folder.toString());
            } catch (RocksDBException e) {
                throw RocksFaults.of("copying to " + folder, e);
            }
        } finally {
            gate.leave();
        }
    }

    /** The tables as they are now; none once the database is closed. */
    public List<Table> tables() {
        if (!gate.tryEnter()) {
            return List.of();
        }
        try {
            List<Table> tables = new ArrayList<>();
            for (LiveFileMetaData file : db.getLiveFilesMetaData()) {
                tables.add(new Table(
                        file.fileName().replace("/", ""),
                        file.size(),
                        new String(file.columnFamilyName(), java.nio.charset.StandardCharsets.UTF_8),
                        HexFormat.of().formatHex(file.smallestKey()),
                        HexFormat.of().formatHex(file.largestKey()),
                        file.numEntries(),
                        sum(file.fileChecksum())));
            }
            return tables;
        } finally {
            gate.leave();
        }
    }

    private static String sum(byte @Nullable [] checksum) {
        return checksum == null || checksum.length != Integer.BYTES
                ? ""
                : HexFormat.of().formatHex(checksum);
    }

    /** Rereads every block of every sorted table; the message of the corruption names file and offset. */
    public Optional<String> verifyChecksums() {
        gate.enter();
        try {
            try {
                db.verifyChecksum();
                return Optional.empty();
            } catch (RocksDBException e) {
                RuntimeException fault = RocksFaults.of("verifying", e);
                if (fault instanceof org.understudy.storage.CorruptionException) {
                    return Optional.of(String.valueOf(e.getMessage()));
                }
                throw fault;
            }
        } finally {
            gate.leave();
        }
    }

    @Override
    public void close() {
        if (!gate.close()) {
            return;
        }
        latest.close();
        uncached.close();
        try {
            if (writable && broken == null && open) {
                db.syncWal();
            }
        } catch (RocksDBException e) {
            throw RocksFaults.of("closing", e);
        } finally {
            shut();
            durable.close();
            unsynced.close();
            tuning.close();
        }
    }

    private static void closeAll(List<? extends @Nullable AutoCloseable> natives) {
        for (AutoCloseable object : natives) {
            try {
                if (object != null) {
                    object.close();
                }
            } catch (Exception e) {
                throw new IllegalStateException("a native object cannot be closed", e);
            }
        }
    }
}
