package org.understudy.restore.shadow;

import org.jspecify.annotations.Nullable;
import org.understudy.restore.source.SourceMailbox;

/**
 * Why one item of the source is not in the shadow.
 *
 * @param path of the item in the source
 * @param mailbox where it belongs, or null where the source does not say
 * @param why one line for people
 */
public record ItemOutcome(
        long ordinal, String path, @Nullable SourceMailbox mailbox, Bin bin, String why) {
    /** The bins that items end in which are not replayed. */
    public enum Bin {
        /**
         * The same message, by digest of the canonical form and arrival to the second, is in the mailbox already; or of
         * several sources another one gives it.
         */
        DUPLICATE,
        /** It should be a message and cannot be read as one. */
        UNREADABLE,
        /** It is no message. */
        IGNORED
    }
}
