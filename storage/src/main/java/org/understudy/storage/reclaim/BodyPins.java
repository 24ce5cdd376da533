package org.understudy.storage.reclaim;

import java.util.concurrent.ConcurrentHashMap;
import org.understudy.storage.keyspace.BodyId;

/**
 * What writers and the reclaim tell each other about bodies that are in the store.
 *
 * <p>Design. A writer that is about to name a stored body pins it, then looks whether it is there, submits its effect, waits
 * until that is on disk or has failed, and lets go. The reclaim condemns a body before it deletes it, which succeeds only if
 * nobody pins it nor has pinned it since the round began; a condemned body cannot be pinned. The round begins before it
 * takes the view in which it looks for references. So for each reference and each deletion of one body: either the writer
 * let go before the round began, then the view shows its message; or it pinned later, then the body is not condemned; or the
 * body was condemned first, then the writer cannot pin it, or pins it after the deletion and does not find it.
 *
 * <p>Copies and moves need no pin: they name a body that a live message names, so the view shows that, or whoever brought
 * the message has pinned the body since.
 *
 * <p>Thread-safe; no call waits.
 */
public final class BodyPins {
    private static final int CONDEMNED = -1;

    /** Body id to writers that pin it, 0 for none any more in this round, or {@link #CONDEMNED}. */
    private final ConcurrentHashMap<Long, Integer> pins = new ConcurrentHashMap<>();

    private volatile boolean round;

    /** To be followed by {@link #unpin} when the effect is on disk or has failed; answers whether the body may be named. */
    public boolean pin(BodyId body) {
        int now = pins.merge(body.value(), 1, (before, one) -> before == CONDEMNED ? before : before + one);
        return now != CONDEMNED;
    }

    /** Undoes one successful {@link #pin}. */
    public void unpin(BodyId body) {
        pins.computeIfPresent(body.value(), (id, count) -> {
            if (count > 1) {
                return count - 1;
            }
            return round ? Integer.valueOf(0) : null;
        });
    }

    /** From now on pins are remembered until {@link #end}, in a round of deletions that has yet to take its view. */
    void begin() {
        round = true;
    }

    void end() {
        round = false;
        pins.values().removeIf(count -> count == 0);
    }

    /** Whether nobody pins the body, or has in this round; then nobody can until {@link #absolve}. */
    boolean condemn(BodyId body) {
        return pins.putIfAbsent(body.value(), CONDEMNED) == null;
    }

    /** The body is deleted, or stays after all. */
    void absolve(BodyId body) {
        pins.remove(body.value(), CONDEMNED);
    }
}
