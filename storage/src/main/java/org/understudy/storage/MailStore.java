package org.understudy.storage;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.understudy.storage.birth.Births;
import org.understudy.storage.engine.Effect;
import org.understudy.storage.engine.Engine;
import org.understudy.storage.engine.TableFile;
import org.understudy.storage.engine.View;
import org.understudy.storage.fsck.Fsck;
import org.understudy.storage.fsck.Scrub;
import org.understudy.storage.fsck.Watch;
import org.understudy.storage.guard.ReadOnlyProbe;
import org.understudy.storage.guard.StoreGuard;
import org.understudy.storage.guard.StoreHeader;
import org.understudy.storage.keyspace.Author;
import org.understudy.storage.keyspace.BodyCodec;
import org.understudy.storage.keyspace.BodyId;
import org.understudy.storage.keyspace.Codec;
import org.understudy.storage.keyspace.Digest;
import org.understudy.storage.keyspace.Family;
import org.understudy.storage.keyspace.Keys;
import org.understudy.storage.keyspace.MailboxId;
import org.understudy.storage.keyspace.MailboxRow;
import org.understudy.storage.keyspace.MailboxState;
import org.understudy.storage.reclaim.BodyPins;
import org.understudy.storage.reclaim.ObservedTime;
import org.understudy.storage.reclaim.Reclaim;
import org.understudy.storage.reclaim.ReclaimedBodies;

/**
 * One store: the only way to the mail in a folder. Close it to release the folder.
 *
 * <p>Thread-safe. RocksDB admits one writing process; a second one gets {@link Reason#BUSY}.
 */
public final class MailStore implements AutoCloseable {
    /** The version of the on-disk format that this code writes. */
    public static final int FORMAT_VERSION = 4;

    private static final int WITH_STRUCTURES = 2;

    private static final Logger LOG = LoggerFactory.getLogger(MailStore.class);
    private static final String DATABASE = "db";
    private static final String HEADER = "HEADER";

    private final Path folder;
    private final StoreHeader header;
    private final Engine engine;
    private final Guarding guarding;
    private final @Nullable StoreRecovery recovery;
    private final @Nullable Births births;
    private final Ids bodyIds;
    private final Handles handles;
    private final Reclaim reclaim;
    private final Observers observers = new Observers();
    private final Structures structures;
    private final Summaries summaries;
    private final Messages messages;
    private final Mailboxes mailboxes;
    private final Accounts accounts;
    private final Rows subscriptions;
    private final Rows annotations;
    private final Rows accessLists;
    private final Rows quotaLimits;
    private final Rows attachments;
    private final Rows settings;
    private final StoreLog log;
    private final AtomicBoolean closed = new AtomicBoolean();

    private MailStore(
            Path folder,
            StoreHeader header,
            Engine engine,
            Guarding guarding,
            @Nullable StoreRecovery recovery,
            @Nullable Births births,
            Options options,
            Map<MailboxId, byte[]> summariesLeft) {
        Clock clock = options.clock();
        this.folder = folder;
        this.header = header;
        this.engine = engine;
        this.guarding = guarding;
        this.recovery = recovery;
        log = new StoreLog(engine, folder, recovery == null);
        this.births = births;
        bodyIds = new Ids(engine, "body");
        ObservedTime observed = new ObservedTime(engine, options.nanos());
        BodyPins pins = new BodyPins();
        ReclaimedBodies reclaimed = new ReclaimedBodies(engine);
        reclaim = new Reclaim(engine, pins, reclaimed, observed, clock);
        handles = new Handles(
                engine, observed::ofExpunge, Math.toIntExact(Math.clamp(options.blockCacheBytes() >> 14, 64, 1 << 20)));
        FlagTable flags = new FlagTable(engine, handles);
        BodyTable bodies = new BodyTable(engine, bodyIds, pins, reclaimed);
        structures = new Structures(engine, handles);
        summaries = new Summaries(engine, flags, summariesLeft);
        messages = new Messages(
                engine, handles, flags, structures, bodies, new Ids(engine, "message"), clock, observers, summaries);
        annotations = new Rows(engine, Family.ANNOTATION);
        accessLists = new Rows(engine, Family.ACCESS_LIST);
        mailboxes = new Mailboxes(
                engine,
                handles,
                messages,
                flags,
                new Ids(engine, "mailbox"),
                List.of(annotations, accessLists),
                observers);
        accounts = new Accounts(engine, clock);
        subscriptions = new Rows(engine, Family.SUBSCRIPTION);
        quotaLimits = new Rows(engine, Family.QUOTA_LIMIT);
        attachments = new Rows(engine, Family.ATTACHMENT);
        settings = new Rows(engine, Family.SETTING);
    }

