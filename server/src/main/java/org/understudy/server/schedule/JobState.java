package org.understudy.server.schedule;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * What is known of one scheduled job.
 *
 * @param timing text of its {@link Timing}, as the configuration had it
 * @param due when it runs next, or null for never
 * @param begun when the last run began, or null
 * @param ended when that ended, or null while it runs
 * @param lastGood when a run ended well for the last time, or null
 * @param message what the last run said, one sentence
 * @param failures runs since the last good one that failed
 */
public record JobState(
        String name,
        String timing,
        @Nullable Instant due,
        @Nullable Instant begun,
        @Nullable Instant ended,
        @Nullable Instant lastGood,
        Outcome outcome,
        String message,
        int failures) {
    /** How the last run ended. */
    public enum Outcome {
        /** There was none yet. */
        NONE,
        /** It is under way. */
        RUNNING,
        /** As it should. */
        GOOD,
        /** It could not do its work, or found something that is not sound. */
        FAILED,
        /** Somebody else was at work on the same thing. */
        BUSY,
        /** The server stopped. */
        INTERRUPTED;

        /** Lower case, as commands print it. */
        public String word() {
            return name().toLowerCase(java.util.Locale.ROOT);
        }
    }

    static JobState unknown(String name, Timing timing, @Nullable Instant due) {
        return new JobState(name, timing.text(), due, null, null, null, Outcome.NONE, "", 0);
    }

    JobState running(Instant now) {
        return new JobState(name, timing, due, now, null, lastGood, Outcome.RUNNING, "", failures);
    }

    JobState ended(Instant now, Outcome how, String said, @Nullable Instant next) {
        return new JobState(
                name,
                timing,
                next,
                begun,
                now,
                how == Outcome.GOOD ? now : lastGood,
                how,
                said,
                how == Outcome.GOOD ? 0 : how == Outcome.FAILED ? failures + 1 : failures);
    }

    JobState planned(Timing wanted, @Nullable Instant next) {
        return new JobState(name, wanted.text(), next, begun, ended, lastGood, outcome, message, failures);
    }
}
