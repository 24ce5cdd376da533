package org.understudy.restore.repository.backend.s3;

import java.time.Duration;

/**
 * Sizes and times that need no configuration.
 *
 * @param partBytes of an upload in parts, 5 MiB at least; what is smaller goes in one request
 * @param attempts of one request, the first included
 * @param firstDelay before the second attempt; it doubles from there
 * @param longestDelay between two attempts
 * @param lease how long a lock holds without being renewed
 * @param abandoned age at which an upload that nobody goes on with is removed
 */
record S3Tuning(
        int partBytes, int attempts, Duration firstDelay, Duration longestDelay, Duration lease, Duration abandoned) {
    static final S3Tuning STANDARD = new S3Tuning(
            16 << 20, 8, Duration.ofMillis(250), Duration.ofSeconds(20), Duration.ofSeconds(90), Duration.ofDays(7));

    /** The service takes 10,000 parts; the largest object is 5 TiB. */
    static final int MOST_PARTS = 10_000;

    /** The size of the parts of an upload, the same each time for the same size of the whole. */
    int partBytes(long size) {
        long needed = (size + MOST_PARTS - 1) / MOST_PARTS;
        long part = partBytes;
        while (part < needed) {
            part *= 2;
        }
        if (part > 1 << 30) {
            throw new IllegalArgumentException(size + " bytes are more than one object can hold");
        }
        return (int) part;
    }
}
