package org.understudy.storage;

import org.jspecify.annotations.Nullable;
import org.understudy.storage.keyspace.Flags;
import org.understudy.storage.keyspace.MessageId;

/**
 * What a change of flags came to for one message.
 *
 * @param messageId null where the change was asked for by UID alone
 * @param modSeq the message's MODSEQ now: a new one if {@code before} and {@code after} differ, else the old one
 */
public record FlagsChange(long uid, @Nullable MessageId messageId, long modSeq, Flags before, Flags after) {
    public boolean changed() {
        return !before.equals(after);
    }
}
