package org.understudy.benchmarks.report;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.function.ToDoubleFunction;

/**
 * Medians of all samples, and for each operation how one server stands against the best of the others.
 *
 * @param servers in the order in which they were first measured
 */
public record Comparison(List<String> servers, List<Row> rows) {
    /** Medians of one server over the repetitions that count. */
    public record Median(double value, double cpuMillis, double clientCores, boolean disturbed, boolean clientBound) {}

    /**
     * One operation.
     *
     * @param medians by server
     * @param ours the server that is compared; absent if it was not measured here
     */
    public record Row(String workload, String operation, Kind kind, Map<String, Median> medians, String ours) {
        /** The other server whose figure is best, if any was measured. */
        public Optional<String> best() {
            return medians.entrySet().stream()
                    .filter(one -> !one.getKey().equals(ours))
                    .min(Comparator.comparingDouble(
                            one -> -kind.timesBetter(one.getValue().value(), 1)))
                    .map(Map.Entry::getKey);
        }

        /** How many times as good as the best of the others; above 1 is better. */
        public OptionalDouble ratio() {
            return compared(Median::value, kind::timesBetter);
        }

        /** CPU per operation of the best of the others, by ours; above 1 is less CPU. */
        public OptionalDouble cpuRatio() {
            return compared(Median::cpuMillis, (mine, theirs) -> theirs / mine);
        }

        private OptionalDouble compared(ToDoubleFunction<Median> figure, DoublePair by) {
            Median mine = medians.get(ours);
            Median theirs = best().map(medians::get).orElse(null);
            if (mine == null || theirs == null) {
                return OptionalDouble.empty();
            }
            double ratio = by.apply(figure.applyAsDouble(mine), figure.applyAsDouble(theirs));
            return Double.isFinite(ratio) && ratio > 0 ? OptionalDouble.of(ratio) : OptionalDouble.empty();
        }
    }

    private interface DoublePair {
        double apply(double mine, double theirs);
    }

    /** @param ours which server is compared with the others */
    public static Comparison of(List<Sample> samples, String ours) {
        Set<String> servers = new LinkedHashSet<>();
        Map<String, List<Sample>> operations = new LinkedHashMap<>();
        for (Sample sample : samples) {
            servers.add(sample.server());
            boolean first = sample.operation().endsWith("first time");
            if (sample.repetition() > 0 || first) {
                operations
                        .computeIfAbsent(sample.workload() + "\n" + sample.operation(), key -> new ArrayList<>())
                        .add(sample);
            }
        }
        List<Row> rows = new ArrayList<>();
        for (List<Sample> of : operations.values()) {
            Map<String, Median> medians = new LinkedHashMap<>();
            for (String server : servers) {
                List<Sample> mine =
                        of.stream().filter(one -> one.server().equals(server)).toList();
                if (!mine.isEmpty()) {
                    medians.put(server, median(mine));
                }
            }
            Sample any = of.get(0);
            rows.add(new Row(any.workload(), any.operation(), any.kind(), medians, ours));
        }
        return new Comparison(List.copyOf(servers), rows);
    }

    private static Median median(List<Sample> samples) {
        List<Sample> quiet = samples.stream().filter(one -> !one.disturbed()).toList();
        List<Sample> counted = quiet.isEmpty() ? samples : quiet;
        return new Median(
                median(counted, Sample::value),
                median(counted, Sample::serverCpuMillis),
                median(counted, Sample::clientCores),
                quiet.isEmpty(),
                counted.stream().anyMatch(Sample::clientBound));
    }

    private static double median(List<Sample> samples, ToDoubleFunction<Sample> figure) {
        double[] values = samples.stream().mapToDouble(figure).toArray();
        Arrays.sort(values);
        int half = values.length / 2;
        return values.length % 2 == 1 ? values[half] : (values[half - 1] + values[half]) / 2;
    }
}
