package org.understudy.restore.message;

/**
 * Takes a message's lines in order, during the one pass that {@link MessageReader} makes.
 *
 * <p>A line is {@code buffer[from, to)} without its end; the buffer is valid during the call only. {@code ending} is the
 * length of the end that follows: 2 for CRLF, 1 for LF, 0 where the line goes on in the next call (only lines longer than
 * the reader's buffer do) or the message ends. {@code offset} counts octets of the bytes as they lie in the source.
 */
public interface LineSink {
    /** A line of the header block, the empty line that ends it included. */
    void headerLine(byte[] buffer, int from, int to, int ending, long offset);

    /**
     * The header block is over; called exactly once, before any body line.
     *
     * @param bodyOffset where the body begins, or the end of the message
     */
    void headerEnd(HeaderBlock header, long bodyOffset);

    /** A line of the body. */
    void bodyLine(byte[] buffer, int from, int to, int ending, long offset);

    /** The message is over. */
    void end(long size);
}
