package org.understudy.restore.source.imap;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a spool holds of one message.
 *
 * @param flags as the server last stated them
 * @param date INTERNALDATE as the server wrote it, or empty
 * @param size RFC822.SIZE as the server stated it, or -1
 * @param gmail X-GM-MSGID, or empty
 * @param body where its octets lie, or null if the server did not give them
 * @param refused the server's words, or ours on what it gave; empty if there is a body
 * @param gone whether the server has it no longer
 */
record SpoolEntry(
        List<String> flags,
        String date,
        long size,
        String gmail,
        @Nullable Body body,
        String refused,
        boolean gone) {
    /**
     * Octets in one of the spool's files.
     *
     * @param sha256 64 hexadecimal digits
     */
    record Body(int part, long offset, long length, String sha256) {}

    SpoolEntry with(List<String> newFlags) {
        return new SpoolEntry(newFlags, date, size, gmail, body, refused, gone);
    }

    SpoolEntry expunged() {
        return new SpoolEntry(flags, date, size, gmail, body, refused, true);
    }
}
