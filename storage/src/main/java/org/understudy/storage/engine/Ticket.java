package org.understudy.storage.engine;

import org.jspecify.annotations.Nullable;

/** Stands for an effect that waits for its commit; guarded by the lock of the {@link GroupCommit}. */
public final class Ticket {
    final Effect effect;
    boolean done;

    @Nullable
    RuntimeException failure;

    Ticket(Effect effect) {
        this.effect = effect;
    }
}
