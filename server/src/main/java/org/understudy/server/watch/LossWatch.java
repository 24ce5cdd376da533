package org.understudy.server.watch;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.understudy.restore.canary.Canaries;
import org.understudy.restore.canary.CanaryState;
import org.understudy.restore.loss.FindLoss;
import org.understudy.restore.loss.LossFiles;
import org.understudy.restore.loss.LossReport;
import org.understudy.restore.operation.Failure;
import org.understudy.restore.operation.Workplace;
import org.understudy.restore.progress.Progress;
import org.understudy.server.admin.ServerStatus;
import org.understudy.storage.CorruptionException;
import org.understudy.storage.OperatorException;
import org.understudy.storage.Reason;
import org.understudy.storage.ThreadEnd;

/**
 * Runs {@link FindLoss} after the store was opened, after each snapshot, merge and undo, and when the store meets a block
 * that it cannot read, one run at a time; what is asked for meanwhile becomes one further run. Close it before the store.
 */
public final class LossWatch implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(LossWatch.class);
    private static final Duration BETWEEN_INCIDENTS = Duration.ofHours(1);

    private final Workplace workplace;
    private final Clock clock;
    private final LossFiles files;
    private final Thread thread;
    private final Consumer<RuntimeException> incidents = this::incident;
    private final Object lock = new Object();
    private @Nullable String asked;
    private boolean closed;
    private boolean running;
    private String problem = "";
    private @Nullable Instant lastIncident;
    private @Nullable Instant glancedAt;
    private Optional<LossFiles.Glance> glanced = Optional.empty();

    @SuppressWarnings("ThreadPriorityCheck") // a wish, on which nothing rests
    private LossWatch(Workplace workplace) {
        this.workplace = workplace;
        clock = workplace.clock();
        files = LossFiles.in(workplace.dataFolder());
        thread = Thread.ofPlatform()
                .name("loss-watch")
                .daemon()
                .priority(Thread.MIN_PRIORITY)
                .unstarted(this::work);
    }

    /** Begins to watch, with a first run for the opening of the store. */
    public static LossWatch start(Workplace workplace) {
        LossWatch watch = new LossWatch(workplace);
        watch.ask("open");
        workplace.live().addFaultObserver(watch.incidents);
        watch.thread.start();
        return watch;
    }

    /** Asks for a run soon; returns at once. */
    public void ask(String trigger) {
        synchronized (lock) {
            asked = trigger;
            lock.notifyAll();
        }
    }

    /** A fault of the store's disk; those that a run meets itself are in its report. */
    private void incident(RuntimeException fault) {
        boolean disk = fault instanceof CorruptionException
                || fault instanceof OperatorException operator && operator.reason() == Reason.IO;
        if (!disk || Thread.currentThread().equals(thread)) {
            return;
        }
        synchronized (lock) {
            Instant now = clock.instant();
            if (lastIncident == null || lastIncident.plus(BETWEEN_INCIDENTS).isBefore(now)) {
                lastIncident = now;
                ask("incident");
            }
        }
    }

    private void work() {
        try {
            while (true) {
                run(next());
            }
        } catch (InterruptedException e) {
            LOG.debug("The loss watch has stopped");
        }
    }

    private String next() throws InterruptedException {
        synchronized (lock) {
            running = false;
            while (asked == null) {
                if (closed) {
                    throw new InterruptedException("closed");
                }
                lock.wait();
            }
            String trigger = asked;
            asked = null;
            running = true;
            return trigger;
        }
    }

    private void run(String trigger) throws InterruptedException {
        String met = "";
        List<CanaryState> canaries = List.of();
        try {
            canaries = Canaries.of(workplace).verifyAndTopUp(clock.instant());
            LossReport report = new FindLoss().run(FindLoss.Request.unasked(trigger), workplace, Progress.SILENT);
            if (report.found()) {
                LOG.warn("Loss ({}): {} 'understudy loss --latest' shows all of it", trigger, report.headline());
            } else {
                LOG.info("Loss ({}): {}", trigger, report.headline());
            }
        } catch (RuntimeException e) {
            synchronized (lock) {
                if (closed) {
                    throw (InterruptedException) new InterruptedException("closed").initCause(e);
                }
            }
            met = withoutAnswer(trigger, e, canaries);
        }
        synchronized (lock) {
            problem = met;
        }
    }

    /** A store that was never backed up is no fault; a wrong canary is one all the same. */
    private static String withoutAnswer(String trigger, RuntimeException e, List<CanaryState> canaries) {
        Failure failure = Failure.of(e);
        if (failure.internal()) {
            LOG.error("Loss ({}) met a fault of the program", trigger, e);
        } else if (failure.reason().equals(Reason.REPOSITORY.name())) {
            LOG.info("Loss ({}) cannot be told: {}. {}", trigger, failure.message(), failure.hint());
        } else {
            LOG.warn("Loss ({}) cannot be told: {}. {}", trigger, failure.message(), failure.hint());
        }
        for (CanaryState canary : canaries) {
            if (canary.wrong()) {
                LOG.warn("The canary mailbox of {} is not as made: {}", canary.user(), canary.faults());
            }
        }
        return failure.message();
    }

    /** For the server's status. */
    public ServerStatus.Loss status() {
        Optional<LossFiles.Glance> glance;
        String why;
        boolean busy;
        synchronized (lock) {
            why = problem;
            busy = running;
            try {
                Instant written = files.written().orElse(null);
                if (written == null || !written.equals(glancedAt)) {
                    glanced = files.glance();
                    glancedAt = written;
                }
            } catch (OperatorException e) {
                why = String.valueOf(e.getMessage());
                glanced = Optional.empty();
            }
            glance = glanced;
        }
        return new ServerStatus.Loss(
                glance.map(LossFiles.Glance::at).orElse(null),
                glance.map(LossFiles.Glance::headline).orElse(""),
                glance.map(LossFiles.Glance::found).orElse(false),
                glance.map(one -> one.totals().lost()).orElse(0L),
                glance.map(one -> (long) one.canaries().size()).orElse(0L),
                glance.map(one -> one.canaries().stream()
                                .filter(CanaryState::wrong)
                                .count())
                        .orElse(0L),
                busy,
                why);
    }

    /** Interrupts a run, and waits until the thread has ended. */
    @Override
    public void close() {
        synchronized (lock) {
            closed = true;
            asked = null;
            lock.notifyAll();
        }
        workplace.live().removeFaultObserver(incidents);
        thread.interrupt();
        ThreadEnd.await(thread);
    }
}
