package org.understudy.server.doctor;

import java.util.LinkedHashMap;
import java.util.Map;
import org.understudy.server.config.Configuration;
import org.understudy.server.config.DataSize;

/**
 * What a server may take of a machine's memory, part by part (docs/install.md#memory). Each part but the last is a limit
 * that holds; the last is what was seen on an empty store.
 *
 * @param parts in bytes, by name, in the order in which they are shown
 */
record MemoryBudget(Map<String, Long> parts) {
    /** Code and classes of Java, stacks of threads, collector, and what the libraries take for themselves. */
    static final DataSize FIXED = DataSize.ofMebibytes(200);

    MemoryBudget {
        parts = new LinkedHashMap<>(parts);
    }

    /**
     * @param heap the largest Java heap, in bytes
     * @param direct the most that buffers of connections take outside of it, in bytes
     */
    static MemoryBudget of(Configuration configuration, long heap, long direct) {
        Map<String, Long> parts = new LinkedHashMap<>();
        parts.put("heap", heap);
        parts.put("buffers", direct);
        parts.put("store", configuration.memory().store().bytes());
        if (configuration.search().index()) {
            parts.put("search", configuration.search().memory().bytes());
        }
        parts.put(
                "shadows",
                configuration.shadows().memory().bytes()
                        * configuration.shadows().open());
        parts.put("Java itself", FIXED.bytes());
        return new MemoryBudget(parts);
    }

    long total() {
        return parts.values().stream().mapToLong(Long::longValue).sum();
    }

    /** The parts in MiB: {@code heap 512 + store 256}. */
    String words() {
        StringBuilder words = new StringBuilder();
        parts.forEach((name, bytes) -> words.append(words.isEmpty() ? "" : " + ")
                .append(name)
                .append(' ')
                .append(bytes >> 20));
        return words.toString();
    }
}
