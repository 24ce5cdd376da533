package org.understudy.benchmarks.workload;

import java.time.Duration;

/**
 * How much of everything.
 *
 * @param big messages of the mailbox for SELECT and FETCH of metadata
 * @param bodies messages of mixed sizes whose bodies are fetched
 * @param medium messages of the mailbox for STORE, COPY, MOVE, EXPUNGE and SEARCH
 * @param span how long appends and logins go on
 * @param idle sessions that wait at once
 * @param repetitions that count; one more warms up
 */
public record Scale(int big, int bodies, int medium, Duration span, int idle, int repetitions) {
    /** A few minutes with three servers. */
    public static final Scale QUICK = new Scale(10_000, 1_000, 4_000, Duration.ofSeconds(1), 500, 2);

    public static final Scale FULL = new Scale(100_000, 10_000, 20_000, Duration.ofSeconds(5), 5_000, 3);
}
