package org.understudy.restore.migrate;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One phase: when it was to be done, and when it was.
 *
 * @param planned first plan, which never changes once it is given, or null
 * @param due what is planned now, or null
 * @param began when its first user was, or null
 * @param done when its last user was, or when an operator said so, or null
 */
public record PhasePlan(
        Phase phase,
        @Nullable Instant planned,
        @Nullable Instant due,
        @Nullable Instant began,
        @Nullable Instant done,
        List<Delay> delays) {
    /**
     * A delay.
     *
     * @param from what was planned before, or null
     * @param until what is planned now, or null where nobody knows
     * @param why for those who run the migration
     * @param publicly for everybody; empty where nothing is told but that it is delayed
     */
    public record Delay(
            Instant at, @Nullable Instant from, @Nullable Instant until, String why, String publicly) {}

    public PhasePlan {
        delays = List.copyOf(delays);
    }

    static PhasePlan of(Phase phase) {
        return new PhasePlan(phase, null, null, null, null, List.of());
    }

    PhasePlan planned(Instant date) {
        return new PhasePlan(phase, planned == null ? date : planned, date, began, done, delays);
    }

    PhasePlan delayed(Delay delay) {
        List<Delay> all = new java.util.ArrayList<>(delays);
        all.add(delay);
        return new PhasePlan(phase, planned, delay.until(), began, done, all);
    }

    /** Begun, or done, or no longer done; dates that stand already stay. */
    PhasePlan reached(boolean someThere, boolean allThere, Instant now) {
        return new PhasePlan(
                phase,
                planned,
                due,
                began == null && someThere ? now : began,
                allThere ? (done == null ? now : done) : null,
                delays);
    }
}
