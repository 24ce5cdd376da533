package org.understudy.server.scrub;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How rereading the store stands.
 *
 * @param rate octets a second at most
 * @param lastEnded when the last full pass ended, or null if there was none; the next four are of that one
 * @param lastFindings how many things were wrong
 * @param begun when the pass under way began, or null if none is
 * @param due when the next pass begins, or null while one is under way
 * @param progress part of the pass under way that is done, 0 to 1
 * @param findings how many things it has found wrong so far
 * @param first the first of them, or of the last pass where this one has found none
 * @param problem why it cannot go on, or empty
 */
public record ScrubStatus(
        boolean enabled,
        long rate,
        @Nullable Instant lastEnded,
        long lastTables,
        long lastMessages,
        long lastOctets,
        long lastFindings,
        @Nullable Instant begun,
        @Nullable Instant due,
        double progress,
        long findings,
        List<Finding> first,
        String problem) {
    /** Where nothing is reread. */
    public static final ScrubStatus OFF = new ScrubStatus(false, 0, null, 0, 0, 0, 0, null, null, 0, 0, List.of(), "");

    public ScrubStatus {
        first = List.copyOf(first);
    }

    /**
     * One thing that is wrong.
     *
     * @param user whose mail is concerned, or empty
     * @param mailbox or empty
     * @param uids the messages' UIDs as a sequence-set, or empty
     * @param files sorted tables that may hold it, with commas between, or empty
     */
    public record Finding(String user, String mailbox, String uids, String files, String what) {
        /** One line for people. */
        public String text() {
            StringBuilder text = new StringBuilder();
            text.append(user.isEmpty() ? "" : "user " + user + ", ");
            text.append(mailbox.isEmpty() ? "" : "mailbox " + mailbox + ", ");
            text.append(uids.isEmpty() ? "" : "UID " + uids + ", ");
            text.append(files.isEmpty() ? "" : "file " + files + ": ");
            return text.append(what).toString();
        }
    }
}
