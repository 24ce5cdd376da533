package org.understudy.restore.canary;

import java.time.Instant;
import java.util.List;
import org.understudy.storage.keyspace.Digest;

/**
 * A canary mailbox as it was made.
 *
 * @param since when the mailbox was made, or 1970 if that is not known any more
 */
public record KnownCanary(String user, String mailbox, Instant since, List<Message> messages) {
    /**
     * @param sha256 of the stored bytes
     * @param expunged whether somebody has expunged it since
     */
    public record Message(Digest sha256, long size, Instant internalDate, boolean expunged) {}

    public KnownCanary {
        messages = List.copyOf(messages);
    }
}
