package org.understudy.restore.speed;

import com.sun.management.OperatingSystemMXBean;
import java.lang.management.ManagementFactory;
import org.jspecify.annotations.Nullable;

/**
 * One measured piece of work.
 *
 * @param bytes of mail that it went through
 * @param cpuSeconds of the whole process, RocksDB's and the kernel's share included
 * @param live what users saw meanwhile, or null without a load
 */
record Phase(String name, double seconds, double cpuSeconds, long messages, long bytes, LiveLoad.@Nullable Seen live) {

    /** Reads the clocks. */
    static final class Watch {
        private final long began = System.nanoTime();
        private final long cpu = cpu();

        Phase stop(String name, long messages, long bytes, LiveLoad.@Nullable Seen live) {
            return new Phase(name, (System.nanoTime() - began) / 1e9, (cpu() - cpu) / 1e9, messages, bytes, live);
        }

        private static long cpu() {
            return ((OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean()).getProcessCpuTime();
        }
    }

    double megabytesPerSecond() {
        return bytes / 1e6 / seconds;
    }

    double megabytesPerCpuSecond() {
        return cpuSeconds == 0 ? 0 : bytes / 1e6 / cpuSeconds;
    }

    Phase plus(String sum, Phase other) {
        return new Phase(sum, seconds + other.seconds, cpuSeconds + other.cpuSeconds, messages, bytes, null);
    }
}
