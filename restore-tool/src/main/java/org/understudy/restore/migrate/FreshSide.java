package org.understudy.restore.migrate;

import java.io.IOException;
import java.time.Instant;
import java.util.List;
import java.util.SortedMap;
import org.jspecify.annotations.Nullable;
import org.understudy.storage.keyspace.Flags;

/** The old side, asked anew: nothing that was fetched earlier counts. */
interface FreshSide extends AutoCloseable {
    /** @param access null if the old side does not tell */
    record Mailbox(
            String oldName,
            String name,
            long uidValidity,
            boolean subscribed,
            List<String> uses,
            @Nullable SortedMap<String, String> access,
            List<OldSide.Unreadable> unreadable) {}

    /**
     * A message as it is read now.
     *
     * @param sha256 of its octets, of files of those with CRLF line ends; empty if they are not given
     */
    record Message(
            String key, long uid, Flags flags, @Nullable Instant date, long octets, String sha256) {}

    /** Takes messages in their order. */
    interface Sink {
        void accept(Message message) throws IOException;
    }

    List<Mailbox> mailboxes() throws IOException;

    void messages(Mailbox mailbox, Sink sink) throws IOException;

    /** What of the old side has changed since {@link #mailboxes} was asked first, one line each. */
    List<String> moved() throws IOException;

    /** SHA-256 of the server's certificate, or empty. */
    String certificate();

    @Override
    void close() throws IOException;
}
