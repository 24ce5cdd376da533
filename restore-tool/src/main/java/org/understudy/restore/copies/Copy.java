package org.understudy.restore.copies;

import java.io.IOException;
import org.jspecify.annotations.Nullable;
import org.understudy.restore.source.BackupSource;
import org.understudy.storage.Content;

/**
 * One copy among those of a message.
 *
 * @param entry what its inspection found
 * @param number of its entry in its source's index, or -1 if it was not taken from one
 * @param by how it was matched with the first copy; of the first one itself {@code DIGEST}
 * @param name of its source, as the operator gave it
 * @param held its bytes where they are at hand, else null
 */
record Copy(
        CopyEntry entry,
        int number,
        Identity.Key by,
        String name,
        BackupSource source,
        @Nullable Content held) {
    /** The copy that the others are looked up for. */
    static Copy first(CopyEntry entry, int number, String name, BackupSource source) {
        return new Copy(entry, number, Identity.Key.DIGEST, name, source, null);
    }

    /** The same with its bytes at hand, so that its source is not read for them. */
    Copy holding(Content content) {
        return new Copy(entry, number, by, name, source, content);
    }

    /** @throws java.io.IOException if it cannot be read any more */
    Content content() throws IOException {
        return held == null ? CopyReader.message(source, entry.ref()).content() : held;
    }

    /** Whether it may be given in place of another: it lies in the same user's mail, and can be read. */
    boolean candidate() {
        return by != Identity.Key.ANYONES_DIGEST && entry.message() != null;
    }

    /** Where it lies, for people. */
    String place() {
        return entry.ref().path() + " of " + name;
    }

    /** The same in the eyes of another copy: its path is named only if it is another one. */
    String placeFrom(Copy other) {
        return entry.ref().path().equals(other.entry.ref().path()) ? "the copy in " + name : place();
    }
}
