package org.understudy.restore.source;

import java.io.IOException;
import java.util.List;

/** Anything that a restore can read. Opened by a format's own class; not thread-safe; never writes. */
public interface BackupSource extends AutoCloseable {
    /**
     * What this is.
     *
     * @param kind for example {@code maildir} or {@code snapshot}
     * @param location path or address as the operator gave it
     * @param details one line for people, for example the layout that was recognised
     */
    record Description(String kind, String location, String details) {}

    Description describe();

    /**
     * The mailboxes, empty ones too, each with what the source knows of it; by user and name.
     *
     * @param uidValidity as the source's index has it, or 0
     */
    record MailboxInfo(SourceMailbox mailbox, long uidValidity, boolean subscribed) {}

    List<MailboxInfo> mailboxes() throws IOException;

    /**
     * Gives every item from {@code fromOrdinal} on to {@code sink}, in order. An item that cannot be read is given as
     * {@link SourceItem.Unreadable} and does not stop the rest.
     *
     * @throws IOException if the source as a whole can be read no further
     */
    void read(long fromOrdinal, Sink sink) throws IOException;

    /** Takes items; may stop the reading by throwing. */
    interface Sink {
        void accept(SourceItem item) throws IOException;
    }

    @Override
    void close() throws IOException;
}
