package org.understudy.server.work;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Instant;
import org.jspecify.annotations.Nullable;
import org.understudy.restore.operation.Failure;

/**
 * A piece of work as the admin API shows it.
 *
 * @param operation what is done, by the operation's name
 * @param person who began it: a token's owner, {@code local} for the command line on this machine, or {@code server}
 * @param progress null before the first phase
 * @param result what the operation gives; null unless it is done, and in lists
 * @param error why there is no result; null unless it failed or was cancelled
 */
public record WorkView(
        String id,
        String operation,
        WorkState state,
        String person,
        Instant startedAt,
        @Nullable Instant endedAt,
        @Nullable Stage progress,
        @Nullable JsonNode result,
        @Nullable Failure error) {
    /**
     * How far the present phase is.
     *
     * @param total -1 where it is not known
     * @param unit plural noun
     */
    public record Stage(String phase, long done, long total, String unit, long bytes) {}
}
