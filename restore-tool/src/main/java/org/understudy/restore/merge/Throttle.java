package org.understudy.restore.merge;

import org.understudy.restore.shadow.Pace;

/**
 * How fast a merge may go, so that users hardly notice it.
 *
 * @param files writing of body files, outside the live store
 * @param log octets a second into the live store's write-ahead log while users are at work; 0 for no limit
 * @param reading octets a second at which merged messages are read back while users are at work; 0 for no limit
 */
public record Throttle(Pace files, long log, long reading) {
    /** Body files are written at 40 MiB/s where nobody says otherwise. */
    private static final long FILES = 40L << 20;

    private static final long LOG = 12L << 20;
    private static final long READING = 60L << 20;

    /** What live users hardly notice. */
    public static Throttle standard() {
        return files(FILES);
    }

    /** The standard one with another rate for body files, in bytes a second. */
    public static Throttle files(long bytesPerSecond) {
        return new Throttle(new Pace(bytesPerSecond), LOG, READING);
    }

    public static Throttle none() {
        return new Throttle(new Pace(0), 0, 0);
    }
}