    /**
     * How a store is opened.
     *
     * @param blockCacheBytes memory for blocks, filters, indexes and write buffers together
     * @param births whether birth hashes of its tables are taken; without them no sound snapshot of it can be made
     * @param nanos nanoseconds by a clock that is never set
     */
    public record Options(long blockCacheBytes, Clock clock, boolean births, LongSupplier nanos) {
        /** With the machine's monotonic clock. */
        public Options(long blockCacheBytes, Clock clock, boolean births) {
            this(blockCacheBytes, clock, births, System::nanoTime);
        }

        /** With birth hashes, as a live store wants them. */
        public Options(long blockCacheBytes, Clock clock) {
            this(blockCacheBytes, clock, true);
        }

        public static Options defaults() {
            return new Options(256L << 20, Clock.systemUTC());
        }
    }

    /**
     * Opens the store in {@code folder}, or makes one where the folder is empty or missing.
     *
     * @throws OperatorException {@link Reason#STORE_REFUSED} for a foreign, newer, incomplete or damaged store, of
     *     which then not a byte is changed; {@link Reason#BUSY} if another process has it open
     */
    public static MailStore open(Path folder, Options options) {
        StoreGuard.admit(folder, ReadOnlyProbe.paranoid());
        StoreHeader header =
                StoreHeader.isNew(folder) ? StoreHeader.create(folder, options.clock()) : StoreHeader.read(folder);
        boolean create = StoreGuard.isUnused(folder);
        GuardKeeper keeper = new GuardKeeper();
        Births births = options.births() ? Births.open(folder, header.storeId(), options.clock()) : null;
        Engine.FilesListener listener = () -> {
            keeper.filesChanged();
            if (births != null) {
                births.filesChanged();
            }
        };
        SummaryFile.Left left = SummaryFile.read(folder, folder.resolve(DATABASE));
        Engine engine;
        try {
            engine = Engine.open(
                    folder.resolve(DATABASE), options.blockCacheBytes(), create, options.births(), listener);
        } catch (RuntimeException e) {
            keeper.stop();
            throw e;
        }
        Guarding guarding = new Guarding(folder, engine, keeper, options.clock());
        try {
            guarding.attach();
        } catch (RuntimeException e) {
            keeper.stop();
            engine.close();
            throw e;
        }
        SummaryFile.remove(folder);
        Map<MailboxId, byte[]> summaries = left.sequence() == engine.latestSequence() ? left.summaries() : Map.of();
        engine.clock(options.clock()::millis);
        if (births != null) {
            births.start(engine::tables, engine::fault);
        }
        if (header.formatVersion() < FORMAT_VERSION) {
            if (header.formatVersion() < WITH_STRUCTURES) {
                new Structures(engine, new Handles(engine)).noteLacking();
            }
            header = header.raised(folder);
        }
        StoreRecovery recovery = new StoreRecovery(folder, engine, options.clock(), guarding);
        MailStore store = new MailStore(folder, header, engine, guarding, recovery, births, options, summaries);
        recovery.start();
        return store;
    }

    /**
     * Opens a store, or the folder of a {@link StoreSnapshot}, for reading; nothing in it is changed, and writing
     * methods throw {@link IllegalStateException}.
     *
     * @param tolerateMissingFiles go on without sorted tables that are missing or cut; their rows are then absent, so
     *     the caller must know from elsewhere what should be there
     */
    public static MailStore openReadOnly(Path folder, Options options, boolean tolerateMissingFiles) {
        StoreHeader header = StoreHeader.read(folder);
        Engine engine = Engine.openReadOnly(folder.resolve(DATABASE), options.blockCacheBytes(), tolerateMissingFiles);
        return new MailStore(folder, header, engine, Guarding.NONE, null, null, options, Map.of());
    }

    /**
     * Opens a store that {@link #open} refuses, for reading, beside tables that are damaged or missing: rows in them are
     * errors that name them, never absent. Not a byte in the folder is changed.
     *
     * @throws OperatorException {@link Reason#STORE_REFUSED} if rows could be missing without a word, as when the
     *     MANIFEST or the write-ahead log is cut; {@link Reason#BUSY} if another process has it open
     */
    public static MailStore openForRescue(Path folder, Options options) {
        StoreGuard.admitForReading(folder);
        return openReadOnly(folder, options, true);
    }

