package org.understudy.server.ledger;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.cert.CertificateEncodingException;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.understudy.restore.job.OnDisk;
import org.understudy.storage.ThreadEnd;
import org.understudy.storage.keyspace.Digest;

/**
 * Keeps the ledger of a running server. Sightings go into a queue; a thread of its own counts them and writes what has
 * changed once a second at most, and makes it durable every ten seconds and at the end. A disk that cannot be written to is
 * said once, and tried again with the next sighting.
 */
public final class Ledger implements Sightings, AutoCloseable {
    /** In the data folder. */
    public static final String FOLDER = "ledger";

    private static final Logger LOG = LoggerFactory.getLogger(Ledger.class);
    private static final int WAITING = 1 << 16;
    private static final long PAUSE_MILLIS = 1_000;
    private static final Duration DURABLE = Duration.ofSeconds(10);
    private static final int ROWS_OF_ONE_USER = 64;
    private static final int CERTIFICATE_DIGITS = 16;
    private static final int FEWEST_LINES = 1_000;

    private final BlockingQueue<Event> events = new ArrayBlockingQueue<>(WAITING);
    private final LongAdder dropped = new LongAdder();
    private final LongAdder silent = new LongAdder();
    private final Map<Alert, LongAdder> alerts = new EnumMap<>(Alert.class);
    private final Map<Outcome.Cause, LongAdder> failures = new EnumMap<>(Outcome.Cause.class);
    private final Semaphore hurry = new Semaphore(0);
    private final Clock clock;
    private final Thread thread;
    private final LedgerTable table;
    private final Path path;
    private LedgerFile file;
    private long droppedTold;
    private boolean failing;
    private boolean volatileRows;
    private Instant forced;

    /** What the queue holds. */
    private sealed interface Event {
        record Seen(Facts facts) implements Event {}

        record Known(Facts before, Facts now) implements Event {}

        record Again(Facts facts) implements Event {}

        record Flush(CountDownLatch done) implements Event {}

        record Stop() implements Event {}
    }

    private Ledger(Path path, LedgerFile file, LedgerTable table, Clock clock) {
        this.path = path;
        this.file = file;
        this.table = table;
        this.clock = clock;
        this.forced = clock.instant();
        for (Alert alert : Alert.values()) {
            alerts.put(alert, new LongAdder());
        }
        for (Outcome.Cause cause : Outcome.Cause.values()) {
            failures.put(cause, new LongAdder());
        }
        thread = new Thread(this::run, "ledger");
        thread.setDaemon(true);
    }

