package org.understudy.benchmarks.report;

import java.util.Map;

/**
 * One operation measured once.
 *
 * @param repetition 0 is the warm-up, which counts nowhere but where it says "first"
 * @param value what {@code kind} compares
 * @param serverCpuMillis CPU of the server's processes for one operation; NaN if it runs elsewhere
 * @param clientCores CPU of this program by time passed; near the number of connections or of cores, the client is the limit
 * @param foreignShare how much of the machine others used meanwhile, 0 to 1
 * @param clientBound whether the client had no more to give
 * @param details further figures by name
 */
public record Sample(
        String server,
        String workload,
        String operation,
        Kind kind,
        int repetition,
        double value,
        long operations,
        double seconds,
        double serverCpuMillis,
        double clientCores,
        double foreignShare,
        boolean clientBound,
        Map<String, Double> details) {
    /** From here on others were so busy that a sample counts only where there is none better. */
    public static final double DISTURBED = 0.2;

    public boolean disturbed() {
        return foreignShare > DISTURBED && seconds > 0.2;
    }
}
