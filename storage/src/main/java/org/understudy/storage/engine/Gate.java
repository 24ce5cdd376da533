package org.understudy.storage.engine;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import org.jspecify.annotations.Nullable;
import org.understudy.storage.OperatorException;
import org.understudy.storage.Reason;

/**
 * Keeps calls out of a closed database, where RocksDB would crash the process: closing waits for the calls under way, and
 * later ones get an {@link IllegalStateException}. While the database is exchanged for another one, calls wait. Reentrant.
 *
 * <p>A gate lets calls into whatever database is there; one made by {@link #ofPresent} only into the one that was there
 * then.
 */
final class Gate {
    /** What the gates of one engine share. */
    private static final class Doors {
        private final ReentrantReadWriteLock lock = new ReentrantReadWriteLock();
        private final LongAdder calls = new LongAdder();
        /** Guarded by the lock, as all below. */
        private boolean closed;

        private long generation;
        private @Nullable RuntimeException without;
    }

    private static final long ANY = -1;

    private final Doors doors;
    private final long generation;

    Gate() {
        this(new Doors(), ANY);
    }

    private Gate(Doors doors, long generation) {
        this.doors = doors;
        this.generation = generation;
    }

    /** A gate into the database that is there now, and into no later one. To be called within the gate. */
    Gate ofPresent() {
        return new Gate(doors, doors.generation);
    }

    /**
     * To be followed by {@link #leave}.
     *
     * @throws OperatorException {@link Reason#BUSY} if the database was exchanged since this gate was made; or what
     *     {@link #endWithout} was given
     */
    void enter() {
        doors.lock.readLock().lock();
        RuntimeException refusal = refusal();
        if (refusal != null) {
            doors.lock.readLock().unlock();
            throw refusal;
        }
        doors.calls.increment();
    }

    private @Nullable RuntimeException refusal() {
        if (doors.closed) {
            return new IllegalStateException("the store is closed");
        }
        if (doors.without != null) {
            return doors.without;
        }
        return generation == ANY || generation == doors.generation
                ? null
                : new OperatorException(
                        Reason.BUSY,
                        "the store was opened anew after a fault of its disk while this work was under way",
                        "Give the command again.");
    }

    /** How many calls were let in by {@link #enter}. */
    long calls() {
        return doors.calls.sum();
    }

    /** Like {@link #enter}, but answers whether the gate is open; if not, there is nothing to leave. */
    boolean tryEnter() {
        doors.lock.readLock().lock();
        if (refusal() != null) {
            doors.lock.readLock().unlock();
            return false;
        }
        return true;
    }

    void leave() {
        doors.lock.readLock().unlock();
    }

    /**
     * Waits for the calls under way and keeps later ones waiting until {@link #end} or {@link #endWithout}.
     *
     * @param patience how long calls under way may take; when it is over, nothing has changed
     * @return whether the gate is held; not if it is closed
     */
    boolean begin(Duration patience) throws InterruptedException {
        if (!doors.lock.writeLock().tryLock(patience.toMillis(), TimeUnit.MILLISECONDS)) {
            return false;
        }
        if (doors.closed) {
            doors.lock.writeLock().unlock();
            return false;
        }
        return true;
    }

    /** There is another database now; calls that wait go on with it. */
    void end() {
        doors.generation++;
        doors.without = null;
        doors.lock.writeLock().unlock();
    }

    /** There is no database now; calls get {@code why} until the next exchange. */
    void endWithout(RuntimeException why) {
        doors.generation++;
        doors.without = why;
        doors.lock.writeLock().unlock();
    }

    /** Waits for the calls under way. Answers whether it was this call that closed. */
    boolean close() {
        doors.lock.writeLock().lock();
        try {
            boolean first = !doors.closed;
            doors.closed = true;
            return first;
        } finally {
            doors.lock.writeLock().unlock();
        }
    }
}
