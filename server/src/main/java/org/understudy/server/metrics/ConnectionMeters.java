package org.understudy.server.metrics;

import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.MeterBinder;
import java.util.function.LongSupplier;

/**
 * Connections of mail programs and mail transfer agents by protocol.
 *
 * @param protocol {@code imap}, {@code pop3} or {@code lmtp}
 * @param open now
 * @param accepted since the start
 * @param refused those that were closed at once, since the server or their address has as many as it may
 */
public record ConnectionMeters(String protocol, LongSupplier open, LongSupplier accepted, LongSupplier refused)
        implements MeterBinder {
    @Override
    public void bindTo(MeterRegistry registry) {
        Gauge.builder("understudy.connections", open, LongSupplier::getAsLong)
                .description("Open connections.")
                .tag("protocol", protocol)
                .strongReference(true)
                .register(registry);
        count(registry, "understudy.connections.accepted", "Connections that came in.", accepted);
        count(registry, "understudy.connections.refused", "Connections that were closed for a limit.", refused);
    }

    private void count(MeterRegistry registry, String name, String words, LongSupplier value) {
        FunctionCounter.builder(name, this, meters -> value.getAsLong())
                .description(words)
                .tag("protocol", protocol)
                .register(registry);
    }
}
