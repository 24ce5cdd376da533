package org.understudy.restore.drill;

import java.time.Instant;
import java.util.List;

/**
 * What came of a drill.
 *
 * @param id {@code d-20260527-3fa9}
 * @param snapshot its id, or empty if none could be opened
 * @param snapshotCreated when it was taken, or 1970
 * @param verified when that snapshot was last found sound by reading it, or 1970 for never
 * @param seed of the choice of users; the same seed chooses the same users of the same snapshot
 * @param asked how many random users were asked for
 * @param users by name
 * @param faults what is wrong with the drill as a whole, one sentence each
 * @param notes what an operator should know and is no fault
 */
public record DrillResult(
        String id,
        Instant begun,
        long millis,
        Verdict verdict,
        String snapshot,
        Instant snapshotCreated,
        Instant verified,
        long seed,
        int asked,
        List<UserDrill> users,
        List<String> faults,
        List<String> notes) {
    /** What a drill is worth. */
    public enum Verdict {
        /** Everything was compared and is as it should be. */
        GOOD,
        /** Nothing is wrong, but not everything was compared. */
        INCOMPLETE,
        /** A restore would not bring back what it should. */
        FAILED;

        /** Lower case, as commands print it. */
        public String word() {
            return name().toLowerCase(java.util.Locale.ROOT);
        }
    }

    /**
     * One user's rehearsal.
     *
     * @param canary whether the user was taken for a canary mailbox
     * @param promised messages that the manifest says there are
     * @param replayed of these, how many lie in the shadow; {@code promised = replayed + duplicate + unreadable}
     * @param proven of those replayed, by their verdicts
     * @param trees mailboxes whose Merkle trees were compared with the manifest's
     * @param treesDifferent of these
     * @param canaryMessages known messages that were compared
     * @param imap what a mail program read
     * @param faults one sentence each
     */
    public record UserDrill(
            String user,
            boolean canary,
            long promised,
            long replayed,
            long duplicate,
            long unreadable,
            long proven,
            long consistent,
            long suspect,
            long damaged,
            long bytes,
            long trees,
            long treesDifferent,
            long canaryMessages,
            ImapReading imap,
            long stageMillis,
            long validateMillis,
            List<String> faults) {
        public UserDrill {
            faults = List.copyOf(faults);
        }
    }

    /**
     * What a mail program read of a shadow.
     *
     * @param exercised whether one could
     * @param mailboxes selected
     * @param messages whose bytes were read and compared
     * @param left out of the comparison, because there were more than one drill reads
     * @param different in bytes, size or date, or missing, or too many
     */
    public record ImapReading(
            boolean exercised, long mailboxes, long messages, long left, long bytes, long different, long millis) {
        public static final ImapReading NONE = new ImapReading(false, 0, 0, 0, 0, 0, 0);
    }

    public DrillResult {
        users = List.copyOf(users);
        faults = List.copyOf(faults);
        notes = List.copyOf(notes);
    }

    public boolean good() {
        return verdict == Verdict.GOOD;
    }

    /** All faults, those of users after the user's name. */
    public List<String> allFaults() {
        return java.util.stream.Stream.concat(
                        faults.stream(),
                        users.stream().flatMap(user -> user.faults().stream().map(fault -> user.user() + ": " + fault)))
                .toList();
    }
}