    /** Random UUID, given when the store was made. */
    public String storeId() {
        return header.storeId().toString();
    }

    public Mailboxes mailboxes() {
        return mailboxes;
    }

    public Messages messages() {
        return messages;
    }

    /** What is told of messages' form without reading them. */
    public Structures structures() {
        return structures;
    }

    /** Passes over mailboxes in UID order for those who want many messages and few facts of each. */
    public Sweep sweep() {
        return new Sweep(engine, handles);
    }

    public Bodies bodies() {
        return new Bodies(engine);
    }

    public Accounts accounts() {
        return accounts;
    }

    /** Gives back the room of expunged mail whose window is over. */
    public Reclaim reclaim() {
        return reclaim;
    }

    /** Owner: user name; key: mailbox name. */
    public Rows subscriptions() {
        return subscriptions;
    }

    /** Owner: mailbox id; key: annotation key. */
    public Rows annotations() {
        return annotations;
    }

    /** Owner: mailbox id; key: entry key of the access control list; value: rights. */
    public Rows accessLists() {
        return accessLists;
    }

    /** Owner: quota root, or empty for global; key: kind of limit. */
    public Rows quotaLimits() {
        return quotaLimits;
    }

    /** Owner: attachment id; keys as the server likes. */
    public Rows attachments() {
        return attachments;
    }

    /** Owner: subject area; keys as the server likes. */
    public Rows settings() {
        return settings;
    }

    public Journal journal() {
        return new Journal(engine);
    }

    /** Always exact: derived from the counters of the owner's mailboxes. */
    public Usage usage(String namespace, String owner) {
        long count = 0;
        long bytes = 0;
        for (MailboxRow mailbox : mailboxes.ofOwner(namespace, owner)) {
            MailboxState state = mailboxes.state(mailbox.id());
            count += state.messages();
            bytes += state.bytes();
        }
        return new Usage(count, bytes);
    }

    /** How many reads and writes were asked for since the store was opened: tells whether anybody uses it. */
    public long calls() {
        return engine.calls();
    }

    /** Takes {@code count} body ids out of circulation, durably, and returns the first. */
    public BodyId reserveBodyIds(long count) {
        return new BodyId(bodyIds.reserve(count));
    }

    /** Starts a segment file, to be filled with bodies in growing order of their ids. */
    public BodySegmentWriter writeSegment(Path file) {
        return new BodySegmentWriter(file, engine.writeSegment(file));
    }

    /**
     * Takes a segment in that {@link BodySegmentWriter#digests} tells of, as {@link #adopt(BodySegment)} does, but without
     * reading it.
     */
    public void adopt(BodySegment segment, SortedMap<BodyId, Digest> digests) {
        bodyIds.passOver(segment.last().value());
        reclaim.bringing(List.of(segment), () -> engine.ingest(Family.BODY, List.of(segment.file())));
        Effect index = new Effect(new Author.Housekeeping("adopt"));
        digests.forEach(
                (id, digest) -> index.put(Family.BODY_INDEX, Keys.bodyIndex(digest), Codec.encodeId(id.value())));
        engine.writeAhead(index);
    }

    /**
     * Takes the rows of a segment in, by hard link where the file system can, with the index that lets equal bodies be
     * stored once. No message points at them yet. The file stays, and must never be changed. A segment that was taken in
     * before may be taken in again.
     */
    public void adopt(BodySegment segment) {
        bodyIds.passOver(segment.last().value());
        reclaim.bringing(List.of(segment), () -> engine.ingest(Family.BODY, List.of(segment.file())));
        Effect index = new Effect(new Author.Housekeeping("adopt"));
        engine.latest()
                .scan(
                        Family.BODY,
                        Keys.body(segment.first(), 0),
                        Keys.body(new BodyId(segment.last().value() + 1), 0),
                        (key, value) -> {
                            if (Keys.chunkOf(key) == 0) {
                                index.put(
                                        Family.BODY_INDEX,
                                        Keys.bodyIndex(
                                                BodyCodec.head(key, value).rawDigest()),
                                        Codec.encodeId(Keys.idOf(Family.BODY, key)));
                            }
                            return true;
                        });
        engine.writeAhead(index);
    }

    /** All rows as of now, for as long as the view is open; close it before the store. */
    public StoreView view() {
        return new StoreView(engine.view());
    }

