package org.understudy.restore.validate;

/** Takes the MIME parts of a message in order, as {@link MimeWalk} finds them. */
public interface PartSink {
    /** A part's header is over; the message itself is the first part. */
    void partBegins(Part part);

    /**
     * A line of a part's own body: of a leaf its content, of a multipart its preamble or epilogue. Buffer, {@code ending}
     * and {@code offset} as in {@link org.understudy.restore.message.LineSink}.
     *
     * @param whole whether the line begins here, rather than going on from the call before
     */
    void partLine(Part part, byte[] buffer, int from, int to, int ending, long offset, boolean whole);

    /**
     * The same, for those who want to know beforehand what a line holds.
     *
     * @param kinds the {@link Octets} in the line
     */
    default void partLine(
            Part part, byte[] buffer, int from, int to, int ending, long offset, boolean whole, int kinds) {
        partLine(part, buffer, from, to, ending, offset, whole);
    }

    /** A part is over: a delimiter came, an outer part ended, or the message did. */
    void partEnds(Part part, long offset);
}
