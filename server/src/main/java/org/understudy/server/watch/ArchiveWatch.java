package org.understudy.server.watch;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.understudy.restore.operation.Failure;
import org.understudy.restore.operation.Workplace;
import org.understudy.restore.repository.log.ArchiveReport;
import org.understudy.restore.repository.log.ArchiveState;
import org.understudy.restore.repository.log.LogArchiver;
import org.understudy.server.admin.ServerStatus;
import org.understudy.server.config.Configuration;

/**
 * Carries the store's log into the repository: each interval, sooner where much has been written, after each snapshot, and
 * once more when it is closed. Close it after everything that writes, and before the store.
 */
public final class ArchiveWatch implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(ArchiveWatch.class);

    /** The store keeps at least 512 MB of its log, so this leaves time for slow repositories. */
    private static final long SOONER_BYTES = 64L << 20;

    private static final Duration LOOK = Duration.ofSeconds(1);
    private static final Duration LAST_RUN = Duration.ofSeconds(30);

    private final Workplace workplace;
    private final LogArchiver archiver;
    private final Configuration.Archive settings;
    private final Clock clock;
    private final Thread thread;
    private final Object lock = new Object();
    private boolean asked = true;
    private boolean closed;
    private long bytesThen;
    private @Nullable ArchiveReport last;
    private @Nullable Instant upTo;
    private @Nullable Instant failingSince;
    private String problem = "";
    private String gap = "";
    private boolean waiting;
    private @Nullable Runnable snapshot;

    @SuppressWarnings("ThreadPriorityCheck") // a wish, on which nothing rests
    private ArchiveWatch(Workplace workplace, Configuration.Archive settings) {
        this.workplace = workplace;
        this.settings = settings;
        archiver = new LogArchiver(workplace);
        clock = workplace.clock();
        thread = Thread.ofPlatform()
                .name("log-archive")
                .daemon()
                .priority(Thread.MIN_PRIORITY)
                .unstarted(this::work);
    }

    /** Begins with a first run, unless the configuration wants none. */
    public static ArchiveWatch start(Workplace workplace, Configuration.Archive settings) {
        ArchiveWatch watch = new ArchiveWatch(workplace, settings);
        if (settings.enabled()) {
            watch.thread.start();
        }
        return watch;
    }

    /**
     * What to run, on the watch's thread, whenever the log has come to a gap that only a snapshot ends; at once if it has one
     * now. It must return soon, and may be told of the same gap again only after a snapshot has ended it.
     */
    public void onGap(Runnable takeSnapshot) {
        boolean now;
        synchronized (lock) {
            snapshot = takeSnapshot;
            now = waiting;
        }
        if (now) {
            takeSnapshot.run();
        }
    }

    /** Asks for a run soon; returns at once. */
    public void ask() {
        synchronized (lock) {
            asked = true;
            lock.notifyAll();
        }
    }

    private void work() {
        try {
            while (true) {
                boolean goOn = awaitNext();
                run();
                if (!goOn) {
                    return;
                }
            }
        } catch (InterruptedException e) {
            LOG.warn("The last of the log was not carried into the repository before the stop; the next start does it");
        }
    }

    /** Answers whether another run is to come after the one that is due. */
    private boolean awaitNext() throws InterruptedException {
        long due = System.nanoTime() + settings.interval().toNanos();
        synchronized (lock) {
            while (!closed && !asked && System.nanoTime() < due) {
                if (workplace.live().log().bytes() - bytesThen >= SOONER_BYTES) {
                    break;
                }
                lock.wait(Math.clamp(Duration.ofNanos(due - System.nanoTime()).toMillis(), 1, LOOK.toMillis()));
            }
            asked = false;
            return !closed;
        }
    }

    private void run() throws InterruptedException {
        long bytes = workplace.live().log().bytes();
        try {
            ArchiveReport report = archiver.run();
            Runnable wanted;
            synchronized (lock) {
                boolean fresh = report.state() == ArchiveState.WAITING_FOR_SNAPSHOT && !waiting;
                waiting = report.state() == ArchiveState.WAITING_FOR_SNAPSHOT;
                wanted = fresh ? snapshot : null;
                bytesThen = bytes;
                say(report);
                last = report;
                upTo = report.upTo();
                problem = "";
                failingSince = null;
            }
            if (wanted != null) {
                wanted.run();
            }
        } catch (RuntimeException e) {
            failed(Failure.of(e), e);
        }
    }

    private void say(ArchiveReport report) {
        if (!report.gap().isEmpty()) {
            gap = report.gap();
            LOG.error(
                    "The log has a gap: {}. Moments from then on cannot be restored until the next snapshot; run"
                            + " 'understudy snapshot' now",
                    report.gap());
        }
        ArchiveReport before = last;
        if (report.state() == ArchiveState.CURRENT) {
            gap = "";
            if (before == null || before.state() != ArchiveState.CURRENT) {
                LOG.info("The log is carried into the repository; every second can be restored from here on");
            }
        } else if (before == null || before.state() != report.state()) {
            LOG.info("Seconds cannot be restored yet: {}", words(report.state()));
        }
    }

    private void failed(Failure failure, RuntimeException e) {
        synchronized (lock) {
            boolean fresh = !failure.message().equals(problem);
            problem = failure.message();
            failingSince = failingSince == null ? clock.instant() : failingSince;
            if (!fresh) {
                return;
            }
        }
        if (failure.internal()) {
            LOG.error("Carrying the log into the repository met a fault of the program", e);
        } else {
            LOG.warn(
                    "The log cannot be carried into the repository; the store keeps it for a day or 512 MB: {}. {}",
                    failure.message(),
                    failure.hint());
        }
    }

    static String words(ArchiveState state) {
        return switch (state) {
            case NO_REPOSITORY -> "there is no repository; 'understudy snapshot' makes it";
            case NO_SNAPSHOT -> "there is no snapshot from which the log could go on; run 'understudy snapshot'";
            case WAITING_FOR_SNAPSHOT -> "a part of the log was lost; run 'understudy snapshot'";
            case CURRENT -> "every second since the oldest snapshot of the log";
        };
    }

    /** For the server's status. */
    public ServerStatus.Archive status() {
        synchronized (lock) {
            ArchiveReport report = last;
            return new ServerStatus.Archive(
                    settings.enabled(),
                    settings.interval(),
                    report == null ? "STARTING" : report.state().name(),
                    report == null ? "" : words(report.state()),
                    upTo,
                    gap,
                    problem,
                    failingSince);
        }
    }

    /** Runs once more, for half a minute at most, and waits until the thread has ended. */
    @Override
    public void close() {
        synchronized (lock) {
            closed = true;
            lock.notifyAll();
        }
        boolean interrupted = false;
        long until = System.nanoTime() + LAST_RUN.toNanos();
        while (thread.isAlive()) {
            try {
                if (System.nanoTime() >= until) {
                    thread.interrupt();
                    thread.join();
                } else {
                    thread.join(Duration.ofNanos(Math.max(1, until - System.nanoTime())));
                }
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
