package org.understudy.storage;

import java.time.Instant;
import org.jspecify.annotations.Nullable;
import org.understudy.storage.keyspace.BodyId;
import org.understudy.storage.keyspace.Digest;
import org.understudy.storage.keyspace.Flags;
import org.understudy.storage.keyspace.MessageId;
import org.understudy.storage.keyspace.MimeSummary;
import org.understudy.storage.mime.MessageStructure;

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
 * @param structure of the body's bytes exactly, or null to have it read from them
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
        Flags flags,
        @Nullable MessageStructure structure) {

    /** A message whose structure is yet to be read. */
    public NewMessage(
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
        this(uid, messageId, threadId, body, size, headerSize, digest, mime, internalDate, savedAt, flags, null);
    }

    /** The same with its structure. */
    public NewMessage with(MessageStructure read) {
        return new NewMessage(
                uid, messageId, threadId, body, size, headerSize, digest, mime, internalDate, savedAt, flags, read);
    }

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
