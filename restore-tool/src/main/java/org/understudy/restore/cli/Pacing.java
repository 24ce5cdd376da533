package org.understudy.restore.cli;

import org.jspecify.annotations.Nullable;
import org.understudy.storage.OperatorException;
import org.understudy.storage.Reason;

/** How fast an operator lets work write. */
final class Pacing {
    private static final double MOST_MEGABYTES = 1e6;

    private Pacing() {}

    /** As operations want it: 0 for their default where nothing is given, -1 where 0 is. */
    static long rate(@Nullable Double megabytes) {
        if (megabytes == null) {
            return 0;
        }
        long bytes = bytes(megabytes);
        return bytes == 0 ? -1 : bytes;
    }

    /**
     * @param megabytes a second, 0 to 1,000,000
     * @return bytes a second, 0 if {@code megabytes} is 0
     */
    static long bytes(double megabytes) {
        if (!(megabytes >= 0 && megabytes <= MOST_MEGABYTES)) {
            throw new OperatorException(
                    Reason.USAGE,
                    "--limit is " + megabytes + ", expected a number of MB a second from 0 to 1000000",
                    "for example --limit 20, or --limit 0 for no limit");
        }
        return Math.round(megabytes * 1e6);
    }
}
