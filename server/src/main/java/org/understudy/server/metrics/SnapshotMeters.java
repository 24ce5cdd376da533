package org.understudy.server.metrics;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.MeterBinder;
import org.understudy.server.schedule.HealthReader;

/** How many snapshots there are. */
public record SnapshotMeters(HealthReader health) implements MeterBinder {
    @Override
    public void bindTo(MeterRegistry registry) {
        Gauge.builder("understudy.snapshots", health, HealthReader::snapshots)
                .description("Snapshots in the repository.")
                .strongReference(true)
                .register(registry);
    }
}
