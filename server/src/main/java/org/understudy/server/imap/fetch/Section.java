package org.understudy.server.imap.fetch;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Octets of a message that are asked for.
 *
 * @param label what the response calls it, for instance {@code BODY[1.MIME]}
 * @param path part numbers, none for the message
 * @param fields names for {@link What#FIELDS} and {@link What#FIELDS_NOT}, in lower case
 * @param partial which of the octets, or null for all
 */
@SuppressWarnings("ArrayRecordComponent") // read once, never compared
record Section(
        String label,
        What what,
        int[] path,
        List<String> fields,
        @Nullable Partial partial) {
    /** Which octets of the part. */
    enum What {
        ALL,
        HEADER,
        FIELDS,
        FIELDS_NOT,
        TEXT,
        MIME,
        /** Without its transfer encoding (RFC 3516). */
        DECODED,
        /** Only how many octets {@link #DECODED} has. */
        DECODED_SIZE
    }

    /**
     * {@code <first.count>}.
     *
     * @param count from 1 on
     */
    record Partial(long first, long count) {}
}
