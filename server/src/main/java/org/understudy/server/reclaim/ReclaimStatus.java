package org.understudy.server.reclaim;

import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * How the server's own reclaiming of expunged mail stands. Rounds that somebody asked for are not in it.
 *
 * @param enabled whether an interval is configured
 * @param keep how long expunged mail is kept, in time that the store is open
 * @param lastEnded when the last round ended, or null if there was none since the start; the next four are of that one
 * @param reclaimed bodies that were deleted
 * @param octets of these
 * @param left bodies that were due and are still there, unreadable ones included
 * @param obstacle why it did not get to the end, or empty
 * @param problem why the last attempt failed, or empty
 */
public record ReclaimStatus(
        boolean enabled,
        Duration keep,
        @Nullable Instant lastEnded,
        long reclaimed,
        long octets,
        long left,
        String obstacle,
        String problem) {
    /** Where nothing is reclaimed. */
    public static final ReclaimStatus OFF = waiting(false, Duration.ZERO);

    static ReclaimStatus waiting(boolean enabled, Duration keep) {
        return new ReclaimStatus(enabled, keep, null, 0, 0, 0, "", "");
    }

    ReclaimStatus failed(String why) {
        return new ReclaimStatus(enabled, keep, lastEnded, reclaimed, octets, left, obstacle, why);
    }
}
