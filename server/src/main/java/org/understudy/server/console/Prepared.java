package org.understudy.server.console;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * A value that may take long to read: read beside the pages that show it, one reading at a time. A page waits for it for
 * {@value #PATIENCE_MILLIS} ms at most; then it has the value before, or says that it is being read. Thread-safe.
 */
final class Prepared<T> {
    static final long PATIENCE_MILLIS = 70;

    private final Duration soonest;
    private final boolean exact;
    private @Nullable Known<T> known;
    private @Nullable Reading<T> reading;

    private record Known<T>(String stamp, T value, long nanos) {}

    /** One reading, which is itself alone. */
    private static final class Reading<T> {
        private final String stamp;
        private final CompletableFuture<T> future;

        Reading(String stamp, CompletableFuture<T> future) {
            this.stamp = stamp;
            this.future = future;
        }
    }

    /** Of what is read again as soon as its stamp is another. */
    Prepared() {
        this(Duration.ZERO);
    }

    /** @param soonest it is not read again before this time has passed */
    Prepared(Duration soonest) {
        this(soonest, false);
    }

    private Prepared(Duration soonest, boolean exact) {
        this.soonest = soonest;
        this.exact = exact;
    }

    /** Of what does not say itself how old it is: the value of another stamp is never shown. */
    static <T> Prepared<T> exact() {
        return new Prepared<>(Duration.ZERO, true);
    }

    /**
     * @param stamp what the value is read from; another stamp, another value
     * @return empty while the first value is being read, and where only one of this stamp will do
     * @throws Exception what the reading threw, once; the next call reads again
     */
    Optional<T> get(String stamp, Callable<T> read) throws Exception {
        Reading<T> mine;
        synchronized (this) {
            Known<T> now = known;
            if (now != null && (now.stamp().equals(stamp) || System.nanoTime() - now.nanos() < soonest.toNanos())) {
                return Optional.of(now.value());
            }
            Reading<T> under = reading;
            if (under == null) {
                under = new Reading<>(stamp, begin(read));
                reading = under;
            }
            mine = under;
        }
        try {
            T value = mine.future.get(PATIENCE_MILLIS, TimeUnit.MILLISECONDS);
            ended(mine, value);
            return exact && !mine.stamp.equals(stamp) ? Optional.empty() : Optional.of(value);
        } catch (TimeoutException e) {
            synchronized (this) {
                return exact ? Optional.empty() : Optional.ofNullable(known).map(Known::value);
            }
        } catch (ExecutionException e) {
            synchronized (this) {
                reading = reading == mine ? null : reading;
            }
            throw e.getCause() instanceof Exception cause ? cause : e;
        }
    }

    /** Forgets what was read. */
    synchronized void forget() {
        known = null;
        reading = null;
    }

    private synchronized void ended(Reading<T> ended, T value) {
        if (reading == ended) {
            known = new Known<>(ended.stamp, value, System.nanoTime());
            reading = null;
        }
    }

    @SuppressWarnings("ThreadPriorityCheck") // a wish, on which nothing rests
    private static <T> CompletableFuture<T> begin(Callable<T> read) {
        CompletableFuture<T> future = new CompletableFuture<>();
        // Not a virtual one: those share few carriers with the requests, which would wait for it.
        Thread.ofPlatform()
                .name("console-reading")
                .daemon()
                .priority(Thread.MIN_PRIORITY)
                .start(() -> {
                    try {
                        future.complete(read.call());
                    } catch (Throwable e) {
                        future.completeExceptionally(e);
                    }
                });
        return future;
    }
}
