package org.understudy.restore.migrate;

import java.io.IOException;
import java.time.Instant;
import java.util.List;
import java.util.SortedMap;
import org.jspecify.annotations.Nullable;
import org.understudy.restore.source.SourceItem;
import org.understudy.storage.keyspace.Flags;

/** One user's mail as the old side had it when it was looked at last; nothing is asked of the old side any more. */
interface OldSide {
    /**
     * A mailbox of the old side.
     *
     * @param oldName by which the old side knows it
     * @param name here
     * @param uidValidity 0 if unknown: its messages then get UIDs of ours
     * @param uidNext UIDNEXT, or 0 if unknown
     * @param access identifier to rights, or null if the old side does not tell
     * @param unreadable items that the old side does not give
     */
    record Mailbox(
            String oldName,
            String name,
            long uidValidity,
            long uidNext,
            boolean subscribed,
            List<String> uses,
            @Nullable SortedMap<String, String> access,
            List<Message> messages,
            List<Unreadable> unreadable) {}

    /**
     * A message of the old side.
     *
     * @param key by which it is known again: its UID, or where it has none, the name of its file
     * @param uid 0 where it has none
     * @param date of arrival, or null if unknown
     * @param sha256 of its octets, or empty if nobody has read them
     * @param place of it on the old side, for {@link #item}
     */
    record Message(
            String key, long uid, Flags flags, @Nullable Instant date, String sha256, Object place) {}

    /** @param key as a message's, or the mailbox's name */
    record Unreadable(String key, String why) {}

    /** By name. */
    List<Mailbox> mailboxes();

    /** A message with its octets. */
    SourceItem.Message item(Mailbox mailbox, Message message) throws IOException;

    /** What an engineer should know of this side; for example quota. */
    List<String> quota();
}
