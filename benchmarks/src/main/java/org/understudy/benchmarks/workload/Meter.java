package org.understudy.benchmarks.workload;

import com.sun.management.OperatingSystemMXBean;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.understudy.benchmarks.report.Kind;
import org.understudy.benchmarks.report.Results;
import org.understudy.benchmarks.report.Sample;
import org.understudy.benchmarks.subject.ProcessTree;
import org.understudy.benchmarks.subject.Subject;

/** Measures sections: time, the server's CPU, this program's, and what others took meanwhile. One thread. */
public final class Meter {
    private static final int CORES = Runtime.getRuntime().availableProcessors();
    private static final long SETTLED_MILLIS = 5_000;
    private static final long LOOK_MILLIS = 100;

    private final OperatingSystemMXBean system = (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
    private final Results results;
    private final String workload;
    private final int repetition;

    public Meter(Results results, String workload, int repetition) {
        this.results = results;
        this.workload = workload;
        this.repetition = repetition;
    }

    /** What is measured. */
    interface Section {
        void run(Tally tally) throws IOException, InterruptedException;
    }

    /** @param connections how many work at once, each with at most one core of the client */
    Tally measure(Subject subject, String operation, Kind kind, int connections, Section section)
            throws IOException, InterruptedException {
        Optional<ProcessTree> processes = subject.processes();
        Tally tally = new Tally();
        double machine = ProcessTree.machineSeconds();
        double server = processes.map(ProcessTree::cpuSeconds).orElse(Double.NaN);
        double client = system.getProcessCpuTime() / 1e9;
        long start = System.nanoTime();
        section.run(tally);
        double seconds = (System.nanoTime() - start) / 1e9;
        double clientCores = (system.getProcessCpuTime() / 1e9 - client) / seconds;
        // What the server still does for this, such as writing what it has acknowledged, is part of its price.
        double serverCpu = processes.isPresent() ? settled(processes.get()) - server : Double.NaN;
        double all = (System.nanoTime() - start) / 1e9;
        double foreign = ProcessTree.machineSeconds()
                - machine
                - (Double.isNaN(serverCpu) ? 0 : serverCpu)
                - (system.getProcessCpuTime() / 1e9 - client);
        Map<String, Double> details = new LinkedHashMap<>(tally.quantiles());
        details.put("server_cpu_seconds", serverCpu);
        double operations = tally.operations();
        double value = switch (kind) {
            case RATE -> operations / seconds;
            case THROUGHPUT -> tally.octets() / 1e6 / seconds;
            case LATENCY -> tally.medianMillis();
            case MEMORY -> throw new IllegalArgumentException("memory is told, not timed");
        };
        if (kind == Kind.RATE && tally.octets() > 0) {
            details.put("mb_per_second", tally.octets() / 1e6 / seconds);
        }
        add(new Sample(
                subject.name(),
                workload,
                operation,
                kind,
                repetition,
                value,
                tally.operations(),
                seconds,
                serverCpu * 1e3 / operations,
                clientCores,
                Math.max(0, foreign / (all * CORES)),
                clientCores > 0.85 * Math.min(connections, CORES),
                details));
        return tally;
    }

    /** A figure that was not timed. */
    void tell(Subject subject, String operation, Kind kind, double value, Map<String, Double> details)
            throws IOException {
        add(new Sample(
                subject.name(), workload, operation, kind, repetition, value, 1, 0, Double.NaN, 0, 0, false, details));
    }

    private void add(Sample sample) throws IOException {
        results.add(sample);
        System.err.printf(
                Locale.ROOT,
                "%-15s %-22s %s %s  %.4g %s, server %.4g ms each, client %.2f cores%s%s%n",
                sample.server(),
                sample.workload() + " " + sample.operation(),
                sample.repetition() == 0 ? "warm-up" : "rep " + sample.repetition(),
                sample.disturbed() ? "~" : "",
                sample.value(),
                sample.kind().unit(),
                sample.serverCpuMillis(),
                sample.clientCores(),
                sample.foreignShare() > 0.02
                        ? String.format(Locale.ROOT, ", others %.0f %%", 100 * sample.foreignShare())
                        : "",
                sample.clientBound() ? ", CLIENT-BOUND" : "");
    }

    /** CPU seconds once the server has come to rest, or after five seconds. */
    private static double settled(ProcessTree processes) throws InterruptedException {
        double before = processes.cpuSeconds();
        for (long waited = 0; waited < SETTLED_MILLIS; waited += LOOK_MILLIS) {
            Thread.sleep(LOOK_MILLIS);
            double now = processes.cpuSeconds();
            if (now - before < 0.1 * LOOK_MILLIS / 1e3) {
                return now;
            }
            before = now;
        }
        return before;
    }
}
