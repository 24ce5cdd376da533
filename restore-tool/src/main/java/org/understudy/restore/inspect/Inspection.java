package org.understudy.restore.inspect;

import java.io.IOException;
import java.util.ArrayDeque;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.atomic.AtomicInteger;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.understudy.restore.progress.Progress;
import org.understudy.restore.source.BackupSource;
import org.understudy.restore.source.ReadFailure;
import org.understudy.restore.source.SourceItem;
import org.understudy.restore.validate.Validation;
import org.understudy.restore.validate.Validator;

/**
 * Runs every item of a source through validation, several messages at once, and gives the results in the source's order.
 * Reads each message once. At most {@value #AHEAD} results for each worker wait for an earlier one.
 */
public final class Inspection {
    private static final Logger LOG = LoggerFactory.getLogger(Inspection.class);
    private static final int AHEAD = 32;

    private final Validator validator;
    private final int workers;

    /** Takes results in the order of the source; an exception from it ends the inspection. */
    public interface Sink {
        void accept(Inspected item) throws IOException;
    }

    /** @param workers how many messages are validated at once */
    public Inspection(Validator validator, int workers) {
        if (workers < 1) {
            throw new IllegalArgumentException("an inspection needs a worker, got " + workers);
        }
        this.validator = validator;
        this.workers = workers;
    }

    /** With the standard checks, on all processors. */
    public static Inspection standard() {
        return new Inspection(Validator.standard(), Runtime.getRuntime().availableProcessors());
    }

    /**
     * Inspects a source. Interrupting the calling thread ends this soon: the summary is then of what was given to {@code
     * sink} and marked as incomplete, and the thread's interrupt status is set.
     *
     * @throws IOException if the source can be read no further, or {@code sink} takes no more
     */
    public InspectionSummary run(BackupSource source, Sink sink, Progress progress) throws IOException {
        progress.begin("inspecting", -1, "items");
        ThreadFactory threads = daemons();
        ExecutorService pool = Executors.newFixedThreadPool(workers, threads);
        Run run = new Run(pool, sink, progress);
        boolean complete = false;
        try {
            source.read(0, run::take);
            run.drain();
            complete = true;
        } catch (StoppedException e) {
            Thread.currentThread().interrupt();
        } finally {
            pool.shutdownNow();
        }
        return run.totals.summary(source.describe(), complete);
    }

    private static ThreadFactory daemons() {
        AtomicInteger number = new AtomicInteger();
        return work -> {
            Thread thread = new Thread(work, "inspect-" + number.incrementAndGet());
            thread.setDaemon(true);
            return thread;
        };
    }

    /** Ends the source's reading when the calling thread was interrupted. */
    private static final class StoppedException extends IOException {
        private static final long serialVersionUID = 1;

        StoppedException() {
            super("interrupted");
        }
    }

    /** One inspection under way; used by the calling thread only. */
    private final class Run {
        private final ExecutorService pool;
        private final Sink sink;
        private final Progress progress;
        private final ArrayDeque<Future<Inspected>> waiting = new ArrayDeque<>();
        private final Totals totals = new Totals();

        Run(ExecutorService pool, Sink sink, Progress progress) {
            this.pool = pool;
            this.sink = sink;
            this.progress = progress;
        }

        void take(SourceItem item) throws IOException {
            if (Thread.currentThread().isInterrupted()) {
                throw new StoppedException();
            }
            waiting.add(
                    switch (item) {
                        case SourceItem.Message message -> pool.submit(() -> validate(message));
                        case SourceItem.Unreadable u ->
                            CompletableFuture.completedFuture(new Inspected.Unreadable(u.ref(), u.mailbox(), u.why()));
                        case SourceItem.Duplicate d ->
                            CompletableFuture.completedFuture(new Inspected.Ignored(d.ref(), d.why()));
                        case SourceItem.Ignored i ->
                            CompletableFuture.completedFuture(new Inspected.Ignored(i.ref(), i.why()));
                    });
            if (waiting.size() >= workers * AHEAD) {
                giveFirst();
            }
        }

        void drain() throws IOException {
            while (!waiting.isEmpty()) {
                giveFirst();
            }
        }

        private void giveFirst() throws IOException {
            Inspected item;
            try {
                item = waiting.remove().get();
            } catch (InterruptedException e) {
                throw new StoppedException();
            } catch (ExecutionException e) {
                throw new IllegalStateException("an inspecting thread died", e.getCause());
            }
            sink.accept(item);
            totals.add(item);
            progress.advance(totals.items(), totals.bytes());
        }
    }

    private Inspected validate(SourceItem.Message message) {
        try {
            Validation validation = validator.validate(message);
            return new Inspected.Message(
                    message.ref(),
                    message.mailbox(),
                    message.uid(),
                    validation.reading().mime().rfc822MessageId(),
                    message.internalDate(),
                    validation.reading().date(),
                    validation.reading().rawSize(),
                    validation.reading().digest(),
                    validation.reading().rawDigest(),
                    validation.verdict(),
                    validation.findings());
        } catch (IOException e) {
            return unreadable(message, "reading failed: " + ReadFailure.words(e));
        } catch (RuntimeException | StackOverflowError fault) {
            LOG.error("item {} could not be validated: a fault in Understudy itself", message.ref(), fault);
            return unreadable(
                    message,
                    "could not be validated: a fault in Understudy itself ("
                            + fault.getClass().getSimpleName() + "); please report it");
        }
    }

    private static Inspected unreadable(SourceItem.Message message, String why) {
        return new Inspected.Unreadable(message.ref(), java.util.Optional.of(message.mailbox()), why);
    }
}
