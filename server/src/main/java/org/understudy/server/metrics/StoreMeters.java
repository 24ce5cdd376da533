package org.understudy.server.metrics;

import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.MultiGauge;
import io.micrometer.core.instrument.Tags;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.ToDoubleFunction;
import org.jspecify.annotations.Nullable;
import org.understudy.storage.MailStore;
import org.understudy.storage.StoreFigures;
import org.understudy.storage.StoreHealth;

/** The mail store, as RocksDB tells of it. While the store cannot be opened, only whether it can be written is told. */
public final class StoreMeters implements Section {
    private final MailStore store;
    private volatile @Nullable StoreFigures seen;
    private volatile StoreFigures.@Nullable Counts counts;
    private @Nullable MultiGauge tables;
    private @Nullable MultiGauge levels;
    private @Nullable MultiGauge families;

    public StoreMeters(MailStore store) {
        this.store = store;
    }

    @Override
    public void bindTo(MeterRegistry registry) {
        Gauge.builder(
                        "understudy.store.writable",
                        store,
                        one -> one.health().state() == StoreHealth.State.SOUND ? 1 : 0)
                .description("Whether mail can be changed.")
                .register(registry);
        FunctionCounter.builder(
                        "understudy.store.recoveries",
                        store,
                        one -> one.health().recoveries())
                .description("How often the store was written again after a fault of its disk.")
                .register(registry);
        count(registry, "cache.hits", null, "Blocks that were in memory.", StoreFigures.Counts::cacheHits);
        count(registry, "cache.misses", null, "Blocks that were read from the disk.", StoreFigures.Counts::cacheMisses);
        count(registry, "filtered", null, "Reads of a table that its filter spared.", StoreFigures.Counts::filtered);
        count(registry, "stalled", "seconds", "Time that writes were held up.", one -> one.stalledMicros() / 1e6);
        count(registry, "log.written", "bytes", "Written to the write-ahead log.", StoreFigures.Counts::logBytes);
        count(registry, "log.syncs", null, "Fsyncs of the write-ahead log.", StoreFigures.Counts::logSyncs);
        count(registry, "read", "bytes", "Rows read by their keys.", StoreFigures.Counts::read);
        count(registry, "written", "bytes", "Rows written.", StoreFigures.Counts::written);
        count(registry, "flushed", "bytes", "Tables written from memory.", StoreFigures.Counts::flushed);
        count(registry, "compaction.read", "bytes", "Read by compaction.", StoreFigures.Counts::compactedIn);
        count(registry, "compaction.written", "bytes", "Written by compaction.", StoreFigures.Counts::compactedOut);
        gauge(
                registry,
                "cache.used",
                "bytes",
                "Block cache in use.",
                one -> one.memory().cacheUsed());
        gauge(
                registry,
                "cache.capacity",
                "bytes",
                "Block cache.",
                one -> one.memory().cacheCapacity());
        gauge(
                registry,
                "cache.pinned",
                "bytes",
                "Block cache that cannot be given up.",
                one -> one.memory().cachePinned());
        gauge(
                registry,
                "write.buffers",
                "bytes",
                "Rows in memory and in the log.",
                one -> one.memory().writeBuffers());
        gauge(
                registry,
                "write.buffers.full",
                null,
                "Buffers that wait to be written.",
                one -> one.memory().fullBuffers());
        gauge(
                registry,
                "table.readers",
                "bytes",
                "Indexes outside the cache.",
                one -> one.memory().tableReaders());
        gauge(
                registry,
                "compaction.pending",
                "bytes",
                "Still to be rewritten.",
                one -> one.compaction().pendingBytes());
        gauge(
                registry,
                "compactions",
                null,
                "Compactions under way.",
                one -> one.compaction().running());
        gauge(
                registry,
                "flushes",
                null,
                "Flushes under way.",
                one -> one.compaction().flushes());
        gauge(
                registry,
                "writes.stopped",
                null,
                "Whether writes wait.",
                one -> one.compaction().stopped() ? 1 : 0);
        gauge(
                registry,
                "writes.slowed",
                "bytes",
                "Rate that writes are slowed to.",
                one -> one.compaction().slowedTo());
        gauge(
                registry,
                "background.errors",
                null,
                "Faults of background work.",
                one -> one.compaction().errors());
        gauge(registry, "log", "bytes", "The write-ahead log on the disk.", StoreFigures::logBytes);
        tables = rows(registry, "tables", null, "Sorted tables by level.");
        levels = rows(registry, "level", "bytes", "Sorted tables by level.");
        families = rows(registry, "family", "bytes", "Sorted tables by column family.");
    }

    @Override
    public void look() {
        StoreFigures now = store.figures().orElse(null);
        seen = now;
        if (now != null) {
            counts = now.counts();
        }
        List<MultiGauge.Row<?>> number = new ArrayList<>();
        List<MultiGauge.Row<?>> size = new ArrayList<>();
        List<MultiGauge.Row<?>> family = new ArrayList<>();
        if (now != null) {
            for (Map.Entry<Integer, StoreFigures.Level> level : now.levels().entrySet()) {
                Tags tags = Tags.of("level", level.getKey().toString());
                number.add(MultiGauge.Row.of(tags, level.getValue().tables()));
                size.add(MultiGauge.Row.of(tags, level.getValue().bytes()));
            }
            now.families().forEach((name, bytes) -> family.add(MultiGauge.Row.of(Tags.of("family", name), bytes)));
        }
        register(tables, number);
        register(levels, size);
        register(families, family);
    }

    private static void register(@Nullable MultiGauge gauge, List<MultiGauge.Row<?>> rows) {
        if (gauge != null) {
            gauge.register(rows, true);
        }
    }

    private void count(
            MeterRegistry registry,
            String name,
            @Nullable String unit,
            String words,
            ToDoubleFunction<StoreFigures.Counts> value) {
        FunctionCounter.builder("understudy.store." + name, this, meters -> {
                    StoreFigures.Counts now = meters.counts;
                    return now == null ? 0 : value.applyAsDouble(now);
                })
                .description(words)
                .baseUnit(unit)
                .register(registry);
    }

    private void gauge(
            MeterRegistry registry,
            String name,
            @Nullable String unit,
            String words,
            ToDoubleFunction<StoreFigures> value) {
        Gauge.builder("understudy.store." + name, () -> {
                    StoreFigures now = seen;
                    return now == null ? Double.NaN : value.applyAsDouble(now);
                })
                .description(words)
                .baseUnit(unit)
                .register(registry);
    }

    private static MultiGauge rows(MeterRegistry registry, String name, @Nullable String unit, String words) {
        return MultiGauge.builder("understudy.store." + name)
                .description(words)
                .baseUnit(unit)
                .register(registry);
    }
}
