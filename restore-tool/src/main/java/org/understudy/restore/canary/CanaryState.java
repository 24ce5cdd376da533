package org.understudy.restore.canary;

import java.time.Instant;
import java.util.List;

/**
 * Whether a canary mailbox is as it was made.
 *
 * @param expected how many messages were put there
 * @param sound how many of them are there, byte for byte
 * @param expunged how many a user or administrator expunged, which is no fault
 * @param faults one line for each of the others
 */
public record CanaryState(
        String user, String mailbox, Instant checked, long expected, long sound, long expunged, List<String> faults) {
    public CanaryState {
        faults = List.copyOf(faults);
    }

    public boolean wrong() {
        return !faults.isEmpty();
    }
}
