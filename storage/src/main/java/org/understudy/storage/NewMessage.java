package org.understudy.storage;

import java.time.Instant;
import org.jspecify.annotations.Nullable;
import org.understudy.storage.keyspace.BodyId;
import org.understudy.storage.keyspace.Digest;
import org.understudy.storage.keyspace.Flags;
import org.understudy.storage.keyspace.MessageId;
import org.understudy.storage.keyspace.MimeSummary;

/**
 * A message to be put into a mailbox.
 *
 * @param uid the UID it must get, at least the mailbox's UIDNEXT, or 0 for the next one
 * @param messageId the message of which this is another copy, or null for a new one
 * @param threadId its thread, or null to start one
 * @param size octets of the body's bytes
 * @param headerSize octets of the header block with the empty line that ends it
 * @param digest SHA-256 of the canonical form
 * @param savedAt null for the time of the effect
 */
public record NewMessage(
        long uid,
        @Nullable MessageId messageId,
        @Nullable MessageId threadId,
        Body body,
        long size,
        int headerSize,
        Digest digest,
        MimeSummary mime,
        Instant internalDate,
        @Nullable Instant savedAt,
        Flags flags) {

    /** Where the bytes come from. */
    public sealed interface Body {
        /**
         * Bytes that are not in the store, or perhaps in it: equal bodies are stored once.
         *
         * @param rawDigest SHA-256 of exactly the bytes that {@code content} gives
         */
        record Bytes(Content content, Digest rawDigest) implements Body {}

        /** Bytes that are in the store already. */
        record Stored(BodyId id) implements Body {}

        /**
         * Bytes that came into the store with {@link MailStore#adoptUnread}: their index row is written with the message.
         * They must be canonical, so that the message's digest is that of the bytes.
         */
        record Adopted(BodyId id) implements Body {}
    }
}
