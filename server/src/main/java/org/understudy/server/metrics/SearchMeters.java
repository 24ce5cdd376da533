package org.understudy.server.metrics;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import java.util.function.ToDoubleFunction;
import org.understudy.server.search.IndexStatus;

/** The search index. Since it looks at every mailbox, what it shows may be a minute old. */
public final class SearchMeters implements Section {
    private static final long LOOKED_AT_NANOS = Duration.ofMinutes(1).toNanos();

    private final Supplier<IndexStatus> index;
    private final LongSupplier nanoTime;
    private volatile IndexStatus seen = IndexStatus.OFF;
    private long lookedAt;
    private boolean looked;

    public SearchMeters(Supplier<IndexStatus> index, LongSupplier nanoTime) {
        this.index = index;
        this.nanoTime = nanoTime;
    }

    @Override
    public void bindTo(MeterRegistry registry) {
        gauge(registry, "enabled", "Whether there is an index.", one -> one.enabled() ? 1 : 0);
        gauge(registry, "lag", "Messages that the index has not taken up yet.", SearchMeters::lag);
        gauge(registry, "indexed", "Messages that it has.", IndexStatus::indexed);
        gauge(registry, "unreadable", "Messages that could not be read for it.", IndexStatus::unreadable);
        gauge(
                registry,
                "failing",
                "Whether indexing has stopped.",
                one -> one.problem().isEmpty() ? 0 : 1);
        Gauge.builder("understudy.search.size", () -> seen.octets())
                .description("Its files.")
                .baseUnit("bytes")
                .register(registry);
    }

    private static double lag(IndexStatus now) {
        return Math.max(0, now.messages() - now.indexed());
    }

    @Override
    public void look() {
        long now = nanoTime.getAsLong();
        if (!looked || now - lookedAt >= LOOKED_AT_NANOS) {
            seen = index.get();
            lookedAt = now;
            looked = true;
        }
    }

    private void gauge(MeterRegistry registry, String name, String words, ToDoubleFunction<IndexStatus> value) {
        Gauge.builder("understudy.search." + name, () -> value.applyAsDouble(seen))
                .description(words)
                .register(registry);
    }
}
