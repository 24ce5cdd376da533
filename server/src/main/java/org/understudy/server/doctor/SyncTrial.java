package org.understudy.server.doctor;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;

/** Measures how long a disk takes to make small writes durable. */
public interface SyncTrial {
    /**
     * Writes to a file of its own in the folder and deletes it.
     *
     * @throws IOException if the folder refuses that
     */
    Latencies measure(Path folder) throws IOException;

    /**
     * @param sortedNanos of each append of 4 KiB with fdatasync after it, the shortest first; never empty
     * @param octetsPerSecond of one write of some megabytes and the sync after it
     */
    record Latencies(long[] sortedNanos, double octetsPerSecond) {
        public Latencies {
            if (sortedNanos.length == 0) {
                throw new IllegalArgumentException("nothing was measured");
            }
            sortedNanos = sortedNanos.clone();
            Arrays.sort(sortedNanos);
        }

        /** The latency that {@code percent} of all do not exceed, in microseconds. */
        public double percentile(double percent) {
            int index = (int) Math.ceil(percent / 100 * sortedNanos.length) - 1;
            return sortedNanos[Math.clamp(index, 0, sortedNanos.length - 1)] / 1e3;
        }

        public int count() {
            return sortedNanos.length;
        }
    }
}
