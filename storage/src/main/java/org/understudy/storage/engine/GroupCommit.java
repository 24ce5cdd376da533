package org.understudy.storage.engine;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Commits effects in the order in which they were submitted, many with one fsync. The first thread that waits leads: it
 * writes all that has gathered, while those that come meanwhile gather for the next turn. So one connection alone pays
 * no hand-over between threads, and sixty-four share the disk.
 *
 * <p>At the end of a turn only those are woken whose effects it wrote, and one of those that wait on, to lead the next
 * turn: with sixty-four waiting, waking all for each turn costs more than the turn.
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
        boolean interrupted = false;
        while (!ticket.done()) {
            if (leads(ticket)) {
                lead();
            } else if (!ticket.done()) {
                LockSupport.park(this);
                interrupted |= Thread.interrupted();
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
        RuntimeException failure = ticket.failure();
        if (failure != null) {
            throw failure;
        }
    }

    /** Whether the calling thread has to lead now; if not, the ticket is done already or the thread will be woken. */
    private boolean leads(Ticket ticket) {
        lock.lock();
        try {
            if (ticket.done()) {
                return false;
            }
            if (leading) {
                ticket.wakes(Thread.currentThread());
                return false;
            }
            leading = true;
            return true;
        } finally {
            lock.unlock();
        }
    }

    private void lead() {
        List<Ticket> group = take();
        @Nullable RuntimeException failure = new IllegalStateException("the commit was broken off");
        try {
            writer.write(group.stream().map(Ticket::effect).toList());
            failure = null;
        } catch (RuntimeException e) {
            failure = e;
        } finally {
            end(group, failure);
        }
    }

    private List<Ticket> take() {
        List<Ticket> group = new ArrayList<>();
        long bytes = 0;
        lock.lock();
        try {
            for (Ticket next = waiting.peek();
                    next != null && (group.isEmpty() || bytes + next.effect().bytes() <= MAX_GROUP_BYTES);
                    next = waiting.peek()) {
                bytes += next.effect().bytes();
                group.add(waiting.remove());
            }
        } finally {
            lock.unlock();
        }
        return group;
    }

    private void end(List<Ticket> group, @Nullable RuntimeException failure) {
        List<Thread> woken = new ArrayList<>();
        lock.lock();
        try {
            leading = false;
            if (failure != null) {
                epoch.incrementAndGet();
                group.addAll(waiting);
                waiting.clear();
            }
            nextLeader(woken);
            for (Ticket ticket : group) {
                ticket.end(failure);
                woken.addAll(ticket.waiters());
            }
        } finally {
            lock.unlock();
        }
        woken.forEach(LockSupport::unpark);
    }

    /** One thread that waits; where none does yet, the first that will finds that nobody leads. */
    private void nextLeader(List<Thread> woken) {
        for (Ticket ticket : waiting) {
            if (!ticket.waiters().isEmpty()) {
                woken.add(ticket.waiters().getFirst());
                return;
            }
        }
    }
}
