package org.understudy.server.metrics;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.Map;
import java.util.function.Supplier;
import java.util.function.ToDoubleFunction;
import org.jspecify.annotations.Nullable;
import org.understudy.restore.drill.DrillFolders;
import org.understudy.restore.drill.DrillResult;
import org.understudy.restore.job.RestoreState;
import org.understudy.restore.operation.Workplace;
import org.understudy.restore.report.VerdictCounts;

/** Restores by their states, what they brought and how it was graded; drills by what came of them. */
public final class RestoreMeters implements Section {
    private final RestoreTally restores;
    private final DrillFolders drills;
    private volatile RestoreTally.Sums seen = RestoreTally.Sums.NONE;
    private volatile Map<DrillResult.Verdict, Long> rehearsed = Map.of();
    private volatile long unfinished;

    public RestoreMeters(Workplace workplace) {
        restores = new RestoreTally(workplace.restores());
        drills = DrillFolders.in(workplace.dataFolder());
    }

    @Override
    public void bindTo(MeterRegistry registry) {
        for (RestoreState state : RestoreState.values()) {
            Gauge.builder("understudy.restores", () -> seen.states().getOrDefault(state, 0L))
                    .description("Restores by how far they have come.")
                    .tag("state", state.word())
                    .register(registry);
        }
        number(
                registry,
                "understudy.restores.stopped",
                null,
                "Those whose last step failed.",
                RestoreTally.Sums::stopped);
        number(
                registry,
                "understudy.restores.messages",
                null,
                "Messages that were replayed.",
                sums -> sums.totals().replayed());
        number(
                registry,
                "understudy.restores.read",
                "bytes",
                "Octets of them.",
                sums -> sums.totals().bytes());
        verdicts(registry, "proven", VerdictCounts::proven);
        verdicts(registry, "consistent", VerdictCounts::consistent);
        verdicts(registry, "suspect", VerdictCounts::suspect);
        verdicts(registry, "damaged", VerdictCounts::damaged);
        verdicts(registry, "unreadable", VerdictCounts::unreadable);
        for (DrillResult.Verdict verdict : DrillResult.Verdict.values()) {
            drill(registry, verdict.word(), () -> rehearsed.getOrDefault(verdict, 0L));
        }
        drill(registry, "unfinished", () -> unfinished);
    }

    @Override
    public void look() {
        seen = restores.sums();
        Map<DrillResult.Verdict, Long> verdicts = new EnumMap<>(DrillResult.Verdict.class);
        Arrays.stream(DrillResult.Verdict.values()).forEach(verdict -> verdicts.put(verdict, 0L));
        long none = 0;
        for (DrillFolders.Entry one : drills.all()) {
            if (one.result().isPresent()) {
                verdicts.merge(one.result().get().verdict(), 1L, Long::sum);
            } else {
                none++;
            }
        }
        rehearsed = Map.copyOf(verdicts);
        unfinished = none;
    }

    private void verdicts(MeterRegistry registry, String grade, ToDoubleFunction<VerdictCounts> count) {
        Gauge.builder("understudy.restores.verdicts", () -> count.applyAsDouble(seen.verdicts()))
                .description("Messages of validated restores by verdict.")
                .tag("verdict", grade)
                .register(registry);
    }

    private static void drill(MeterRegistry registry, String verdict, Supplier<Number> count) {
        Gauge.builder("understudy.drills", count)
                .description("Drills whose results are kept, by what came of them.")
                .tag("verdict", verdict)
                .register(registry);
    }

    private void number(
            MeterRegistry registry,
            String name,
            @Nullable String unit,
            String words,
            ToDoubleFunction<RestoreTally.Sums> value) {
        Gauge.builder(name, () -> value.applyAsDouble(seen))
                .description(words)
                .baseUnit(unit)
                .register(registry);
    }
}
