package org.understudy.benchmarks.workload;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;

/** What a measured section did: operations, octets of messages, and how long each took. Safe for several threads. */
final class Tally {
    private long operations;
    private long octets;
    private long[] nanos = new long[1024];
    private int taken;

    synchronized void add(long octetsMoved, long nanosTaken) {
        operations++;
        octets += octetsMoved;
        if (taken == nanos.length) {
            nanos = Arrays.copyOf(nanos, taken * 2);
        }
        nanos[taken++] = nanosTaken;
    }

    /** One piece of work that did many operations at once. */
    synchronized void addMany(long many, long octetsMoved) {
        operations += many;
        octets += octetsMoved;
    }

    /** Adds all of another one, whose thread has ended. */
    synchronized void addAll(Tally other) {
        for (int i = 0; i < other.taken; i++) {
            add(0, other.nanos[i]);
        }
        octets += other.octets;
        operations += other.operations - other.taken;
    }

    synchronized long operations() {
        return operations;
    }

    synchronized long octets() {
        return octets;
    }

    /** Median in milliseconds; NaN if nothing was timed by itself. */
    synchronized double medianMillis() {
        return quantile(0.5);
    }

    synchronized Map<String, Double> quantiles() {
        Map<String, Double> quantiles = new LinkedHashMap<>();
        if (taken > 0) {
            quantiles.put("p50_ms", quantile(0.5));
            quantiles.put("p95_ms", quantile(0.95));
            quantiles.put("p99_ms", quantile(0.99));
            quantiles.put("max_ms", quantile(1));
        }
        return quantiles;
    }

    private double quantile(double share) {
        if (taken == 0) {
            return Double.NaN;
        }
        long[] sorted = Arrays.copyOf(nanos, taken);
        Arrays.sort(sorted);
        return sorted[(int) Math.min(taken - 1L, (long) (share * taken))] / 1e6;
    }
}
