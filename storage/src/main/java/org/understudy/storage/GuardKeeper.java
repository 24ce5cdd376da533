package org.understudy.storage;

import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.understudy.storage.engine.Engine;
import org.understudy.storage.guard.StoreGuard;

/** Keeps a store's guard fresh while it is open, on a thread of its own. */
final class GuardKeeper implements Engine.FilesListener {
    private static final Logger LOG = LoggerFactory.getLogger(GuardKeeper.class);
    private static final long INTERVAL_SECONDS = 20;

    private final ScheduledExecutorService thread = Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().name("store-guard").daemon().factory());
    private final AtomicBoolean queued = new AtomicBoolean();
    private final AtomicBoolean refreshing = new AtomicBoolean();
    private volatile Runnable refresh = () -> {};

    /** Renews this guard from now on, in place of the one before. */
    void start(StoreGuard guard) {
        boolean first = refreshing.compareAndSet(false, true);
        refresh = guard::refresh;
        if (!first) {
            return;
        }
        ScheduledFuture<?> unused =
                thread.scheduleWithFixedDelay(this::refresh, INTERVAL_SECONDS, INTERVAL_SECONDS, TimeUnit.SECONDS);
    }

    @Override
    public void filesChanged() {
        if (queued.compareAndSet(false, true)) {
            try {
                thread.execute(() -> {
                    queued.set(false);
                    refresh();
                });
            } catch (java.util.concurrent.RejectedExecutionException e) {
                LOG.debug("files changed while the store closes; the clean close records them");
            }
        }
    }

    private void refresh() {
        try {
            refresh.run();
        } catch (OperatorException e) {
            LOG.warn(
                    "The store's guard could not be renewed, the one before still holds: {} {}",
                    e.getMessage(),
                    e.hint());
        } catch (RuntimeException e) {
            LOG.error("The store's guard could not be renewed, the one before still holds", e);
        }
    }

    /** Ends refreshing; when this returns, none is under way. */
    void stop() {
        refresh = () -> {};
        thread.shutdownNow();
        boolean interrupted = false;
        while (true) {
            try {
                if (thread.awaitTermination(1, TimeUnit.MINUTES)) {
                    break;
                }
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
