package org.understudy.server.imap;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The threads on which commands run: at most so many at a time, first come, first served.
 *
 * <p>They are platform threads. A virtual thread inside RocksDB's native code holds its carrier, of which there are as
 * many as cores; two appends waiting for the disk would then stop all users of a machine with two cores, and keep their
 * writes from sharing one fsync. A command that waits for a slow client gives up its place (see {@link #stepAside()}),
 * so that slow clients cost a sleeping thread each, bounded by the number of connections, and never other users' time.
 */
public final class CommandThreads {
    private static final Logger LOG = LoggerFactory.getLogger(CommandThreads.class);

    private final int limit;
    private final ExecutorService threads;
    private final Deque<Runnable> waiting = new ArrayDeque<>();
    private int running;

    CommandThreads(int limit) {
        this(limit, "imap-command-");
    }

    /** @param name what the threads' names begin with */
    public CommandThreads(int limit, String name) {
        this.limit = limit;
        AtomicLong number = new AtomicLong();
        this.threads = Executors.newCachedThreadPool(work -> {
            Thread thread = new Thread(work, name + number.incrementAndGet());
            thread.setDaemon(true);
            return thread;
        });
    }

    /** Runs {@code work} as soon as there is a place for it. */
    synchronized void execute(Runnable work) {
        waiting.add(work);
        startWaiting();
    }

    /** Gives up a place while work waits for its client. */
    synchronized void stepAside() {
        running--;
        startWaiting();
    }

    /** Ends {@link #stepAside()}. Does not wait: for a moment there may be more running than the limit. */
    synchronized void stepBack() {
        running++;
    }

    private synchronized void finished() {
        running--;
        startWaiting();
    }

    private void startWaiting() {
        while (running < limit && !waiting.isEmpty()) {
            Runnable work = waiting.remove();
            running++;
            threads.execute(() -> {
                try {
                    work.run();
                } catch (RuntimeException | Error e) {
                    LOG.error("A command thread failed; its connection may hang until it times out", e);
                } finally {
                    finished();
                }
            });
        }
    }

    /** Interrupts what still runs after {@code grace}, and takes no more work. */
    public void stop(Duration grace) throws InterruptedException {
        threads.shutdown();
        if (!threads.awaitTermination(grace.toMillis(), TimeUnit.MILLISECONDS)) {
            LOG.warn(
                    "Commands still run {} ms after their connections were closed; they are interrupted",
                    grace.toMillis());
            threads.shutdownNow();
        }
    }
}
