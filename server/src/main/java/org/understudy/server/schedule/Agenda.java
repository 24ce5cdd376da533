package org.understudy.server.schedule;

import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.understudy.server.schedule.JobState.Outcome;

/** Which job is due. Knows no clock, files or threads. Not thread-safe. */
final class Agenda {
    static final Duration FIRST_RETRY = Duration.ofMinutes(5);
    static final Duration LAST_RETRY = Duration.ofHours(6);
    static final Duration WHEN_BUSY = Duration.ofMinutes(5);
    private static final int MOST_DOUBLINGS = 7;

    private final ZoneId zone;
    private final Map<String, Timing> timings;
    private final Map<String, JobState> states = new LinkedHashMap<>();

    /**
     * @param timings of all jobs, in the order in which those that are due at once run
     * @param before what was known when the server stopped
     */
    Agenda(Map<String, Timing> timings, ZoneId zone, List<JobState> before, Instant now) {
        this.timings = new LinkedHashMap<>(timings);
        this.zone = zone;
        Map<String, JobState> known = new LinkedHashMap<>();
        before.forEach(state -> known.put(state.name(), state));
        timings.forEach((name, timing) -> states.put(name, resumed(name, timing, known.get(name), now)));
    }

    /** A job that has never run is due at once where it runs every so often; one that was cut short is due at once. */
    private JobState resumed(String name, Timing timing, @Nullable JobState state, Instant now) {
        if (state == null) {
            return JobState.unknown(
                    name,
                    timing,
                    timing instanceof Timing.Every
                            ? now
                            : timing.next(now, zone).orElse(null));
        }
        if (timing instanceof Timing.Never) {
            return state.planned(timing, null);
        }
        if (state.outcome() == Outcome.RUNNING) {
            return state.ended(now, Outcome.INTERRUPTED, "the server stopped while it ran", now)
                    .planned(timing, now);
        }
        Instant begun = state.begun();
        Instant due = state.timing().equals(timing.text())
                ? state.due()
                : begun == null && timing instanceof Timing.Every
                        ? now
                        : timing.next(begun == null ? now : begun, zone).orElse(null);
        return state.planned(timing, due == null ? now : due);
    }

    List<JobState> states() {
        return List.copyOf(states.values());
    }

    /** No job waits longer than from now to its next regular time, though the clock was put back since. */
    private void clamp(Instant now) {
        states.replaceAll((name, state) -> {
            Instant due = state.due();
            Instant regular = timing(name).next(now, zone).orElse(null);
            return due != null && regular != null && regular.isBefore(due)
                    ? state.planned(timing(name), regular)
                    : state;
        });
    }

    /** The job that has been due longest, if one is. */
    Optional<String> next(Instant now) {
        clamp(now);
        return states.values().stream()
                .filter(state -> state.due() != null && !state.due().isAfter(now))
                .min(Comparator.comparing(Agenda::dueOf))
                .map(JobState::name);
    }

    /** When the next job is due; empty if none ever is. */
    Optional<Instant> earliest(Instant now) {
        clamp(now);
        return states.values().stream()
                .map(Agenda::dueOf)
                .min(Comparator.naturalOrder())
                .filter(due -> due.isBefore(Instant.MAX));
    }

    private static Instant dueOf(JobState state) {
        Instant due = state.due();
        return due == null ? Instant.MAX : due;
    }

    /**
     * Makes a job due at once that is scheduled, unless it runs, or has failed last and is to be tried again later anyway.
     * Answers whether it is due now.
     */
    boolean ask(String job, Instant now) {
        JobState state = state(job);
        boolean wanted = !(timing(job) instanceof Timing.Never)
                && state.outcome() != Outcome.RUNNING
                && state.outcome() != Outcome.FAILED;
        if (wanted) {
            states.put(job, state.planned(timing(job), now));
        }
        return wanted;
    }

    void begun(String job, Instant now) {
        states.put(job, state(job).running(now));
    }

    /** Notes how a run ended, and when the next one is. */
    JobState ended(String job, Instant now, Outcome outcome, String message) {
        JobState state = state(job);
        JobState after = state.ended(now, outcome, message, null);
        Optional<Instant> regular = regular(timing(job), state.begun(), now);
        Instant due = regular.map(next -> switch (outcome) {
                    case FAILED -> earlier(next, now.plus(backOff(after.failures())));
                    case BUSY -> earlier(next, now.plus(WHEN_BUSY));
                    case INTERRUPTED, RUNNING -> now;
                    case GOOD, NONE -> next;
                })
                .orElse(null);
        JobState planned = after.planned(timing(job), due);
        states.put(job, planned);
        return planned;
    }

    /** The next time after the end; of those that every so often come, counted from the begin. */
    private Optional<Instant> regular(Timing timing, @Nullable Instant begun, Instant ended) {
        if (timing instanceof Timing.Every every && begun != null && !ended.isBefore(begun)) {
            long passed = Duration.between(begun, ended).dividedBy(every.period());
            return Optional.of(begun.plus(every.period().multipliedBy(passed + 1)));
        }
        return timing.next(ended, zone);
    }

    /** 5 minutes, then twice as long each time, up to 6 hours. */
    static Duration backOff(int failures) {
        Duration wait = FIRST_RETRY.multipliedBy(1L << Math.min(MOST_DOUBLINGS, Math.max(0, failures - 1)));
        return wait.compareTo(LAST_RETRY) < 0 ? wait : LAST_RETRY;
    }

    private static Instant earlier(Instant one, Instant other) {
        return one.isBefore(other) ? one : other;
    }

    private Timing timing(String job) {
        return timings.getOrDefault(job, new Timing.Never());
    }

    private JobState state(String job) {
        JobState state = states.get(job);
        if (state == null) {
            throw new IllegalArgumentException("there is no job " + job);
        }
        return state;
    }
}
