package org.understudy.restore.migrate;

import java.time.Instant;
import java.util.List;

/**
 * What one round did for one user.
 *
 * @param number from 1
 * @param mailboxes that the old side has
 * @param messages that the old side gives, after the round
 * @param octets of those
 * @param added brought over in this round
 * @param flags messages whose flags changed
 * @param expunged messages that went
 * @param structure mailboxes made, renamed or deleted
 * @param waiting messages that have no UID on the old side yet; the last round brings them
 * @param missing items that the old side does not give, all rounds; each stands in {@code findings}
 * @param damaged messages that are damaged on the old side and were brought over as they are, all rounds
 * @param suspect messages that may be damaged, all rounds
 * @param notes what an engineer should know, at most 50
 */
public record Round(
        int number,
        Instant at,
        long millis,
        long mailboxes,
        long messages,
        long octets,
        long added,
        long flags,
        long expunged,
        long structure,
        long waiting,
        long missing,
        long damaged,
        long suspect,
        List<String> quota,
        List<String> notes) {
    static final int MOST_NOTES = 50;

    public Round {
        quota = List.copyOf(quota);
        notes = List.copyOf(notes.subList(0, Math.min(MOST_NOTES, notes.size())));
    }
}
