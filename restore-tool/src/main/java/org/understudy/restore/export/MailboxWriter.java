package org.understudy.restore.export;

import java.io.IOException;
import org.understudy.storage.keyspace.Flags;
import org.understudy.storage.keyspace.MessageFacts;

/** Writes one mailbox. Messages come by UID. */
interface MailboxWriter extends AutoCloseable {
    /** Writes a message whose bytes are sound. */
    void add(MessageFacts facts, Flags flags, StoredBody body) throws IOException;

    /** Writes what comes last; nothing is added any more. */
    void finish() throws IOException;

    /** Closes files, finished or not. */
    @Override
    void close() throws IOException;
}
