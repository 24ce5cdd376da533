package org.understudy.server.imap;

import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** The connections from being accepted until everything they held is given back. */
final class OpenConnections {
    private final int limit;
    private final Set<Connection> open = new HashSet<>();

    OpenConnections(int limit) {
        this.limit = limit;
    }

    /** @return false if there are as many as may be */
    synchronized boolean enter(Connection connection) {
        return open.size() < limit && open.add(connection);
    }

    synchronized void leave(Connection connection) {
        open.remove(connection);
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
