package org.understudy.restore.shadow;

import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;

/**
 * Lets the threads of a restore work one at a time while there is a rate, so that users have the other processors: a
 * scheduler lets whoever works finish a slice of some milliseconds before one that wakes up. Thread-safe.
 */
public final class OneAtATime {
    private final LongSupplier rate;
    private final ReentrantLock turn = new ReentrantLock();

    /** @param rate octets a second, asked each time; 0 for no limit */
    public OneAtATime(LongSupplier rate) {
        this.rate = rate;
    }

    /** Something that takes a processor's time. */
    public interface Work<T, E extends Exception> {
        T run() throws E;
    }

    /** Does the work, after that of others if there is a rate. It must not wait for other threads. */
    public <T, E extends Exception> T run(Work<T, E> work) throws E {
        if (rate.getAsLong() == 0) {
            return work.run();
        }
        turn.lock();
        try {
            return work.run();
        } finally {
            turn.unlock();
        }
    }
}
