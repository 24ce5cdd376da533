package org.understudy.server.scrub;

import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.understudy.restore.operation.Workplace;
import org.understudy.server.config.Configuration;
import org.understudy.server.scrub.ScrubState.Pass;
import org.understudy.server.scrub.ScrubState.Present;
import org.understudy.server.scrub.ScrubState.Tally;
import org.understudy.storage.OperatorException;
import org.understudy.storage.ThreadEnd;

/** Rereads the live store pass after pass, on a thread of its own. Close it before the store. */
public final class Scrubber implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Scrubber.class);
    /** A server that has just started has better things to do. */
    private static final Duration SETTLING = Duration.ofMinutes(2);

    private static final Duration LOOK = Duration.ofMinutes(1);
    private static final Duration FIRST_RETRY = Duration.ofMinutes(1);
    private static final Duration LAST_RETRY = Duration.ofHours(6);
    private static final Duration SAVED_EVERY = Duration.ofSeconds(30);
    private static final int SHOWN = 20;

    private final Workplace workplace;
    private final Configuration.Scrub wanted;
    private final Path dataFolder;
    private final Clock clock;
    private final Thread thread;
    private final Duration settling;
    private volatile ScrubState state;
    private volatile String problem = "";
    private volatile @Nullable ScrubPass pass;
    private volatile boolean closed;
    private Instant saved = Instant.EPOCH;

    @SuppressWarnings("ThreadPriorityCheck") // a wish, on which nothing rests
    private Scrubber(Workplace workplace, Configuration.Scrub wanted, Duration settling) {
        this.workplace = workplace;
        this.wanted = wanted;
        this.settling = settling;
        dataFolder = workplace.dataFolder();
        clock = workplace.clock();
        state = ScrubState.read(
                dataFolder,
                workplace.live().storeId() + " " + workplace.live().log().line());
        thread = Thread.ofPlatform()
                .name("scrub")
                .daemon()
                .priority(Thread.MIN_PRIORITY)
                .unstarted(this::work);
    }

    /** Does nothing if the configuration turns it off, but for telling what an earlier pass has found. */
    public static Scrubber start(Workplace workplace, Configuration.Scrub wanted) {
        return start(workplace, wanted, SETTLING);
    }

    /** @param settling how long nothing is read at first */
    static Scrubber start(Workplace workplace, Configuration.Scrub wanted, Duration settling) {
        Scrubber scrubber = new Scrubber(workplace, wanted, settling);
        if (wanted.enabled()) {
            scrubber.thread.start();
        } else {
            LOG.info("The store is not reread in the background: scrub.rate or scrub.every is off");
        }
        return scrubber;
    }

    private void work() {
        try {
            Thread.sleep(settling);
            Duration retry = FIRST_RETRY;
            while (true) {
                try {
                    awaitDue();
                    run();
                    problem = "";
                    retry = FIRST_RETRY;
                } catch (RuntimeException e) {
                    if (closed) {
                        throw (InterruptedException) new InterruptedException("closed").initCause(e);
                    }
                    problem = String.valueOf(e.getMessage());
                    if (e instanceof OperatorException operator) {
                        LOG.warn(
                                "The scrub cannot go on, and is tried again in {} s: {}. {}",
                                retry.toSeconds(),
                                e.getMessage(),
                                operator.hint());
                    } else {
                        LOG.warn("The scrub cannot go on, and is tried again in {} s", retry.toSeconds(), e);
                    }
                    Thread.sleep(retry);
                    Duration twice = retry.multipliedBy(2);
                    retry = twice.compareTo(LAST_RETRY) < 0 ? twice : LAST_RETRY;
                } finally {
                    pass = null;
                }
            }
        } catch (InterruptedException e) {
            LOG.debug("The scrub has stopped");
        }
    }

    private void awaitDue() throws InterruptedException {
        for (Instant due = due(); due != null && due.isAfter(clock.instant()); due = due()) {
            Duration left = Duration.between(clock.instant(), due);
            // Short steps, so that a clock that was set is noticed.
            Thread.sleep(left.compareTo(LOOK) < 0 ? left.plusMillis(1) : LOOK);
        }
    }

    /** When the next pass begins; null if one is under way, or there was none yet. */
    private @Nullable Instant due() {
        Pass last = state.last();
        return state.now() != null || last == null ? null : last.begun().plus(wanted.every());
    }

    private void run() throws InterruptedException {
        Present from = state.now();
        if (from == null) {
            from = ScrubPass.beginning(workplace.live(), clock.instant());
            keep(new ScrubState(state.store(), state.last(), from), true);
        } else {
            LOG.info("The scrub that began at {} goes on", from.begun());
        }
        ScrubPass running = new ScrubPass(
                workplace,
                from,
                wanted.rate().bytes(),
                reached -> keep(new ScrubState(state.store(), state.last(), reached), false));
        pass = running;
        Tally tally;
        try {
            tally = running.run();
        } catch (InterruptedException | RuntimeException e) {
            save();
            throw e;
        }
        Instant ended = clock.instant();
        keep(new ScrubState(state.store(), new Pass(from.begun(), ended, tally), null), true);
        say(from.begun(), ended, tally);
    }

    private static void say(Instant begun, Instant ended, Tally tally) {
        String read = String.format(
                Locale.ROOT,
                "%d tables, and %d messages and %d expunged ones in %d mailboxes, %.1f MB, in %d s",
                tally.tables(),
                tally.messages(),
                tally.expunged(),
                tally.mailboxes(),
                (tally.tableOctets() + tally.bodyOctets()) / 1e6,
                Duration.between(begun, ended).toSeconds());
        if (tally.found() == 0) {
            LOG.info("Scrub: all of the store was reread and is sound: {}", read);
        } else {
            LOG.warn("Scrub: all of the store was reread, and {} things are WRONG: {}", tally.found(), read);
        }
    }

    private void keep(ScrubState now, boolean atOnce) {
        boolean worse = found(now) > found(state);
        state = now;
        if (atOnce || worse || Duration.between(saved, clock.instant()).abs().compareTo(SAVED_EVERY) > 0) {
            save();
        }
    }

    private static long found(ScrubState state) {
        Present now = state.now();
        return now == null ? 0 : now.tally().found();
    }

    /** An interrupted thread cannot write, so the interruption waits for that. */
    private void save() {
        boolean interrupted = Thread.interrupted();
        try {
            state.write(dataFolder);
            saved = clock.instant();
        } catch (OperatorException e) {
            LOG.warn("How far the scrub is cannot be kept, so a restart repeats some of it: {}", e.getMessage());
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    /** For the server's status. */
    public ScrubStatus status() {
        ScrubState now = state;
        Pass last = now.last();
        Present present = now.now();
        Tally before = last == null ? Tally.NONE : last.tally();
        Tally sofar = present == null ? Tally.NONE : present.tally();
        List<ScrubStatus.Finding> first = sofar.findings().isEmpty() ? before.findings() : sofar.findings();
        return new ScrubStatus(
                wanted.enabled(),
                wanted.rate().bytes(),
                last == null ? null : last.ended(),
                before.tables(),
                before.messages(),
                before.tableOctets() + before.bodyOctets(),
                before.found(),
                present == null ? null : present.begun(),
                due(),
                present == null ? 0 : progress(present),
                sofar.found(),
                first.stream().limit(SHOWN).toList(),
                problem);
    }

    private double progress(Present present) {
        ScrubPass running = pass;
        long done = running == null
                ? present.tally().tableOctets() + present.tally().bodyOctets()
                : running.octets();
        return present.octets() == 0 ? 0 : Math.min(0.99, (double) done / present.octets());
    }

    /** Interrupts a pass, and waits until its thread has ended. */
    @Override
    public void close() {
        closed = true;
        thread.interrupt();
        ThreadEnd.await(thread);
    }
}
