package org.understudy.storage.engine;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Commits effects in the order in which they were submitted, many with one fsync. The first thread that waits leads: it
 * writes all that has gathered, while those that come meanwhile gather for the next turn. So one connection alone pays
 * no hand-over between threads, and sixty-four share the disk.
 *
 * <p>When a write fails, every effect then waiting fails with it, since it may rest on the failed one; {@link #epoch}
 * grows, so that whoever keeps state in memory reads it anew.
 */
final class GroupCommit {
    /** No group is larger, unless one effect is. */
    private static final long MAX_GROUP_BYTES = 8 << 20;

    /** Writes effects as one durable batch. */
    interface Writer {
        void write(List<Effect> effects);
    }

    private final Writer writer;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition turnEnded = lock.newCondition();
    private final ArrayDeque<Ticket> waiting = new ArrayDeque<>();
    private boolean leading;
    private final AtomicLong epoch = new AtomicLong();

    GroupCommit(Writer writer) {
        this.writer = writer;
    }

    /** Grows with each failed commit. */
    long epoch() {
        return epoch.get();
    }

    /** What was submitted before counts as failed: whoever keeps state in memory reads it anew. */
    void failed() {
        epoch.incrementAndGet();
    }

    /** Puts an effect into the queue. Somebody must then call {@link #await}. */
    Ticket submit(Effect effect) {
        Ticket ticket = new Ticket(effect);
        lock.lock();
        try {
            waiting.add(ticket);
        } finally {
            lock.unlock();
        }
        return ticket;
    }

    /** Returns when the effect is on disk, or throws why it is not. Not interruptible: an effect is never left open. */
    void await(Ticket ticket) {
        lock.lock();
        try {
            while (!ticket.done) {
                if (leading) {
                    turnEnded.awaitUninterruptibly();
                } else {
                    lead();
                }
            }
            if (ticket.failure != null) {
                throw ticket.failure;
            }
        } finally {
            lock.unlock();
        }
    }

    private void lead() {
        List<Ticket> group = new ArrayList<>();
        List<Effect> effects = new ArrayList<>();
        long bytes = 0;
        while (!waiting.isEmpty()
                && (group.isEmpty() || bytes + waiting.peek().effect.bytes() <= MAX_GROUP_BYTES)) {
            Ticket next = waiting.remove();
            bytes += next.effect.bytes();
            group.add(next);
            effects.add(next.effect);
        }
        leading = true;
        lock.unlock();
        @Nullable RuntimeException failure = new IllegalStateException("the commit was broken off");
        try {
            writer.write(effects);
            failure = null;
        } catch (RuntimeException e) {
            failure = e;
        } finally {
            lock.lock();
            leading = false;
            if (failure != null) {
                epoch.incrementAndGet();
                group.addAll(waiting);
                waiting.clear();
            }
            for (Ticket ticket : group) {
                ticket.done = true;
                ticket.failure = failure;
            }
            turnEnded.signalAll();
        }
    }
}
