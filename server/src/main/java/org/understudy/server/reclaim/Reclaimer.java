package org.understudy.server.reclaim;

import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.understudy.restore.operation.Workplace;
import org.understudy.restore.progress.Progress;
import org.understudy.restore.reclaim.ReclaimStore;
import org.understudy.server.config.Configuration;
import org.understudy.storage.OperatorException;
import org.understudy.storage.ThreadEnd;
import org.understudy.storage.reclaim.Reclaim;

/** Round after round on a thread of its own. Close it before the store. */
public final class Reclaimer implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Reclaimer.class);

    /** A crash forgets at most so much of the time that the store was open: windows are so much longer then. */
    private static final Duration KEEP_TIME = Duration.ofMinutes(30);

    /** A server that has just started has better things to do. */
    private static final Duration SETTLING = Duration.ofMinutes(10);

    private final Workplace workplace;
    private final Configuration.Expunged wanted;
    private final Thread thread;
    private volatile ReclaimStatus status;

    @SuppressWarnings("ThreadPriorityCheck") // a wish, on which nothing rests
    private Reclaimer(Workplace workplace, Configuration.Expunged wanted) {
        this.workplace = workplace;
        this.wanted = wanted;
        status = ReclaimStatus.waiting(wanted.every().isPositive(), wanted.keep());
        thread = Thread.ofPlatform()
                .name("reclaim")
                .daemon()
                .priority(Thread.MIN_PRIORITY)
                .unstarted(this::work);
    }

    /** Where no interval is configured, only time is kept. */
    public static Reclaimer start(Workplace workplace, Configuration.Expunged wanted) {
        workplace.live().reclaim().keepFor(wanted.keep());
        Reclaimer reclaimer = new Reclaimer(workplace, wanted);
        reclaimer.thread.start();
        return reclaimer;
    }

    public ReclaimStatus status() {
        return status;
    }

    private void work() {
        Duration untilRound = SETTLING;
        try {
            while (true) {
                Duration step =
                        wanted.every().isPositive() && untilRound.compareTo(KEEP_TIME) < 0 ? untilRound : KEEP_TIME;
                Thread.sleep(step);
                untilRound = untilRound.minus(step);
                try {
                    workplace.live().reclaim().keepTime();
                    if (wanted.every().isPositive() && !untilRound.isPositive()) {
                        untilRound = wanted.every();
                        round();
                    }
                } catch (OperatorException e) {
                    status = status.failed(e.getMessage() + ". " + e.hint());
                    LOG.warn("Expunged mail was not reclaimed: {}. {}", e.getMessage(), e.hint());
                } catch (RuntimeException e) {
                    status = status.failed(String.valueOf(e.getMessage()));
                    LOG.warn("Expunged mail was not reclaimed", e);
                }
            }
        } catch (InterruptedException e) {
            LOG.debug("The reclaim has stopped");
        }
    }

    private void round() throws InterruptedException {
        ReclaimStore.Result result = new ReclaimStore()
                .run(new ReclaimStore.Request(false, wanted.rate().bytes()), workplace, Progress.SILENT);
        Reclaim.Round round = result.round();
        Reclaim.Compacted compacted = result.compacted();
        status = new ReclaimStatus(
                true,
                wanted.keep(),
                workplace.clock().instant(),
                round.reclaimed(),
                round.octets(),
                round.left() + round.unreadable(),
                round.obstacle(),
                "");
        LOG.info(
                "Reclaim: {} rows of the expunge log = {} reclaimed before + {} in their window + {} past it;"
                        + " {} bodies past it = {} live + {} expunged elsewhere since + {} due;"
                        + " {} due = {} reclaimed ({} octets) + {} in use + {} unreadable + {} left;"
                        + " {} octets of tables rewritten to {}; {} ms{}",
                round.rows(),
                round.rowsReclaimedBefore(),
                round.rowsInWindow(),
                round.rowsPastWindow(),
                round.bodies(),
                round.bodiesLive(),
                round.bodiesInWindow(),
                round.due(),
                round.due(),
                round.reclaimed(),
                round.octets(),
                round.inUse(),
                round.unreadable(),
                round.left(),
                compacted.octetsBefore(),
                compacted.octetsAfter(),
                result.millis(),
                round.obstacle().isEmpty() ? "" : "; stopped, since " + round.obstacle());
    }

    /** Interrupts a round, waits until its thread has ended, and keeps the time. */
    @Override
    public void close() {
        thread.interrupt();
        ThreadEnd.await(thread);
        try {
            workplace.live().reclaim().keepTime();
        } catch (RuntimeException e) {
            LOG.warn(
                    "How long the store was open cannot be kept, so windows of expunged mail grow: {}", e.getMessage());
        }
    }
}