    /**
     * Opens the ledger of a data folder, or begins one.
     *
     * @param rows how many rows with a user are kept; of those without, a quarter as many
     * @throws org.understudy.storage.OperatorException if its file cannot be read or written
     */
    public static Ledger start(Path dataFolder, int rows, Clock clock) {
        Path folder = dataFolder.resolve(FOLDER);
        Path path = folder.resolve(LedgerFile.NAME);
        Instant now = clock.instant().truncatedTo(ChronoUnit.SECONDS);
        LedgerContent before = LedgerFile.read(path).orElseGet(() -> new LedgerContent(now, List.of(), Sums.NONE, 0));
        if (before.damaged() > 0) {
            LOG.warn("{}: {} lines were damaged and are left out", path, before.damaged());
        }
        LedgerTable table = new LedgerTable(
                new LedgerTable.Bounds(rows, Math.max(1, rows / 4), ROWS_OF_ONE_USER), before.sums(), before.rows());
        try {
            Files.createDirectories(
                    folder, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
            LedgerFile file = LedgerFile.create(path, new LedgerContent(before.since(), table.rows(), table.sums(), 0));
            Ledger ledger = new Ledger(path, file, table, clock);
            ledger.thread.start();
            return ledger;
        } catch (IOException e) {
            throw OnDisk.failure("cannot write " + path, e);
        }
    }

    @Override
    public void seen(Facts facts) {
        Outcome outcome = facts.outcome();
        switch (outcome.kind()) {
            case ALERT ->
                outcome.sent().ifPresent(alert -> counter(alerts, alert).increment());
            case FAILED -> {
                for (Outcome.Cause cause : Outcome.Cause.values()) {
                    if (cause.word().equals(outcome.detail())) {
                        counter(failures, cause).increment();
                    }
                }
            }
            case NO_COMMAND -> silent.increment();
            case LOGGED_IN, NO_LOGIN -> {}
        }
        offer(new Event.Seen(facts));
    }

    @Override
    public void known(Facts before, Facts now) {
        offer(new Event.Known(before, now));
    }

    @Override
    public void again(Facts facts) {
        offer(new Event.Again(facts));
    }

    private void offer(Event event) {
        if (!events.offer(event)) {
            dropped.increment();
        }
    }

    private static <K> LongAdder counter(Map<K, LongAdder> counters, K of) {
        LongAdder counter = counters.get(of);
        if (counter == null) {
            throw new IllegalStateException("every value has a counter");
        }
        return counter;
    }

    /** For monitoring. */
    public TlsCounts counts() {
        Map<String, Long> byAlert = new TreeMap<>();
        alerts.forEach((alert, count) -> byAlert.put(alert.word(), count.sum()));
        Map<String, Long> byCause = new TreeMap<>();
        failures.forEach((cause, count) -> byCause.put(cause.word(), count.sum()));
        return new TlsCounts(byAlert, byCause, silent.sum(), dropped.sum());
    }

    /** Waits until all sightings so far are in the file. */
    public void flush() throws InterruptedException {
        CountDownLatch done = new CountDownLatch(1);
        events.put(new Event.Flush(done));
        hurry.release();
        done.await();
    }

    private void run() {
        List<Event> batch = new ArrayList<>();
        List<CountDownLatch> waiting = new ArrayList<>();
        boolean stopped = false;
        while (!stopped) {
            try {
                Event first = next();
                if (first != null) {
                    batch.add(first);
                    if (first instanceof Event.Seen || first instanceof Event.Known || first instanceof Event.Again) {
                        hurry.tryAcquire(PAUSE_MILLIS, TimeUnit.MILLISECONDS);
                    }
                    events.drainTo(batch);
                }
            } catch (InterruptedException e) {
                LOG.warn("{}: the ledger ends, since its thread was interrupted", path);
                stopped = true;
            }
            for (Event event : batch) {
                stopped |= event instanceof Event.Stop;
                take(event, waiting);
            }
            batch.clear();
            write(stopped || !waiting.isEmpty());
            waiting.forEach(CountDownLatch::countDown);
            waiting.clear();
        }
    }

    /** The next sighting; null where what was written is to be made durable now. */
    private @Nullable Event next() throws InterruptedException {
        return volatileRows ? events.poll(DURABLE.toMillis(), TimeUnit.MILLISECONDS) : events.take();
    }

    private void take(Event event, List<CountDownLatch> waiting) {
        Instant now = clock.instant().truncatedTo(ChronoUnit.SECONDS);
        switch (event) {
            case Event.Seen(Facts facts) -> table.seen(key(facts, now), now);
            case Event.Known(Facts before, Facts after) -> table.known(key(before, now), key(after, now), now);
            case Event.Again(Facts facts) -> table.again(key(facts, now), now);
            case Event.Flush(CountDownLatch done) -> waiting.add(done);
            case Event.Stop() -> {}
        }
    }

    private static LedgerKey key(Facts facts, Instant now) {
        X509Certificate shown = facts.shown();
        return new LedgerKey(
                facts.listener(),
                facts.port(),
                facts.host(),
                facts.user(),
                facts.client(),
                facts.family(),
                facts.tls(),
                shown == null ? "" : id(shown),
                Fault.of(Optional.ofNullable(shown), facts.host(), now),
                facts.outcome());
    }

    /** The first 16 hexadecimal digits of the SHA-256 of a certificate. */
    public static String id(X509Certificate certificate) {
        try {
            return Digest.of(Digest.sha256().digest(certificate.getEncoded()))
                    .toString()
                    .substring(0, CERTIFICATE_DIGITS);
        } catch (CertificateEncodingException e) {
            throw new IllegalStateException("a certificate that was shown cannot be encoded", e);
        }
    }

    private void write(boolean durable) {
        long drops = dropped.sum();
        table.dropped(drops - droppedTold);
        droppedTold = drops;
        List<LedgerTable.Change> changes = table.changes();
        Optional<Sums> sums = table.changedSums();
        try {
            if (!changes.isEmpty() || sums.isPresent()) {
                List<LedgerRow> rows = table.rows();
                if (file.lines() + changes.size() > FEWEST_LINES + 2L * rows.size()) {
                    LedgerFile fresh = LedgerFile.create(path, new LedgerContent(file.since(), rows, table.sums(), 0));
                    file.close();
                    file = fresh;
                } else {
                    file.append(changes, sums);
                    volatileRows = true;
                }
                table.written();
            }
            Instant now = clock.instant();
            if (volatileRows && (durable || Duration.between(forced, now).compareTo(DURABLE) >= 0)) {
                file.force();
                volatileRows = false;
                forced = now;
            }
            if (failing) {
                failing = false;
                LOG.info("{}: the ledger can be written again; nothing of it was lost", path);
            }
        } catch (IOException e) {
            if (!failing) {
                failing = true;
                LOG.error(
                        "{}: the ledger cannot be written, and is kept in memory until it can be: {}",
                        path,
                        e.toString());
            }
        }
    }

    /** Writes what is left. The thread is not interrupted: that would close its file in the middle of a line. */
    @Override
    public void close() {
        while (!events.offer(new Event.Stop())) {
            hurry.release();
            Thread.onSpinWait();
        }
        hurry.release();
        ThreadEnd.await(thread);
        try {
            file.close();
        } catch (IOException e) {
            LOG.warn("{}: the ledger cannot be closed: {}", path, e.getMessage());
        }
    }
}
