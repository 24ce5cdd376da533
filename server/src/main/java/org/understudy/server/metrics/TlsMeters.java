package org.understudy.server.metrics;

import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.MultiGauge;
import io.micrometer.core.instrument.Tags;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.understudy.server.tls.TlsStatus;

/** Certificates, as {@code understudy status} tells them. */
final class TlsMeters {
    private static final double DAY_MILLIS = Duration.ofDays(1).toMillis();

    private final MultiGauge expiry;
    private final MultiGauge stuck;
    private final MultiGauge orders;
    private volatile TlsStatus seen = TlsStatus.NONE;

    TlsMeters(MeterRegistry registry) {
        expiry = MultiGauge.builder("understudy.tls.certificate.expiry")
                .description("How long a certificate is still valid; below 0 it has expired.")
                .baseUnit("days")
                .register(registry);
        stuck = MultiGauge.builder("understudy.tls.certificate.stuck")
                .description("Whether a newer certificate is there and was not taken up.")
                .register(registry);
        orders = MultiGauge.builder("understudy.tls.order.failures")
                .description("Orders of a certificate that failed in a row.")
                .register(registry);
        FunctionCounter.builder("understudy.tls.reloads", this, meters -> meters.seen.reloads())
                .description("Certificates that were replaced.")
                .register(registry);
        FunctionCounter.builder("understudy.tls.reload.failures", this, meters -> meters.seen.failedReloads())
                .description("Certificates that were not, as the new one was bad.")
                .register(registry);
        Gauge.builder("understudy.tls.list.stuck", () -> seen.problem().isEmpty() ? 0 : 1)
                .description("Whether the configuration's list of certificates could not be taken over.")
                .register(registry);
    }

    void show(TlsStatus now, Instant at) {
        seen = now;
        List<MultiGauge.Row<?>> days = new ArrayList<>();
        List<MultiGauge.Row<?>> problems = new ArrayList<>();
        List<MultiGauge.Row<?>> failures = new ArrayList<>();
        for (TlsStatus.Shown one : now.certificates()) {
            Tags tags = Tags.of("host", one.host());
            Instant end = one.notAfter();
            if (end != null) {
                days.add(MultiGauge.Row.of(tags, Duration.between(at, end).toMillis() / DAY_MILLIS));
            }
            problems.add(MultiGauge.Row.of(tags, one.problem().isEmpty() ? 0 : 1));
        }
        for (TlsStatus.Ordered one : now.orders()) {
            failures.add(MultiGauge.Row.of(Tags.of("host", one.name()), one.failures()));
        }
        expiry.register(days, true);
        stuck.register(problems, true);
        orders.register(failures, true);
    }
}