    /**
     * Takes the rows of segments in, as {@link #adopt} does, but without the index: that is written with the messages
     * ({@link NewMessage.Body.Adopted}). RocksDB sums up each file for its birth record, and nothing else is read. When it
     * returns, the guard knows the new tables. Segments that were taken in before may be taken in again, which takes up a
     * sequence number.
     *
     * @param segments with ranges of ids that do not overlap
     * @param threads that sum up files at a time, each for a step of its own; if one of them fails, others may be in
     */
    public void adoptUnread(List<BodySegment> segments, int threads) {
        segments.forEach(segment -> bodyIds.passOver(segment.last().value()));
        List<Path> files = segments.stream().map(BodySegment::file).toList();
        reclaim.bringing(
                segments,
                () -> log.adopting(
                        () -> ParallelWork.inParts(files, threads, part -> engine.ingest(Family.BODY, part))));
        guarding.refresh();
    }

    /** Sequence number of the newest row. Numbers only grow; each row that is written takes one. */
    public long latestSequence() {
        return engine.latestSequence();
    }

    /**
     * Gives what the write-ahead log holds of the rows with sequence numbers from {@code from} to {@code to}, both
     * inclusive, in order. Logs are kept for a day or 512 MB, whichever is less, longer in {@link #holdingLog}; what is
     * no longer there is given as a gap.
     */
    public void readLog(long from, long to, LogVisitor visitor) {
        engine.readLog(from, to, visitor);
    }

    /** What is needed to carry the write-ahead log away. */
    public StoreLog log() {
        return log;
    }

    /** Work during which no log is deleted. */
    public interface Work<T, X extends Exception> {
        T run() throws X;
    }

    /** Lets no log be deleted while {@code work} runs. Tables that are no longer needed stay on the disk as long. */
    public <T, X extends Exception> T holdingLog(Work<T, X> work) throws X {
        Engine.Hold hold = engine.holdFiles();
        try {
            return work.run();
        } finally {
            hold.release();
        }
    }

    /** The mailboxes in use. */
    Handles handles() {
        return handles;
    }

    /** Until it is closed, no further birth hash is taken but on request: for work that needs the processors for seconds. */
    public Births.Rest birthsRest() {
        return births == null ? () -> {} : births.rest();
    }

    /** Observers are told of effects from now on. */
    public void addObserver(CommitObserver observer) {
        observers.add(observer);
    }

    /**
     * {@code observer} is told from now on of every block that cannot be read, every write that the disk refuses, and
     * every table that reads other than it was written, on the thread that met it, before the exception reaches its
     * caller. Of such tables that were met before it is told at once. Must be quick and must not throw.
     */
    public void addFaultObserver(Consumer<RuntimeException> observer) {
        engine.addFaultListener(observer);
        if (births != null) {
            births.faults().forEach(observer);
        }
    }

    /** {@code observer} is not told any more. */
    public void removeFaultObserver(Consumer<RuntimeException> observer) {
        engine.removeFaultListener(observer);
    }

    /**
     * A consistent copy in a new folder on the same file system, as hard links; takes milliseconds.
     *
     * @param copy must not exist
     */
    public StoreSnapshot checkpoint(Path copy) {
        try {
            Files.createDirectory(copy);
            engine.checkpoint(copy.resolve(DATABASE));
            Files.copy(folder.resolve(HEADER), copy.resolve(HEADER));
            Files.write(copy.resolve(StoreSnapshot.ORIGIN), LineFile.content(log.line()));
            long sequence;
            Map<String, Engine.Table> tables;
            // Tolerant: whether each table is as it was born is for births() to say, in words that name it.
            try (Engine copied = Engine.openReadOnly(copy.resolve(DATABASE), 8L << 20, true)) {
                sequence = copied.latestSequence();
                tables = copied.tables().stream().collect(Collectors.toMap(Engine.Table::name, table -> table));
            }
            List<StoreSnapshot.File> files = new ArrayList<>();
            try (Stream<Path> found = Files.walk(copy)) {
                for (Path path : found.filter(Files::isRegularFile).sorted().toList()) {
                    Engine.Table table = tables.get(path.getFileName().toString());
                    files.add(new StoreSnapshot.File(
                            copy.relativize(path).toString(),
                            Files.size(path),
                            table == null ? "" : table.columnFamily(),
                            table == null ? "" : table.smallestKey(),
                            table == null ? "" : table.largestKey(),
                            table == null ? 0 : table.entries(),
                            table == null ? "" : table.writtenSum()));
                }
            }
            return new StoreSnapshot(copy, storeId(), header.formatVersion(), sequence, files);
        } catch (IOException e) {
            throw new OperatorException(
                    Reason.IO,
                    "cannot copy the store to " + copy + ": " + e.getMessage(),
                    "The folder must be new, and on the same disk as the store.",
                    e);
        }
    }

