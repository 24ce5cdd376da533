package org.understudy.server.imap;

import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** The connections from being accepted until everything they held is given back. */
final class OpenConnections {
    private final ConnectionCounts counts;
    private final Set<Connection> open = new HashSet<>();

    /** @param counts what other listeners count too */
    OpenConnections(ConnectionCounts counts) {
        this.counts = counts;
    }

    /** Whether a connection may come in. */
    sealed interface Entry {
        record Granted() implements Entry {}

        /** @param why for the log and, where the client can read it yet, for the user */
        record Refused(String why) implements Entry {}
    }

    synchronized Entry enter(Connection connection) {
        Optional<String> refused = counts.enter(connection.address());
        if (refused.isPresent()) {
            return new Entry.Refused(refused.get());
        }
        open.add(connection);
        return new Entry.Granted();
    }

    synchronized void leave(Connection connection) {
        if (open.remove(connection)) {
            counts.leave(connection.address());
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
