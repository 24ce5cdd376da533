package org.understudy.server.imap;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/** How many connections there are, in all and from each address, over all listeners of a server. Thread-safe. */
public final class ConnectionCounts {
    private final int limit;
    private final int limitPerAddress;
    private final Map<String, Integer> addresses = new HashMap<>();
    private int all;

    /** @param limitPerAddress from one IPv4 address, or one IPv6 network of 64 bits */
    public ConnectionCounts(int limit, int limitPerAddress) {
        this.limit = limit;
        this.limitPerAddress = limitPerAddress;
    }

    /**
     * Counts a connection.
     *
     * @param address as {@link LoginThrottle#key} gives it, or empty for one that is not on a network
     * @return why it may not come in, for the log and, where the client can read it yet, for the user
     */
    public synchronized Optional<String> enter(String address) {
        if (all >= limit) {
            return Optional.of("The server has " + limit + " connections, as many as it takes.");
        }
        int from = addresses.getOrDefault(address, 0);
        if (from >= limitPerAddress && !address.isEmpty()) {
            return Optional.of("Your address has " + limitPerAddress + " connections, as many as one may have.");
        }
        all++;
        addresses.put(address, from + 1);
        return Optional.empty();
    }

    /** Ends what {@link #enter} has begun. */
    public synchronized void leave(String address) {
        all--;
        addresses.computeIfPresent(address, (key, count) -> count == 1 ? null : count - 1);
    }
}
