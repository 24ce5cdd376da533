package org.understudy.server.ledger;

import java.util.Map;
import java.util.TreeMap;

/**
 * What has gone wrong since the server started.
 *
 * @param alerts of clients, by {@link Alert#word()}; all there are
 * @param failures handshakes that failed for another cause, by {@link Outcome.Cause#word()}; all there are
 * @param silent connections with TLS and without a command
 * @param dropped connections that the ledger could not count
 */
public record TlsCounts(Map<String, Long> alerts, Map<String, Long> failures, long silent, long dropped) {
    public TlsCounts {
        alerts = Map.copyOf(alerts);
        failures = Map.copyOf(failures);
    }

    /** Nothing has. */
    public static TlsCounts none() {
        Map<String, Long> alerts = new TreeMap<>();
        for (Alert alert : Alert.values()) {
            alerts.put(alert.word(), 0L);
        }
        Map<String, Long> failures = new TreeMap<>();
        for (Outcome.Cause cause : Outcome.Cause.values()) {
            failures.put(cause.word(), 0L);
        }
        return new TlsCounts(alerts, failures, 0, 0);
    }
}
