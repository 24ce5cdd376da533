package org.understudy.restore.crowd;

import java.nio.ByteBuffer;

/**
 * What comparison says of one message, before it is put into words: {@code kind:4 | about:8 | offset:8 | length:8 |
 * other:8 | otherOffset:8}.
 *
 * @param about number of the message
 * @param offset octets that it is about
 * @param other number of the message that it was compared with; the same where there is none
 */
record Clue(Kind kind, long about, long offset, long length, long other, long otherOffset) {
    static final int BYTES = 44;

    /** What was found. */
    enum Kind {
        BLOCK_SEEN,
        BLOCK,
        TAIL_SEEN,
        TAIL,
        HEAD_SEEN,
        HEAD,
        FILE_COPIED,
        FILE_SWAPPED,
        BODY_COPY,
        SAME_ID,
        SAME_ID_DIFFERS,
        OWNER
    }

    void write(ByteBuffer to) {
        to.putInt(kind.ordinal())
                .putLong(about)
                .putLong(offset)
                .putLong(length)
                .putLong(other)
                .putLong(otherOffset);
    }

    static Clue read(ByteBuffer from) {
        return new Clue(
                Kind.values()[from.getInt()],
                from.getLong(),
                from.getLong(),
                from.getLong(),
                from.getLong(),
                from.getLong());
    }
}
