package org.understudy.benchmarks;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;

/** Kernel limits that thousands of idle sessions of some servers run into; raised while measuring, and put back. */
final class Limits implements AutoCloseable {
    private static final Map<String, Long> WANTED = Map.of(
            "fs/inotify/max_user_instances", 65_536L,
            "fs/inotify/max_user_watches", 1_048_576L,
            "net/core/somaxconn", 4_096L);

    private final Map<Path, String> before = new LinkedHashMap<>();

    private Limits() {}

    /** Raises what can be raised: nothing without root. */
    static Limits raise() throws IOException {
        Limits limits = new Limits();
        for (Map.Entry<String, Long> one : WANTED.entrySet()) {
            Path file = Path.of("/proc/sys").resolve(one.getKey());
            if (Files.isWritable(file)) {
                String now = Files.readString(file).strip();
                if (Long.parseLong(now) < one.getValue()) {
                    Files.writeString(file, one.getValue().toString());
                    limits.before.put(file, now);
                }
            }
        }
        return limits;
    }

    String said() {
        return before.isEmpty()
                ? "kernel limits are as they were"
                : "kernel limits raised meanwhile: " + before.keySet();
    }

    @Override
    public void close() {
        before.forEach((file, value) -> {
            try {
                Files.writeString(file, value);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        });
    }
}
