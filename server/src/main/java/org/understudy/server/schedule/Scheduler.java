package org.understudy.server.schedule;

import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.understudy.restore.operation.Failure;
import org.understudy.server.schedule.JobState.Outcome;
import org.understudy.storage.OperatorException;
import org.understudy.storage.Reason;

/** Runs jobs when they are due, one at a time, on a thread of its own. Close it before the store. */
public final class Scheduler implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Scheduler.class);
    private static final Duration LOOK = Duration.ofMinutes(1);
    private static final long NANOS_PER_MILLI = 1_000_000;

    private final Clock clock;
    private final ScheduleFile file;
    private final Map<String, Job> jobs = new LinkedHashMap<>();
    private final Instant since;
    private final Thread thread;
    private final Object lock = new Object();
    private final Agenda agenda;
    private boolean closed;
    private boolean asked;

    @SuppressWarnings("ThreadPriorityCheck") // a wish, on which nothing rests
    private Scheduler(Path dataFolder, ZoneId zone, Clock clock, Map<Job, Timing> planned) {
        this.clock = clock;
        file = new ScheduleFile(dataFolder);
        Map<String, Timing> timings = new LinkedHashMap<>();
        planned.forEach((job, timing) -> {
            jobs.put(job.name(), job);
            timings.put(job.name(), timing);
        });
        Instant now = now();
        ScheduleFile.Content before = file.read(now);
        since = before.since();
        agenda = new Agenda(timings, zone, before.jobs(), now);
        thread = Thread.ofPlatform()
                .name("schedule")
                .daemon()
                .priority(Thread.MIN_PRIORITY)
                .unstarted(this::work);
    }

    /** A scheduler that runs nothing by itself. */
    static Scheduler unstarted(Path dataFolder, ZoneId zone, Clock clock, Map<Job, Timing> planned) {
        Scheduler scheduler = new Scheduler(dataFolder, zone, clock, planned);
        scheduler.save();
        return scheduler;
    }

    /** @param planned in the order in which jobs that are due at once run */
    public static Scheduler start(Path dataFolder, ZoneId zone, Clock clock, Map<Job, Timing> planned) {
        Scheduler scheduler = unstarted(dataFolder, zone, clock, planned);
        for (JobState state : scheduler.states()) {
            if (state.due() != null) {
                LOG.info("Scheduled {} {}, next at {}", state.name(), state.timing(), state.due());
            }
        }
        scheduler.thread.start();
        return scheduler;
    }

    /** When the server began to keep account of jobs in this data folder. */
    public Instant since() {
        return since;
    }

    public List<JobState> states() {
        synchronized (lock) {
            return agenda.states();
        }
    }

    /**
     * Runs a scheduled job as soon as no other runs; returns at once. A job that is not scheduled stays so, and one that failed
     * last is tried again when it would be anyway.
     */
    public void ask(String job, String because) {
        synchronized (lock) {
            if (!agenda.ask(job, now())) {
                LOG.info("Scheduled {} was asked for and is not begun before its time: {}", job, because);
                return;
            }
            LOG.info("Scheduled {} is begun now: {}", job, because);
            asked = true;
            lock.notifyAll();
        }
    }

    /** Whole seconds are enough, and read better. */
    private Instant now() {
        return clock.instant().truncatedTo(ChronoUnit.SECONDS);
    }

    private void work() {
        try {
            while (true) {
                if (!runDue()) {
                    rest();
                }
            }
        } catch (InterruptedException e) {
            LOG.debug("The scheduler has stopped");
        }
    }

    /** Waits until the next job is due, but not longer than a minute, so that a clock that was set is noticed. */
    private void rest() throws InterruptedException {
        synchronized (lock) {
            Instant now = clock.instant();
            Duration wait = agenda.earliest(now)
                    .map(due -> Duration.between(now, due))
                    .filter(until -> until.compareTo(LOOK) < 0)
                    .orElse(LOOK);
            long end = System.nanoTime() + wait.toNanos();
            for (long left = wait.toMillis() + 1;
                    left > 0 && !asked;
                    left = (end - System.nanoTime()) / NANOS_PER_MILLI) {
                if (closed) {
                    throw new InterruptedException("closed");
                }
                lock.wait(left);
            }
            asked = false;
        }
    }

    /**
     * Runs the job that has been due longest, on this thread.
     *
     * @return false if none is due
     */
    boolean runDue() throws InterruptedException {
        String name;
        synchronized (lock) {
            if (closed) {
                throw new InterruptedException("closed");
            }
            Optional<String> due = agenda.next(now());
            if (due.isEmpty()) {
                return false;
            }
            name = due.get();
            agenda.begun(name, now());
        }
        save();
        Job job = jobs.get(name);
        if (job == null) {
            throw new IllegalStateException("the agenda has a job that nobody knows: " + name);
        }
        run(job);
        return true;
    }

    private void run(Job job) throws InterruptedException {
        try {
            Job.Ending ending = job.run();
            end(job, ending.good() ? Outcome.GOOD : Outcome.FAILED, ending.message());
        } catch (InterruptedException e) {
            end(job, Outcome.INTERRUPTED, "the server stopped while it ran");
            throw e;
        } catch (OperatorException e) {
            if (stopped(job)) {
                throw (InterruptedException) new InterruptedException("closed").initCause(e);
            }
            end(job, e.reason() == Reason.BUSY ? Outcome.BUSY : Outcome.FAILED, e.getMessage() + ". " + e.hint());
        } catch (RuntimeException e) {
            if (stopped(job)) {
                throw (InterruptedException) new InterruptedException("closed").initCause(e);
            }
            Failure failure = Failure.of(e);
            if (failure.internal()) {
                LOG.error("Scheduled {} met a fault of the program", job.name(), e);
            }
            end(job, Outcome.FAILED, failure.message());
        }
    }

    /** A stop reaches a job as whatever exception its reading or writing throws when it is interrupted. */
    private boolean stopped(Job job) {
        synchronized (lock) {
            if (!closed) {
                return false;
            }
        }
        end(job, Outcome.INTERRUPTED, "the server stopped while it ran");
        return true;
    }

    private void end(Job job, Outcome outcome, String message) {
        JobState state;
        synchronized (lock) {
            state = agenda.ended(job.name(), now(), outcome, message);
        }
        save();
        switch (outcome) {
            case FAILED ->
                LOG.error(
                        "Scheduled {} FAILED, {} in a row: {} It is tried again at {}",
                        job.name(),
                        state.failures(),
                        message,
                        state.due());
            case BUSY -> LOG.warn("Scheduled {} has to wait until {}: {}", job.name(), state.due(), message);
            case GOOD -> LOG.info("Scheduled {}: {} Next at {}", job.name(), message, state.due());
            case INTERRUPTED, RUNNING, NONE -> LOG.info("Scheduled {}: {}", job.name(), message);
        }
    }

    /** An interrupted thread cannot write, so the interruption waits for that. */
    private void save() {
        boolean interrupted = Thread.interrupted();
        file.write(new ScheduleFile.Content(since, states()));
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    /** Interrupts a job under way, and waits until its thread has ended. */
    @Override
    public void close() {
        synchronized (lock) {
            closed = true;
            lock.notifyAll();
        }
        thread.interrupt();
        boolean interrupted = false;
        while (thread.isAlive()) {
            try {
                thread.join();
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
