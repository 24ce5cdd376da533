package org.understudy.restore.repository;

import java.util.List;

/**
 * One thing about a repository that an operator should know.
 *
 * @param snapshot id of the snapshot that it concerns, or empty for the repository as a whole
 * @param file path within the repository
 * @param storeFile for an object the name that the database knows it by in that snapshot, else empty
 * @param columnFamily for an object that is a sorted table, else empty
 * @param expected what should be there
 * @param found what is there
 * @param meaning what it means for the mail of the snapshot, one sentence
 * @param affected whose mail, by user and mailbox
 * @param hint what to do next
 */
public record RepositoryFinding(
        Kind kind,
        String snapshot,
        String file,
        String storeFile,
        String columnFamily,
        String expected,
        String found,
        String meaning,
        List<Affected> affected,
        String hint) {

    public RepositoryFinding {
        affected = List.copyOf(affected);
    }

    /** What is wrong. */
    public enum Kind {
        MANIFEST_UNREADABLE(true),
        /** The manifest under this name is of another snapshot or another repository. */
        MANIFEST_REPLACED(true),
        SIGNATURE_MISSING(true),
        SIGNATURE_WRONG(true),
        /** There is no public key to check the signature with. */
        KEY_MISSING(true),
        /** Signed with a key that is not among those that this machine trusts. */
        KEY_NOT_TRUSTED(true),
        /** This machine trusts no key, so the signature could be checked with the repository's own copy only. */
        KEY_NOT_PINNED(false),
        /** The repository's copy of a trusted key is missing or differs. */
        KEY_COPY_LOST(false),
        /** A manifest is missing or is not the one that the next was built on. */
        CHAIN_BROKEN(true),
        /** The record that takes a pruned snapshot's place in the chain is unreadable, replaced or not signed. */
        PRUNED_RECORD_WRONG(true),
        /** The last snapshot that this machine took is not there any more. */
        LATEST_MISSING(true),
        OBJECT_MISSING(true),
        OBJECT_SIZE(true),
        OBJECT_CONTENT(true),
        /** The operating system does not give the object. */
        OBJECT_UNREADABLE(true),
        /** The rows of a snapshot differ from its manifest though every file is as it was. */
        ROWS_DIFFER(true),
        /** Segments of the log are missing between others, or the newest ones that this machine wrote. */
        LOG_MISSING(true),
        /** A segment of the log is cut, cannot be read, or is not what was signed. */
        LOG_DAMAGED(true),
        /** The segment of another place, repository or store lies under a name. */
        LOG_REPLACED(true),
        /** A part of the log was never carried away; what happened meanwhile is in the next snapshot only. */
        LOG_GAP(false);

        private final boolean damage;

        Kind(boolean damage) {
            this.damage = damage;
        }

        /** Whether a repository with such a finding is not sound. */
        public boolean damage() {
            return damage;
        }
    }

    /** What is lost or in doubt of some messages. */
    public enum Loss {
        /** The message's bytes cannot be read, or are not the ones it had. */
        BODY,
        /** The row that leads to the message cannot be read. */
        MESSAGE,
        /** Flags, keywords or MODSEQ cannot be read or are not those it had; the message itself is there. */
        FLAGS,
        /** What was done to the user's mail in a stretch of time; {@code messages} counts effects. */
        CHANGES,
        /** The message can be read, but its row cannot be shown to be the one that the manifest was made of. */
        UNPROVEN
    }

    /**
     * Messages of one mailbox that share a loss.
     *
     * @param uids as a sequence-set of RFC 9051, ascending, for example {@code 17,20:31}
     */
    public record Affected(Loss loss, String user, String mailbox, long mailboxId, long messages, String uids) {}

    static RepositoryFinding of(
            Kind kind, String snapshot, String file, String expected, String found, String meaning, String hint) {
        return new RepositoryFinding(kind, snapshot, file, "", "", expected, found, meaning, List.of(), hint);
    }

    /** One line for people, without the affected mail. */
    public String text() {
        return (snapshot.isEmpty() ? "repository" : "snapshot " + snapshot) + ": " + file
                + (storeFile.isEmpty()
                        ? ""
                        : " (" + storeFile + (columnFamily.isEmpty() ? "" : " of " + columnFamily) + ")")
                + ": expected " + expected + ", found " + found + ". " + meaning;
    }
}
