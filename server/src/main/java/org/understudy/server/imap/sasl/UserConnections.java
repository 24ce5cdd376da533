package org.understudy.server.imap.sasl;

import java.util.HashMap;
import java.util.Map;

/** How many connections each user has, up to a limit. Thread-safe. */
public final class UserConnections {
    private final int limit;
    private final Map<String, Integer> open = new HashMap<>();

    public UserConnections(int limit) {
        this.limit = limit;
    }

    int limit() {
        return limit;
    }

    /** @return false if the user has as many as may be */
    synchronized boolean enter(String user) {
        int now = open.getOrDefault(user, 0);
        if (now >= limit) {
            return false;
        }
        open.put(user, now + 1);
        return true;
    }

    synchronized void leave(String user) {
        open.computeIfPresent(user, (name, now) -> now == 1 ? null : now - 1);
    }
}
