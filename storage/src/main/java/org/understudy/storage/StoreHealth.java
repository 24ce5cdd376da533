package org.understudy.storage;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * Whether a store can be written.
 *
 * @param problem what keeps it from being written, in words, or empty
 * @param hint what the operator can do about it, or empty
 * @param since when that began, or null
 * @param recoveries how often the store was written again after a fault, since it was opened
 */
public record StoreHealth(
        State state, String problem, String hint, @Nullable Instant since, long recoveries) {
    /** What can be done with the store. */
    public enum State {
        /** Reads and writes. */
        SOUND,
        /** Reads; writes fail until the disk lets the store write again, which is tried by itself. */
        WAITING,
        /** Reads; the store must not be written until somebody has mended it. */
        REFUSED,
        /** Opened for reading, by intention. */
        READ_ONLY
    }

    static StoreHealth sound(long recoveries) {
        return new StoreHealth(State.SOUND, "", "", null, recoveries);
    }
}
