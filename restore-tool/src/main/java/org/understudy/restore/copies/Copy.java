package org.understudy.restore.copies;

import org.understudy.restore.source.BackupSource;

/**
 * One copy among those of a message.
 *
 * @param entry what its inspection found
 * @param number of its entry in its source's index, or -1 if it was not taken from one
 * @param by how it was matched with the first copy; of the first one itself {@code DIGEST}
 * @param name of its source, as the operator gave it
 */
record Copy(CopyEntry entry, int number, Identity.Key by, String name, BackupSource source) {
    /** The copy that the others are looked up for. */
    static Copy first(CopyEntry entry, int number, String name, BackupSource source) {
        return new Copy(entry, number, Identity.Key.DIGEST, name, source);
    }

    /** Whether it may be given in place of another: it lies in the same user's mail, and can be read. */
    boolean candidate() {
        return by != Identity.Key.ANYONES_DIGEST && entry.message() != null;
    }

    /** Where it lies, for people. */
    String place() {
        return entry.ref().path() + " of " + name;
    }
}
