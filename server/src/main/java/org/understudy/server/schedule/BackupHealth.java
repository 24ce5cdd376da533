package org.understudy.server.schedule;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How old the last good backup of each kind is, and what is wrong with that. For 'status' and for metrics.
 *
 * @param at when this was found out
 * @param since when the server began to keep account; what has never happened is as old as that
 * @param snapshot the newest, or null if there is none
 * @param verified the newest that was found sound, or null
 * @param goodDrill the last good one, or null
 * @param lastDrill the last one of any kind, or null
 * @param hold why retention is frozen, or empty
 * @param problem why the repository cannot be looked at, or empty
 * @param jobs scheduled ones
 * @param alerts what should be looked at, the gravest first
 */
public record BackupHealth(
        Instant at,
        Instant since,
        @Nullable Snapshot snapshot,
        @Nullable Snapshot verified,
        @Nullable Drill goodDrill,
        @Nullable Drill lastDrill,
        String hold,
        String problem,
        List<JobState> jobs,
        List<Alert> alerts) {
    /** @param verifiedAt when it was last found sound, or null */
    public record Snapshot(
            String id, Instant taken, @Nullable Instant verifiedAt) {}

    /** @param verdict as {@link org.understudy.restore.drill.DrillResult.Verdict#word} has it */
    public record Drill(String id, Instant begun, String verdict) {}

    /** What an alert is about. */
    public enum Kind {
        STORE,
        HOLD,
        REPOSITORY,
        DRILL_FAILED,
        JOB_FAILED,
        SNAPSHOT_AGE,
        VERIFIED_AGE,
        DRILL_AGE
    }

    /** @param hint what to do, as an instruction */
    public record Alert(Kind kind, String text, String hint) {}

    public BackupHealth {
        jobs = List.copyOf(jobs);
        alerts = List.copyOf(alerts);
    }
}
