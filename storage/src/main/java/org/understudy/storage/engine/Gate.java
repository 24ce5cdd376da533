package org.understudy.storage.engine;

import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.ReentrantReadWriteLock;

/**
 * Keeps calls out of a closed database, where RocksDB would crash the process: closing waits for the calls under way, and
 * later ones get an {@link IllegalStateException}. Reentrant.
 */
final class Gate {
    private final ReentrantReadWriteLock lock = new ReentrantReadWriteLock();
    private final LongAdder calls = new LongAdder();
    private boolean closed;

    /** To be followed by {@link #leave}. */
    void enter() {
        lock.readLock().lock();
        if (closed) {
            lock.readLock().unlock();
            throw new IllegalStateException("the store is closed");
        }
        calls.increment();
    }

    /** How many calls were let in by {@link #enter}. */
    long calls() {
        return calls.sum();
    }

    /** Like {@link #enter}, but answers whether the gate is open; if not, there is nothing to leave. */
    boolean tryEnter() {
        lock.readLock().lock();
        if (closed) {
            lock.readLock().unlock();
            return false;
        }
        return true;
    }

    void leave() {
        lock.readLock().unlock();
    }

    /** Waits for the calls under way. Answers whether it was this call that closed. */
    boolean close() {
        lock.writeLock().lock();
        try {
            boolean first = !closed;
            closed = true;
            return first;
        } finally {
            lock.writeLock().unlock();
        }
    }
}
