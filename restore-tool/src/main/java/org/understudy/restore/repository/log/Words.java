package org.understudy.restore.repository.log;

import java.time.Instant;
import java.time.temporal.ChronoUnit;
import org.jspecify.annotations.Nullable;

/** What operators read of lines and gaps. */
final class Words {
    private Words() {}

    /** Why moments after {@code before} cannot be reached. */
    static String gap(LogHead.Reason reason, @Nullable Instant before) {
        String why = switch (reason) {
            case FIRST -> "no log was kept before";
            case LOG_GONE -> "the store deleted a part of its log before it was carried away";
            case OTHER_STORE -> "the store was made anew or brought back from a snapshot";
            case TURNED_BACK -> "an older copy of the store's files was put in place";
        };
        return before == null ? why : "from " + second(before) + " on, " + why;
    }

    /** To the second, the fraction cut off. */
    static String second(Instant moment) {
        return moment.truncatedTo(ChronoUnit.SECONDS).toString();
    }

    /** To the second, the next one unless it is a whole one. */
    static String nextSecond(Instant moment) {
        Instant cut = moment.truncatedTo(ChronoUnit.SECONDS);
        return (cut.equals(moment) ? cut : cut.plusSeconds(1)).toString();
    }
}
