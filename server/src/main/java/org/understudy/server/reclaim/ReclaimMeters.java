package org.understudy.server.reclaim;

import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.MeterBinder;
import org.understudy.storage.reclaim.Reclaim;

/** What was reclaimed since the server began, by whomever it was asked for. */
public final class ReclaimMeters implements MeterBinder {
    private final Reclaim reclaim;

    public ReclaimMeters(Reclaim reclaim) {
        this.reclaim = reclaim;
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
    }
}
