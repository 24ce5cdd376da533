package org.understudy.server.imap;

import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** The connections from being accepted until everything they held is given back. */
final class OpenConnections {
    private final int limit;
    private final int limitPerAddress;
    private final Set<Connection> open = new HashSet<>();
    private final Map<String, Integer> addresses = new HashMap<>();

    /** @param limitPerAddress from one IPv4 address, or one IPv6 network of 64 bits */
    OpenConnections(int limit, int limitPerAddress) {
        this.limit = limit;
        this.limitPerAddress = limitPerAddress;
    }

    /** Whether a connection may come in. */
    sealed interface Entry {
        record Granted() implements Entry {}

        /** @param why for the log and, where the client can read it yet, for the user */
        record Refused(String why) implements Entry {}
    }

    synchronized Entry enter(Connection connection) {
        if (open.size() >= limit) {
            return new Entry.Refused("The server has " + limit + " connections, as many as it takes.");
        }
        int from = addresses.getOrDefault(connection.address(), 0);
        if (from >= limitPerAddress) {
            return new Entry.Refused("Your address has " + limitPerAddress + " connections, as many as one may have.");
        }
        if (open.add(connection)) {
            addresses.put(connection.address(), from + 1);
        }
        return new Entry.Granted();
    }

    synchronized void leave(Connection connection) {
        if (open.remove(connection)) {
            addresses.computeIfPresent(connection.address(), (address, count) -> count == 1 ? null : count - 1);
        }
        notifyAll();
    }

    synchronized List<Connection> all() {
        return List.copyOf(open);
    }

    /** @return whether none is left within {@code patience} */
    synchronized boolean awaitNone(Duration patience) throws InterruptedException {
        long end = System.nanoTime() + patience.toNanos();
        while (!open.isEmpty()) {
            long millis = (end - System.nanoTime()) / 1_000_000;
            if (millis <= 0) {
                return false;
            }
            wait(millis);
        }
        return true;
    }
}
