package org.understudy.server.doctor;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/** Measures how long a disk takes to make small writes durable. */
public interface SyncTrial {
    /**
     * Writes to a file of its own in the folder and deletes it.
     *
     * @throws IOException if the folder refuses that
     */
    Latencies measure(Path folder) throws IOException;

    /**
     * @param nanos of each append of 4 KiB with fdatasync after it, the shortest first; never empty
     * @param octetsPerSecond of one write of some megabytes and the sync after it
     */
    record Latencies(List<Long> nanos, double octetsPerSecond) {
        public Latencies {
            if (nanos.isEmpty()) {
                throw new IllegalArgumentException("nothing was measured");
            }
            nanos = nanos.stream().sorted().toList();
        }

        /** The latency that {@code percent} of all do not exceed, in microseconds. */
        public double percentile(double percent) {
            int index = (int) Math.ceil(percent / 100 * nanos.size()) - 1;
            return nanos.get(Math.clamp(index, 0, nanos.size() - 1)) / 1e3;
        }

        public int count() {
            return nanos.size();
        }
    }
}
