package org.understudy.server.reclaim;

import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.MeterBinder;
import java.util.function.Supplier;
import org.understudy.storage.reclaim.Reclaim;

/** What was reclaimed since the server began, by whomever it was asked for. */
public final class ReclaimMeters implements MeterBinder {
    private final Reclaim reclaim;
    private final Supplier<ReclaimStatus> status;

    /** @param status of the server's own rounds */
    public ReclaimMeters(Reclaim reclaim, Supplier<ReclaimStatus> status) {
        this.reclaim = reclaim;
        this.status = status;
    }

    @Override
    public void bindTo(MeterRegistry registry) {
        FunctionCounter.builder("understudy.reclaim.bodies", reclaim, Reclaim::bodiesSoFar)
                .description("Bodies of expunged mail that were deleted for good.")
                .register(registry);
        FunctionCounter.builder("understudy.reclaim.octets", reclaim, Reclaim::octetsSoFar)
                .description("Octets of bodies that were deleted for good.")
                .register(registry);
        Gauge.builder("understudy.reclaim.running", reclaim, now -> now.running() ? 1 : 0)
                .description("Whether a round is under way.")
                .register(registry);
        Gauge.builder(
                        "understudy.reclaim.failing",
                        status,
                        now -> now.get().problem().isEmpty() ? 0 : 1)
                .description("Whether the server's own last attempt failed.")
                .register(registry);
    }
}
