package org.understudy.storage.birth;

import java.io.FileInputStream;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import java.util.function.LongConsumer;
import java.util.function.Supplier;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.understudy.storage.CorruptionException;
import org.understudy.storage.OperatorException;
import org.understudy.storage.Reason;
import org.understudy.storage.ThreadEnd;
import org.understudy.storage.engine.Engine;
import org.understudy.storage.engine.TableFile;
import org.understudy.storage.keyspace.Digest;

/**
 * The birth hashes of one store that is open for writing. Tables are hashed on a thread of its own soon after they have
 * become part of the database, while they are still in the page cache; commits never wait for it. Thread-safe.
 */
public final class Births implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Births.class);
    private static final int PIECE = 1 << 20;
    private static final int SPARE_RECORDS = 1024;
    private static final long RETRY_SECONDS = 60;

    private final Path database;
    private final Clock clock;
    private final BirthLog log;
    private final Map<Long, Birth> births;
    private final Map<Long, CorruptionException> faulty = new HashMap<>();
    private final Set<Long> foundAtOpening = new HashSet<>();
    private final Object lock = new Object();
    private final Thread thread;
    private Supplier<List<Engine.Table>> live = List::of;
    private Consumer<RuntimeException> faults = fault -> {};
    private boolean asked;
    private int rests;
    private volatile boolean closed;

    @SuppressWarnings("ThreadPriorityCheck") // a wish, on which nothing rests
    private Births(Path database, Clock clock, BirthLog log, Map<Long, Birth> births) {
        this.database = database;
        this.clock = clock;
        this.log = log;
        this.births = new HashMap<>(births);
        thread = Thread.ofPlatform()
                .name("store-births")
                .daemon()
                .priority(Thread.MIN_PRIORITY)
                .unstarted(this::work);
    }

    /** Reads the log of a store that this process has open for writing, or makes one. */
    public static Births open(Path storeFolder, UUID storeId, Clock clock) {
        try {
            BirthLog.Opened opened = BirthLog.open(storeFolder, storeId);
            if (!opened.unsound().isEmpty()) {
                LOG.warn(
                        "The log of birth hashes {} was not whole: {}. It was written anew; tables without a hash are"
                                + " hashed again and compared with RocksDB's own sums",
                        opened.log().file(),
                        opened.unsound());
            }
            return new Births(storeFolder.resolve("db"), clock, opened.log(), opened.births());
        } catch (IOException e) {
            throw failed("read", storeFolder.resolve(BirthLog.FILE), e);
        }
    }

    /**
     * Begins to hash.
     *
     * @param tables gives the tables of the database, none once that is closed
     * @param faultObserver is told of a table that reads other than it was written, on this object's thread
     */
    public void start(Supplier<List<Engine.Table>> tables, Consumer<RuntimeException> faultObserver) {
        synchronized (lock) {
            live = tables;
            faults = faultObserver;
            tables.get().forEach(table -> foundAtOpening.add(Birth.number(table.name())));
            asked = true;
        }
        thread.start();
    }

    /** Tables have come or gone; returns at once. */
    public void filesChanged() {
        synchronized (lock) {
            asked = true;
            lock.notifyAll();
        }
    }

    /** Time in which the thread begins with no further table; closing it ends that. */
    public interface Rest extends AutoCloseable {
        @Override
        void close();
    }

    /** Lets the thread rest, for work that needs the processors for seconds. Hashes are taken after it, and on request. */
    public Rest rest() {
        synchronized (lock) {
            rests++;
        }
        AtomicBoolean over = new AtomicBoolean();
        return () -> {
            if (over.compareAndSet(false, true)) {
                synchronized (lock) {
                    rests--;
                    lock.notifyAll();
                }
            }
        };
    }

    private boolean isResting() {
        synchronized (lock) {
            if (rests > 0) {
                asked = true;
            }
            return rests > 0;
        }
    }

    private void work() {
        try {
            boolean complete = true;
            while (!closed) {
                synchronized (lock) {
                    while ((!asked || rests > 0) && !closed) {
                        lock.wait(complete ? 0 : TimeUnit.SECONDS.toMillis(RETRY_SECONDS));
                        asked |= !complete;
                    }
                    asked = false;
                }
                complete = hashAll();
            }
        } catch (InterruptedException e) {
            LOG.debug("Birth hashes: stopped");
        }
    }

    /** @return whether every table was looked at */
    private boolean hashAll() throws InterruptedException {
        try {
            for (Engine.Table table : live.get()) {
                if (closed || isResting()) {
                    return true;
                }
                if (isFaulty(table)) {
                    continue;
                }
                try {
                    known(table, database.resolve(table.name()));
                } catch (NoSuchFileException | FileNotFoundException e) {
                    LOG.debug("{} was compacted away before it was hashed", table.name());
                } catch (CorruptionException e) {
                    faults.accept(e);
                }
            }
            forgetThoseGone();
            return true;
        } catch (IOException | OperatorException e) {
            LOG.warn(
                    "Birth hashes cannot be taken or kept now; the next attempt is in {} s: {}",
                    RETRY_SECONDS,
                    e.getMessage());
            return false;
        } catch (RuntimeException e) {
            LOG.error("Birth hashes met a fault of the program; the next attempt is in {} s", RETRY_SECONDS, e);
            return false;
        }
    }

    private boolean isFaulty(Engine.Table table) {
        synchronized (births) {
            return faulty.containsKey(Birth.number(table.name()));
        }
    }

    /**
     * What is known of tables.
     *
     * @param births by name
     * @param unsound by name what is wrong with those that read other than they were written
     */
    public record Found(Map<String, Birth> births, Map<String, String> unsound) {}

    /**
     * The births of tables, of which those that are not hashed yet are hashed now.
     *
     * @param folder holds the tables or links to them, so that none can go while it is read
     */
    public Found of(Path folder, Collection<Engine.Table> tables) throws InterruptedException {
        Found found = new Found(new HashMap<>(), new HashMap<>());
        for (Engine.Table table : tables) {
            Path file = folder.resolve(table.name());
            try {
                found.births().put(table.name(), known(table, file));
            } catch (CorruptionException e) {
                found.unsound().put(table.name(), String.valueOf(e.getMessage()));
            } catch (IOException e) {
                throw failed("hash", file, e);
            }
        }
        return found;
    }

    private Birth known(Engine.Table table, Path file) throws IOException, InterruptedException {
        long number = Birth.number(table.name());
        synchronized (births) {
            Birth birth = births.get(number);
            if (birth != null && birth.isOf(table.size(), table.writtenSum())) {
                return birth;
            }
            if (birth != null) {
                LOG.warn(
                        "{} is another table than the one whose birth was recorded, as happens when a store is put back"
                                + " from a copy; its birth is recorded anew",
                        table.name());
            }
            Birth fresh = hash(table, file, number);
            log.append(List.of(fresh));
            births.put(number, fresh);
            return fresh;
        }
    }

    private Birth hash(Engine.Table table, Path file, long number) throws IOException, InterruptedException {
        MessageDigest sha = Digest.sha256();
        CRC32C crc = new CRC32C();
        long size = 0;
        try (InputStream in = new FileInputStream(file.toFile())) {
            byte[] piece = new byte[PIECE];
            long began = System.nanoTime();
            for (int n = in.read(piece); n >= 0; n = in.read(piece)) {
                sha.update(piece, 0, n);
                crc.update(piece, 0, n);
                size += n;
                if (Thread.currentThread().equals(thread)) {
                    // Half of a processor at most, so that users have the rest.
                    Thread.sleep(Duration.ofNanos(System.nanoTime() - began));
                    began = System.nanoTime();
                }
                if (Thread.interrupted()) {
                    throw new InterruptedException("stopped on request");
                }
            }
        }
        String sum = HexFormat.of().toHexDigits((int) crc.getValue());
        if (size != table.size()) {
            throw stillborn(table, number, table.size() + " octets", size + " octets");
        }
        Birth.Evidence evidence;
        if (table.writtenSum().isEmpty()) {
            Optional<String> fault = TableFile.fault(file);
            if (fault.isPresent()) {
                throw stillborn(table, number, "blocks that agree with their checksums", fault.get());
            }
            evidence = Birth.Evidence.BLOCKS_ONLY;
            LOG.info(
                    "{} was unhashed since {}: its blocks agree with their checksums, and its hash is taken now",
                    table.name(),
                    Files.getLastModifiedTime(file).toInstant());
        } else if (sum.equals(table.writtenSum())) {
            evidence = foundAtOpening.contains(number) ? Birth.Evidence.LATE : Birth.Evidence.PROMPT;
        } else {
            throw stillborn(table, number, "the CRC-32C " + table.writtenSum() + " of what was written", sum);
        }
        Instant now = now();
        return new Birth(number, size, Digest.of(sha.digest()), evidence, table.writtenSum(), modified(file), now, now);
    }

    private CorruptionException stillborn(Engine.Table table, long number, String expected, String found) {
        CorruptionException fault = new CorruptionException(
                table.columnFamily(),
                "",
                "file " + table.name() + " reads other than it was written: expected " + expected + ", found " + found,
                null);
        if (faulty.putIfAbsent(number, fault) == null) {
            LOG.error("Table {} reads other than it was written: expected {}, found {}", table.name(), expected, found);
        }
        return fault;
    }

    /** What was met so far of tables that read other than they were written. */
    public List<CorruptionException> faults() {
        synchronized (births) {
            return List.copyOf(faulty.values());
        }
    }

    /** Notes that a table was read from end to end and is as it was born. */
    public void reread(Collection<Path> tables) throws IOException {
        synchronized (births) {
            List<Birth> read = new ArrayList<>();
            for (Path table : tables) {
                Birth birth = births.get(Birth.number(table.getFileName().toString()));
                if (birth != null) {
                    read.add(birth.read(now(), modified(table)));
                }
            }
            log.append(read);
            read.forEach(birth -> births.put(birth.file(), birth));
        }
    }

    /**
     * Reads a table of the live database from the disk and compares it with what was written; notes that it was read if it
     * is the same.
     *
     * @param watch is given the octets of each piece that was read, without a lock held; may wait, or throw to end it
     * @return what is wrong with it, or empty
     * @throws NoSuchFileException if it is not there, as when it was compacted away
     */
    public Optional<String> reread(Engine.Table table, LongConsumer watch) throws IOException {
        Path file = database.resolve(table.name());
        TableReading read = TableReading.of(file, watch);
        Birth birth;
        synchronized (births) {
            birth = births.get(Birth.number(table.name()));
        }
        if (read.size() != table.size()) {
            return Optional.of("expected " + table.size() + " octets, found " + read.size());
        }
        if (birth != null && birth.isOf(table.size(), table.writtenSum())) {
            if (!birth.sha256().equals(read.sha256())) {
                return Optional.of("expected SHA-256 " + birth.sha256() + " as it was born, found " + read.sha256());
            }
            reread(List.of(file));
            return Optional.empty();
        }
        if (!table.writtenSum().isEmpty()) {
            return read.crc32c().equals(table.writtenSum())
                    ? Optional.empty()
                    : Optional.of("expected the CRC-32C " + table.writtenSum() + " of what was written, found "
                            + read.crc32c());
        }
        return TableFile.fault(file);
    }

    /** As exact as the log keeps it. */
    private Instant now() {
        return clock.instant().truncatedTo(ChronoUnit.MILLIS);
    }

    /** When a file was last changed, in nanoseconds since 1970. */
    public static long modified(Path file) throws IOException {
        return Files.getLastModifiedTime(file).to(TimeUnit.NANOSECONDS);
    }

    private void forgetThoseGone() throws IOException {
        Set<Long> there = new HashSet<>();
        List<Engine.Table> tables = live.get();
        if (tables.isEmpty()) {
            return;
        }
        tables.forEach(table -> there.add(Birth.number(table.name())));
        synchronized (births) {
            if (log.records() > 2L * there.size() + SPARE_RECORDS) {
                births.keySet().retainAll(there);
                log.rewrite(births.values());
            }
        }
    }

    /** The birth of a table of the live database, or null if it is not hashed yet. */
    public @Nullable Birth find(String table) {
        synchronized (births) {
            return births.get(Birth.number(table));
        }
    }

    private static OperatorException failed(String doing, Path file, IOException e) {
        return new OperatorException(
                Reason.IO,
                "cannot " + doing + " " + file + ": " + (e.getMessage() == null ? e : e.getMessage()),
                "Look for disk errors in the system's log (dmesg), then try again.",
                e);
    }

    /** Ends hashing; when this returns, no thread of it touches the database. */
    @Override
    public void close() {
        closed = true;
        thread.interrupt();
        ThreadEnd.await(thread);
    }
}
