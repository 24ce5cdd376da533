package org.understudy.storage;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.understudy.storage.engine.Engine;

/**
 * Brings a store back whose disk refused a write: waits until the disk takes octets again, then closes the database and
 * opens it anew in place, with all checks of a start. Reads go on meanwhile, but for the moment of opening.
 *
 * <p>A failed fsync is never followed by another one of the same file: the kernel may have dropped the octets and report
 * success the next time. Opening reads the log from the disk, keeps what is whole, and writes it into tables that are
 * fsynced anew; the guard then says whether all that was acknowledged is among it.
 */
final class StoreRecovery implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(StoreRecovery.class);
    private static final String TRIAL = "TRIAL.write";
    private static final int TRIAL_BYTES = 1 << 20;
    private static final long FREE_BYTES = 32L << 20;
    private static final Duration PATIENCE = Duration.ofSeconds(2);
    private static final long FIRST_WAIT_MILLIS = 500;
    private static final long LONGEST_WAIT_MILLIS = 10_000;

    /** Who fails again sooner has not recovered: the waits go on growing. */
    private static final long RELAPSE_NANOS = TimeUnit.MINUTES.toNanos(1);

    private final Path folder;
    private final Engine engine;
    private final Clock clock;
    private final Guarding guarding;
    private final Object lock = new Object();
    private final Thread thread;
    private StoreHealth health = StoreHealth.sound(0);
    private boolean closed;

    StoreRecovery(Path folder, Engine engine, Clock clock, Guarding guarding) {
        this.folder = folder;
        this.engine = engine;
        this.clock = clock;
        this.guarding = guarding;
        thread = Thread.ofPlatform().name("store-recovery").daemon().unstarted(this::work);
    }

    void start() {
        engine.onBroken(this::broken);
        thread.start();
    }

    StoreHealth health() {
        synchronized (lock) {
            return health;
        }
    }

    private void broken() {
        RuntimeException fault = engine.broken().orElseThrow();
        synchronized (lock) {
            health = waiting(fault, StoreHealth.State.WAITING);
            lock.notifyAll();
        }
        LOG.error(
                "The store cannot be written, and answers reads only until its disk takes writes again: {}",
                fault.getMessage());
    }

    /** To be called with the lock. */
    private StoreHealth waiting(RuntimeException fault, StoreHealth.State state) {
        Instant since = health.since();
        String hint = fault instanceof OperatorException operator
                ? operator.hint()
                : "Run 'understudy fsck --deep', and look at the kernel's log for the disk.";
        return new StoreHealth(
                state,
                String.valueOf(fault.getMessage()),
                hint,
                since == null ? clock.instant() : since,
                health.recoveries());
    }

    private void work() {
        try {
            long wait = FIRST_WAIT_MILLIS;
            while (true) {
                synchronized (lock) {
                    long sound = System.nanoTime();
                    while (!closed && health.state() != StoreHealth.State.WAITING) {
                        lock.wait();
                    }
                    if (System.nanoTime() - sound > RELAPSE_NANOS) {
                        wait = FIRST_WAIT_MILLIS;
                    }
                    long until = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(wait);
                    for (long left = wait; !closed && left > 0; ) {
                        lock.wait(left);
                        left = TimeUnit.NANOSECONDS.toMillis(until - System.nanoTime());
                    }
                    if (closed) {
                        return;
                    }
                }
                wait = Math.min(2 * wait, LONGEST_WAIT_MILLIS);
                attempt();
            }
        } catch (InterruptedException e) {
            LOG.debug("recovery of {} ends with the store", folder);
        }
    }

    private void attempt() throws InterruptedException {
        String why = trial();
        if (why != null) {
            LOG.debug("The store's disk does not take writes yet: {}", why);
            return;
        }
        Steps steps = new Steps(guarding);
        switch (engine.reopen(PATIENCE, steps)) {
            case NOT_NOW -> LOG.debug("The store could not be opened anew yet: reads take too long");
            case FOR_WRITING -> {
                synchronized (lock) {
                    health = StoreHealth.sound(health.recoveries() + 1);
                }
                LOG.info("The store is written again; it was opened anew and holds all that was acknowledged");
            }
            case FOR_READING, NOT -> {
                RuntimeException fault = steps.failure;
                boolean refused =
                        fault instanceof OperatorException operator && operator.reason() == Reason.STORE_REFUSED;
                synchronized (lock) {
                    health = waiting(fault, refused ? StoreHealth.State.REFUSED : StoreHealth.State.WAITING);
                }
                if (refused) {
                    LOG.error("The store must not be written: {} {}", fault.getMessage(), health().hint());
                } else {
                    LOG.warn("The store could not be opened anew; it is tried again: {}", fault.getMessage());
                }
            }
        }
    }

    private static final class Steps implements Engine.Opening {
        private final Guarding guarding;
        private RuntimeException failure = new IllegalStateException("no failure");

        private Steps(Guarding guarding) {
            this.guarding = guarding;
        }

        @Override
        public void closing() {
            guarding.detach();
        }

        @Override
        public void closed() {
            guarding.readmit();
        }

        @Override
        public void opened() {
            guarding.attach();
        }

        @Override
        public void failed(RuntimeException why) {
            failure = why;
        }
    }

    /** Writes, fsyncs, rereads and removes a file. Answers what is wrong with the disk, or null. */
    private @Nullable String trial() {
        Path file = folder.resolve(TRIAL);
        try {
            long needed = FREE_BYTES + unflushed();
            long free = Files.getFileStore(folder).getUsableSpace();
            if (free < needed) {
                return free + " octets are free, " + needed + " are needed";
            }
            byte[] octets = new byte[TRIAL_BYTES];
            Arrays.fill(octets, (byte) 0x5a);
            try {
                try (RandomAccessFile out = new RandomAccessFile(file.toFile(), "rw")) {
                    out.write(octets);
                    out.getFD().sync();
                }
                return Arrays.equals(Files.readAllBytes(file), octets) ? null : "what was written reads differently";
            } finally {
                Files.deleteIfExists(file);
            }
        } catch (IOException e) {
            return String.valueOf(e.getMessage());
        }
    }

    /** Octets of the logs, which opening writes into tables. */
    private long unflushed() throws IOException {
        try (Stream<Path> files = Files.list(folder.resolve("db"))) {
            long sum = 0;
            for (Path log :
                    (Iterable<Path>) files.filter(file -> file.toString().endsWith(".log"))::iterator) {
                sum += Files.size(log);
            }
            return sum;
        }
    }

    /** When this returns, nothing is opened any more. */
    @Override
    public void close() {
        synchronized (lock) {
            closed = true;
            lock.notifyAll();
        }
        ThreadEnd.await(thread);
    }
}
