package org.understudy.storage;

import java.util.List;
import org.understudy.storage.keyspace.Author;
import org.understudy.storage.keyspace.ExpungedMessage;
import org.understudy.storage.keyspace.MailboxId;

/**
 * Is told of every effect on messages once it is on disk, on the thread that caused it, in no order between threads.
 * Must be quick and must not throw.
 */
public interface CommitObserver {
    void appended(MailboxId mailbox, List<Appended> messages, Author author);

    void flagsChanged(MailboxId mailbox, List<FlagsChange> changes, Author author);

    void expunged(MailboxId mailbox, List<ExpungedMessage> messages, Author author);

    /** The mailbox is gone, whether it had messages or not; {@link #expunged} has told of those. */
    default void deleted(MailboxId mailbox, Author author) {}
}
