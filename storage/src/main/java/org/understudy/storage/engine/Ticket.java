package org.understudy.storage.engine;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Stands for an effect that waits for its commit. What is not volatile is guarded by the lock of the {@link GroupCommit}. */
public final class Ticket {
    private @Nullable Effect effect;
    private final List<Thread> waiters = new ArrayList<>(1);
    private @Nullable RuntimeException failure;
    private volatile boolean done;

    Ticket(Effect effect) {
        this.effect = effect;
    }

    /** The effect; it is let go when the ticket has ended, since mailboxes in use hold their last ticket. */
    Effect effect() {
        Effect present = effect;
        if (present == null) {
            throw new IllegalStateException("the effect has ended");
        }
        return present;
    }

    /** Whether the effect is on disk, or has failed; then {@link #failure} says which. */
    public boolean done() {
        return done;
    }

    /** Why the effect is not on disk; null if it is. To be asked once it is {@link #done}. */
    @Nullable
    RuntimeException failure() {
        return failure;
    }

    /** Those to be woken when the effect is done. */
    List<Thread> waiters() {
        return waiters;
    }

    void wakes(Thread thread) {
        if (!waiters.contains(thread)) {
            waiters.add(thread);
        }
    }

    void end(@Nullable RuntimeException cause) {
        failure = cause;
        effect = null;
        done = true;
    }
}
