package org.understudy.restore.inspect;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.channels.ClosedByInterruptException;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.understudy.restore.crowd.Clues;
import org.understudy.restore.crowd.LocalUsers;
import org.understudy.restore.crowd.MessageNotes;
import org.understudy.restore.crowd.NoteTaker;
import org.understudy.restore.progress.Progress;
import org.understudy.restore.source.BackupSource;
import org.understudy.restore.source.ReadFailure;
import org.understudy.restore.source.SourceItem;
import org.understudy.restore.validate.Validation;
import org.understudy.restore.validate.Validator;

/**
 * Runs every item of a source through validation, several messages at once, then compares all messages with each other,
 * and gives the results in the source's order. Reads each message once. At most {@value #AHEAD} results for each worker
 * wait for an earlier one; the others wait for the comparison in temporary files.
 */
public final class Inspection {
    private static final Logger LOG = LoggerFactory.getLogger(Inspection.class);
    private static final int AHEAD = 32;

    private final Validator validator;
    private final int workers;
    private final List<String> knownUsers;

    /** Takes results in the order of the source; an exception from it ends the inspection. */
    public interface Sink {
        void accept(Inspected item) throws IOException;
    }

    /** @param workers how many messages are validated at once */
    public Inspection(Validator validator, int workers) {
        this(validator, workers, List.of());
    }

    private Inspection(Validator validator, int workers, Collection<String> knownUsers) {
        if (workers < 1) {
            throw new IllegalArgumentException("an inspection needs a worker, got " + workers);
        }
        this.validator = validator;
        this.workers = workers;
        this.knownUsers = List.copyOf(knownUsers);
    }

    /** With the standard checks, on all processors. */
    public static Inspection standard() {
        return standard(List.of());
    }

    /** @param knownUsers names and addresses of users that the source need not hold, whose mail others must not get */
    public static Inspection standard(Collection<String> knownUsers) {
        return new Inspection(
                Validator.standard(), Runtime.getRuntime().availableProcessors(), knownUsers);
    }

    /**
     * Inspects a source. Interrupting the calling thread ends this soon: the summary is then of what was given to {@code
     * sink} and marked as incomplete, and the thread's interrupt status is set. Items that were read and not yet compared
     * are given then as they are.
     *
     * @throws IOException if the source can be read no further, or {@code sink} takes no more
     * @throws org.understudy.storage.OperatorException if the temporary files cannot be written
     */
    public InspectionSummary run(BackupSource source, Sink sink, Progress progress) throws IOException {
        try (Waiting waiting = Waiting.open()) {
            progress.begin("inspecting", -1, "items");
            boolean readAll = read(source, waiting, progress);
            Totals totals = new Totals();
            progress.begin("comparing", waiting.items(), "items");
            boolean complete = readAll && compareAndGive(waiting, sink, totals, progress);
            if (!complete) {
                boolean interrupted = Thread.interrupted();
                if (!readAll || totals.items() == 0) {
                    waiting.give(item -> give(item, sink, totals, progress));
                }
                if (interrupted) {
                    Thread.currentThread().interrupt();
                }
            }
            return totals.summary(source.describe(), complete);
        }
    }

    /** Whether the source was read to its end. */
    private boolean read(BackupSource source, Waiting waiting, Progress progress) throws IOException {
        ThreadFactory threads = daemons();
        ExecutorService pool = Executors.newFixedThreadPool(workers, threads);
        Run run = new Run(pool, waiting, progress);
        try {
            source.read(0, run::take);
            run.drain();
            return true;
        } catch (StoppedException | ClosedByInterruptException e) {
            Thread.currentThread().interrupt();
            return false;
        } finally {
            pool.shutdownNow();
        }
    }

    /** Whether all was given. */
    private boolean compareAndGive(Waiting waiting, Sink sink, Totals totals, Progress progress) throws IOException {
        try (Clues clues = waiting.compare(new LocalUsers(knownUsers))) {
            waiting.give(item -> {
                if (Thread.currentThread().isInterrupted()) {
                    throw new StoppedException();
                }
                give(
                        item instanceof Inspected.Message message
                                ? message.with(clues.of(message.ref().ordinal()))
                                : item,
                        sink,
                        totals,
                        progress);
            });
            return true;
        } catch (StoppedException | ClosedByInterruptException e) {
            Thread.currentThread().interrupt();
            return false;
        } catch (InterruptedIOException e) {
            if (!Thread.currentThread().isInterrupted()) {
                throw e;
            }
            return false;
        }
    }

    private static void give(Inspected item, Sink sink, Totals totals, Progress progress) throws IOException {
        sink.accept(item);
        totals.add(item);
        progress.advance(totals.items(), totals.bytes());
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

    /** An item with the notes of a message. */
    private record Result(Inspected item, @Nullable MessageNotes notes) {}

    /** One reading under way; used by the calling thread only. */
    private final class Run {
        private final ExecutorService pool;
        private final Waiting results;
        private final Progress progress;
        private final ArrayDeque<Future<Result>> waiting = new ArrayDeque<>();
        private long items;
        private long bytes;

        Run(ExecutorService pool, Waiting results, Progress progress) {
            this.pool = pool;
            this.results = results;
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
                            CompletableFuture.completedFuture(
                                    new Result(new Inspected.Unreadable(u.ref(), u.mailbox(), u.why()), null));
                        case SourceItem.Ignored i ->
                            CompletableFuture.completedFuture(
                                    new Result(new Inspected.Ignored(i.ref(), i.why()), null));
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
            Result result;
            try {
                result = waiting.remove().get();
            } catch (InterruptedException e) {
                throw new StoppedException();
            } catch (ExecutionException e) {
                throw new IllegalStateException("an inspecting thread died", e.getCause());
            }
            results.add(result.item(), result.notes());
            bytes += result.item() instanceof Inspected.Message message ? message.size() : 0;
            progress.advance(++items, bytes);
        }
    }

    private Result validate(SourceItem.Message message) {
        try {
            NoteTaker taker = new NoteTaker();
            Validation validation = validator.validate(message, taker);
            return new Result(
                    new Inspected.Message(
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
                            validation.findings()),
                    taker.notes(message, validation));
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

    private static Result unreadable(SourceItem.Message message, String why) {
        return new Result(new Inspected.Unreadable(message.ref(), Optional.of(message.mailbox()), why), null);
    }
}
