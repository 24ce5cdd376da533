package org.understudy.restore.job;

import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.understudy.storage.OperatorException;
import org.understudy.storage.Reason;

/**
 * A restore as job.json keeps it.
 *
 * @param source what is restored from
 * @param attempt 1 for the first plan and its merge; one more after each undo
 * @param planHash SHA-256 of plan.json, or null before there is a plan
 * @param approvals for {@code planHash} only
 * @param approvalsNeeded 1, or 2 where two persons must agree
 * @param failure why the last step stopped, or null if it did not
 * @param stagedBy the person who began it, or null where no credential said; job.json may lack it
 */
public record RestoreJob(
        String id,
        RestoreState state,
        Source source,
        long bytesPerSecond,
        Instant createdAt,
        Instant changedAt,
        int attempt,
        @Nullable String planHash,
        List<Approval> approvals,
        int approvalsNeeded,
        @Nullable String failure,
        @Nullable String stagedBy) {
    /**
     * @param location absolute path of the source, or its address
     * @param renames user names as the source gives them, to those that they get
     * @param only users to read, after renaming; empty for all
     * @param others other sources that hold the same mail, of which the best copies are taken; job.json may lack them
     */
    public record Source(
            String kind, String location, Map<String, String> renames, Set<String> only, List<Other> others) {
        public Source {
            others = others == null ? List.of() : List.copyOf(others);
        }

        /** One source alone. */
        public Source(String kind, String location, Map<String, String> renames, Set<String> only) {
            this(kind, location, renames, only, List.of());
        }

        /** The locations of all, the main one first. */
        public String text() {
            return others.isEmpty()
                    ? location
                    : location + ", best copies also from "
                            + others.stream().map(Other::location).collect(Collectors.joining(", "));
        }
    }

    /**
     * A source beside the main one, with the same renames and users.
     *
     * @param location absolute path of the source, or its address
     */
    public record Other(String location) {}

    public RestoreJob {
        approvals = List.copyOf(approvals);
    }

    /**
     * @throws OperatorException {@link Reason#CONFLICT} if the job is in none of the states {@code allowed}; it says
     *     which step is next
     */
    public void require(String step, Set<RestoreState> allowed) {
        if (!allowed.contains(state)) {
            throw new OperatorException(
                    Reason.CONFLICT,
                    "restore " + id + " is " + state.word() + " (" + state.meaning() + "), so '" + step
                            + "' cannot run; it runs when the restore is "
                            + EnumSet.copyOf(allowed).stream()
                                    .map(RestoreState::word)
                                    .collect(Collectors.joining(" or ")),
                    "The next step is 'understudy " + state.next() + " " + id + "'.");
        }
    }

    /** In another state, with no failure. */
    public RestoreJob to(RestoreState next, Instant now) {
        return new RestoreJob(
                id,
                next,
                source,
                bytesPerSecond,
                createdAt,
                now,
                attempt,
                planHash,
                approvals,
                approvalsNeeded,
                null,
                stagedBy);
    }

    /** In the same state, with the reason why its step stopped. */
    public RestoreJob failed(String why, Instant now) {
        return new RestoreJob(
                id,
                state,
                source,
                bytesPerSecond,
                createdAt,
                now,
                attempt,
                planHash,
                approvals,
                approvalsNeeded,
                why,
                stagedBy);
    }

    /** With a new plan, which nobody has approved yet. */
    public RestoreJob planned(String hash, int neededApprovals, Instant now) {
        return new RestoreJob(
                id,
                RestoreState.PLANNED,
                source,
                bytesPerSecond,
                createdAt,
                now,
                attempt,
                hash,
                List.of(),
                neededApprovals,
                null,
                stagedBy);
    }

    /** Without a plan. */
    public RestoreJob unplanned(RestoreState next, int nextAttempt, Instant now) {
        return new RestoreJob(
                id, next, source, bytesPerSecond, createdAt, now, nextAttempt, null, List.of(), 1, null, stagedBy);
    }

    /**
     * With one more approval, which may be the last that was needed.
     *
     * @param before those that count already
     * @param needed how many must approve by now
     */
    public RestoreJob approved(List<Approval> before, Approval approval, int needed) {
        List<Approval> all = new ArrayList<>(before);
        all.add(approval);
        return new RestoreJob(
                id,
                all.size() >= needed ? RestoreState.APPROVED : RestoreState.PLANNED,
                source,
                bytesPerSecond,
                createdAt,
                approval.at(),
                attempt,
                planHash,
                all,
                needed,
                null,
                stagedBy);
    }
}
