package org.understudy.restore.shadow;

import java.time.Duration;
import java.util.function.LongSupplier;

/**
 * Keeps the writing of bodies to a rate, so that the live store's own fsyncs are not held up. Not thread-safe.
 */
public final class Pace {
    /** Up to this much time may be made up for after a pause. */
    private static final long BURST_NANOS = Duration.ofMillis(50).toNanos();

    private final LongSupplier bytesPerSecond;
    private final LongSupplier nanoTime;
    private long due;

    /** @param bytesPerSecond 0 for no limit */
    public Pace(long bytesPerSecond) {
        this(() -> bytesPerSecond, System::nanoTime);
    }

    /** @param bytesPerSecond asked each time, 0 for no limit */
    public Pace(LongSupplier bytesPerSecond) {
        this(bytesPerSecond, System::nanoTime);
    }

    Pace(LongSupplier bytesPerSecond, LongSupplier nanoTime) {
        this.bytesPerSecond = bytesPerSecond;
        this.nanoTime = nanoTime;
        this.due = nanoTime.getAsLong();
    }

    /** Waits until {@code bytes} more may be written. */
    public void await(long bytes) throws InterruptedException {
        long wait = waitFor(bytes);
        if (wait > 0) {
            Thread.sleep(Duration.ofNanos(wait));
        }
    }

    /** Nanoseconds to wait before {@code bytes} more may be written; 0 or less for none. */
    long waitFor(long bytes) {
        long rate = bytesPerSecond.getAsLong();
        long now = nanoTime.getAsLong();
        if (rate == 0) {
            due = now;
            return 0;
        }
        due = Math.max(due, now - BURST_NANOS);
        long wait = due - now;
        due += (long) (bytes * 1e9 / rate);
        return wait;
    }
}
