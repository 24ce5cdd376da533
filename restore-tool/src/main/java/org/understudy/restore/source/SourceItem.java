package org.understudy.restore.source;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.understudy.storage.Content;
import org.understudy.storage.keyspace.Flags;

/** One thing found in a source. Sources give all that they hold: nothing is passed over in silence. */
public sealed interface SourceItem {
    ItemRef ref();

    /**
     * A message whose bytes can be had.
     *
     * @param uid the UID that the source's index gives it, or 0
     * @param internalDate the date of arrival as the source keeps it
     * @param content the bytes as they lie there; opening them may still fail with an {@code IOException}
     * @param witnesses what the source says of the bytes
     */
    record Message(
            ItemRef ref,
            SourceMailbox mailbox,
            long uid,
            Instant internalDate,
            Flags flags,
            Content content,
            List<Witness> witnesses)
            implements SourceItem {}

    /**
     * Something that should be a message and cannot be read as one.
     *
     * @param why what was expected and what was found
     */
    record Unreadable(ItemRef ref, Optional<SourceMailbox> mailbox, String why) implements SourceItem {}

    /**
     * A copy of a message that this source gives from another place: where several sources are given as one.
     *
     * @param why which one is given in its place
     */
    record Duplicate(ItemRef ref, SourceMailbox mailbox, String why) implements SourceItem {}

    /** Something that is no message: an index, a lock, a folder's own file. */
    record Ignored(ItemRef ref, String why) implements SourceItem {}
}
