package org.understudy.server.admin;

import java.time.Duration;
import java.time.Instant;
import java.util.List;

/**
 * How a running server is.
 *
 * @param mailboxes live ones
 * @param messages in them
 * @param bytes sum of their sizes
 */
public record ServerStatus(
        String version,
        String storeId,
        String dataFolder,
        Instant startedAt,
        Duration uptime,
        List<Listening> listeners,
        long users,
        long mailboxes,
        long messages,
        long bytes) {
    public ServerStatus {
        listeners = List.copyOf(listeners);
    }

    /** @param port the real one, where the configuration left the choice to the system */
    public record Listening(String name, String host, int port) {}
}
