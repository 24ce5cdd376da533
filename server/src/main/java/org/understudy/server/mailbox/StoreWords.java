package org.understudy.server.mailbox;

import org.apache.james.mailbox.MailboxSession;
import org.apache.james.mailbox.model.UpdatedFlags;
import org.understudy.storage.FlagsChange;
import org.understudy.storage.keyspace.Author;
import org.understudy.storage.keyspace.MailboxId;

/** The store's words for James's, and the other way round, for commands that go to the store themselves. */
public final class StoreWords {
    private StoreWords() {}

    public static MailboxId mailboxId(org.apache.james.mailbox.model.MailboxId id) {
        return JamesMailboxId.unwrap(id);
    }

    public static Author author(MailboxSession session) {
        return JamesModel.author(session);
    }

    public static UpdatedFlags updatedFlags(FlagsChange change) {
        return JamesModel.updatedFlags(change);
    }
}