    /**
     * What the tables of a {@link #checkpoint} were when they were written; those that are not hashed yet are hashed
     * now. Nothing is known in a store that was opened for reading, or without birth hashes.
     */
    public Births.Found births(StoreSnapshot snapshot) throws InterruptedException {
        if (births == null) {
            return new Births.Found(Map.of(), Map.of());
        }
        return births.of(
                snapshot.folder(),
                snapshot.files().stream()
                        .filter(file -> file.name().endsWith(".sst"))
                        .map(file -> new Engine.Table(
                                file.name(),
                                file.size(),
                                file.columnFamily(),
                                file.smallestKey(),
                                file.largestKey(),
                                file.entries(),
                                file.writtenSum()))
                        .toList());
    }

    /** Notes that tables of a checkpoint were read from end to end and are as they were born. */
    public void reread(List<Path> tables) throws IOException {
        if (births != null) {
            births.reread(tables);
        }
    }

    /** Rereads every block of every sorted table; empty if all are sound, else what RocksDB says of the first bad one. */
    public Optional<String> verifyChecksums() {
        return engine.verifyChecksums();
    }

    /** Rereads every block of one sorted table, apart from any store; empty if it is sound, else what RocksDB says. */
    public static Optional<String> verifyTable(Path table) {
        return TableFile.fault(table);
    }

    /** Visits the rows of a mailbox's messages up to a UID, past places that cannot be read. */
    void tolerantly(MailboxId mailbox, long lastUid, int step, View.TolerantVisitor visitor) {
        engine.latest()
                .scanTolerantly(
                        Family.MESSAGE,
                        Keys.message(mailbox, 1),
                        Keys.message(mailbox, Math.min(lastUid + 1, 0xFFFF_FFFFL)),
                        key -> {
                            long uid = Keys.uidOf(Family.MESSAGE, java.util.Arrays.copyOf(key, 12)) + step;
                            return uid > lastUid ? null : Keys.message(mailbox, uid);
                        },
                        visitor);
    }

    /** Whether the store can be written, and if not, why. */
    public StoreHealth health() {
        return recovery == null
                ? new StoreHealth(StoreHealth.State.READ_ONLY, "it was opened for reading only", "", null, 0)
                : recovery.health();
    }

    /**
     * What RocksDB does and holds, for monitoring; empty while the database is closed. Counts are 0 in a store that was
     * opened for reading.
     */
    public Optional<StoreFigures> figures() {
        return engine.figures();
    }

    /** Cross-checks all rows as of now. */
    public Fsck.Report fsck(Fsck.Depth depth) {
        return fsck(depth, Watch.NONE);
    }

    /** @param watch is told of what was read, and may slow the check down or stop it */
    public Fsck.Report fsck(Fsck.Depth depth, Watch watch) {
        return new Fsck(engine, depth, watch).run();
    }

    /**
     * Rereads the store piece by piece, as long as it is open.
     *
     * @param watch is told of what was read, and may slow it down or stop it
     * @param faults is given what is wrong
     */
    public Scrub scrub(Watch watch, Consumer<Scrub.Fault> faults) {
        if (births == null) {
            throw new IllegalStateException("a store without birth hashes cannot be scrubbed");
        }
        return new Scrub(engine, births, new BodySums(engine.latest()), watch, faults);
    }

    /** Syncs what is left and closes; waits for effects under way. Does nothing the second time. */
    @Override
    public void close() {
        if (!closed.compareAndSet(false, true)) {
            return;
        }
        if (births != null) {
            births.close();
        }
        if (recovery != null) {
            recovery.close();
        }
        guarding.stop();
        boolean clean = false;
        try {
            boolean sound = engine.broken().isEmpty();
            SummaryFile.Left left = sound && recovery != null ? summariesLeft() : SummaryFile.Left.NOTHING;
            engine.close();
            clean = sound;
            if (!left.summaries().isEmpty()) {
                SummaryFile.write(folder, folder.resolve(DATABASE), left);
            }
        } finally {
            guarding.closed(clean);
        }
    }

    private SummaryFile.Left summariesLeft() {
        try {
            return new SummaryFile.Left(engine.latestSequence(), summaries.leave());
        } catch (CorruptionException | OperatorException e) {
            LOG.warn("no summaries are left for the next opening: {}", e.getMessage());
            return SummaryFile.Left.NOTHING;
        }
    }
}
