package org.understudy.restore.incident;

import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.understudy.restore.operation.Workplace;
import org.understudy.storage.CorruptionException;
import org.understudy.storage.OperatorException;
import org.understudy.storage.Reason;

/**
 * Sets the incident hold at the first block that the live store cannot read and the first error of its disk. Close it
 * before the store.
 */
public final class FaultHold implements AutoCloseable {
    /** What a hold names as its author that the store's faults have set. */
    public static final String BY = "the live store";

    private static final Logger LOG = LoggerFactory.getLogger(FaultHold.class);
    private static final long CLOSING_SECONDS = 10;

    private final Workplace workplace;
    private final IncidentHolds holds;
    private final Consumer<RuntimeException> observer = this::fault;
    private final AtomicBoolean raised = new AtomicBoolean();
    private final ExecutorService thread = Executors.newSingleThreadExecutor(
            Thread.ofPlatform().name("fault-hold").daemon().factory());

    private FaultHold(Workplace workplace) {
        this.workplace = workplace;
        this.holds = IncidentHolds.of(workplace);
    }

    public static FaultHold watch(Workplace workplace) {
        FaultHold hold = new FaultHold(workplace);
        workplace.live().addFaultObserver(hold.observer);
        return hold;
    }

    /** On the thread that met the fault, which may hold locks of the store. */
    private void fault(RuntimeException fault) {
        boolean disk = fault instanceof CorruptionException
                || fault instanceof OperatorException operator && operator.reason() == Reason.IO;
        if (disk && raised.compareAndSet(false, true)) {
            thread.execute(() -> raise(fault));
        }
    }

    private void raise(RuntimeException fault) {
        try {
            if (holds.state().on().stream().noneMatch(hold -> hold.by().equals(BY))) {
                holds.raise(BY, "the live store met damage: " + fault.getMessage(), java.util.List.of());
            }
        } catch (RuntimeException e) {
            raised.set(false);
            LOG.error("The incident hold could not be set; the next fault of the store tries again", e);
        }
    }

    /** Waits for a hold that is being set. */
    @Override
    public void close() {
        workplace.live().removeFaultObserver(observer);
        thread.shutdown();
        try {
            if (!thread.awaitTermination(CLOSING_SECONDS, TimeUnit.SECONDS)) {
                LOG.error("The incident hold could not be set before the store was closed");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
