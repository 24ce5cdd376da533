package org.understudy.restore.loss;

import java.nio.channels.ClosedByInterruptException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import org.understudy.restore.canary.Canaries;
import org.understudy.restore.canary.CanaryState;
import org.understudy.restore.operation.Operation;
import org.understudy.restore.operation.Role;
import org.understudy.restore.operation.Workplace;
import org.understudy.restore.progress.Progress;
import org.understudy.storage.OperatorException;
import org.understudy.storage.Reason;

/**
 * {@code loss}: compares the live store with its history, and keeps the answer in the data folder. Neither store nor
 * repository is changed; interrupted, it leaves nothing behind, and the next run begins anew.
 */
public final class FindLoss implements Operation<FindLoss.Request, LossReport> {
    /**
     * @param snapshots those to compare with, by id, the beginning of one, or {@code latest}; empty for all. The answer
     *     is kept as the latest only for all.
     * @param expungeWindowDays how long the expunge log keeps a row; 0 for ever, which is what the store does by itself
     * @param trigger why it is run, one word
     * @param gentle leave at least half of a processor to others
     */
    public record Request(List<String> snapshots, int expungeWindowDays, String trigger, boolean gentle) {
        public Request {
            snapshots = List.copyOf(Objects.requireNonNullElse(snapshots, List.of()));
            trigger = Objects.requireNonNullElse(trigger, "command");
        }

        /** All of history. */
        public static Request all() {
            return new Request(List.of(), 0, "command", false);
        }

        /** What the server asks for unasked. */
        public static Request unasked(String trigger) {
            return new Request(List.of(), 0, trigger, true);
        }
    }

    @Override
    public String name() {
        return "loss";
    }

    @Override
    public Role role() {
        return Role.ENGINEER;
    }

    @Override
    public Class<Request> requestType() {
        return Request.class;
    }

    @Override
    public Class<LossReport> resultType() {
        return LossReport.class;
    }

    @Override
    public LossReport run(Request request, Workplace workplace, Progress progress) throws InterruptedException {
        if (request.expungeWindowDays() < 0) {
            throw new OperatorException(
                    Reason.USAGE,
                    "the expunge window is a number of days, found " + request.expungeWindowDays(),
                    "Give 0 for a log that keeps everything.");
        }
        try {
            return compare(request, workplace, new Pulse(progress, request.gentle()));
        } catch (Pulse.StoppedException e) {
            throw stopped(e);
        } catch (OperatorException e) {
            // An interrupt closes the file that is being read, which looks like a fault of the disk.
            if (e.getCause() instanceof ClosedByInterruptException) {
                throw stopped(e);
            }
            throw e;
        }
    }

    private static LossReport compare(Request request, Workplace workplace, Pulse pulse) throws InterruptedException {
        Instant now = workplace.clock().instant();
        long began = System.nanoTime();
        History history = History.read(workplace, request.snapshots(), pulse);
        List<CanaryState> canaries = Canaries.of(workplace).verify(now);
        LossReport report = new StoreComparison(workplace, history, request, now, pulse).run(canaries, began);
        if (request.snapshots().isEmpty()) {
            LossFiles.in(workplace.dataFolder()).keep(report);
        }
        return report;
    }

    private static InterruptedException stopped(RuntimeException e) {
        Thread.interrupted();
        InterruptedException interrupted = new InterruptedException("stopped on request");
        interrupted.initCause(e);
        return interrupted;
    }

    static long millisSince(long began) {
        return Duration.ofNanos(System.nanoTime() - began).toMillis();
    }
}
