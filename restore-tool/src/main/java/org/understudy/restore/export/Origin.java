package org.understudy.restore.export;

import java.io.IOException;
import java.util.List;
import java.util.SortedMap;
import org.understudy.storage.MailStore;
import org.understudy.storage.keyspace.MessageFacts;

/** What is exported: a store, and which of its messages there should be. One thread. */
interface Origin extends AutoCloseable {
    /** What it is, and when it was so; the same again for the same state of a snapshot, and for the same live store. */
    String identity();

    /** Mailboxes by user, by name; users without any too. */
    SortedMap<String, List<OriginMailbox>> users();

    /** The store that bodies are read from. */
    MailStore store();

    /** Gives every message of a mailbox by UID. */
    void messages(OriginMailbox mailbox, Sink sink) throws IOException, InterruptedException;

    /** Whether a message that was found has been expunged since. */
    boolean vanished(MessageFacts facts);

    /** Takes messages. */
    interface Sink {
        void accept(OriginMessage message) throws IOException, InterruptedException;
    }

    @Override
    void close() throws IOException;
}
