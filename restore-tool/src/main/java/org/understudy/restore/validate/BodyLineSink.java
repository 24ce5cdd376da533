package org.understudy.restore.validate;

import org.understudy.restore.message.LineSink;

/** A sink that is told which {@link Octets} a line of the body holds. */
interface BodyLineSink extends LineSink {
    /** As {@link LineSink#bodyLine(byte[], int, int, int, long)}, with the kinds of octets in the line. */
    void bodyLine(byte[] buffer, int from, int to, int ending, long offset, int kinds);

    @Override
    default void bodyLine(byte[] buffer, int from, int to, int ending, long offset) {
        bodyLine(buffer, from, to, ending, offset, Octets.kinds(buffer, from, to));
    }
}
