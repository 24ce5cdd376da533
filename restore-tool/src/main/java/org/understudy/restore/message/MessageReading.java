package org.understudy.restore.message;

import java.time.Instant;
import org.jspecify.annotations.Nullable;
import org.understudy.storage.Content;
import org.understudy.storage.keyspace.Digest;
import org.understudy.storage.keyspace.MimeSummary;
import org.understudy.storage.mime.MessageStructure;

/**
 * What one reading of a message's bytes gives.
 *
 * @param rawSize octets as they lie in the source
 * @param rawDigest SHA-256 of those
 * @param canonical the bytes with CRLF line ends; the same object as was read where it had them
 * @param digest SHA-256 of the canonical form
 * @param headerSize octets of the canonical header block with the empty line that ends it
 * @param date the Date header, or null where it is missing or cannot be read
 * @param mime facts for the store; its attachments are empty, since attachments are not stored apart
 * @param structure of the canonical bytes
 */
public record MessageReading(
        long rawSize,
        Digest rawDigest,
        Content canonical,
        Digest digest,
        int headerSize,
        @Nullable Instant date,
        MimeSummary mime,
        MessageStructure structure) {}
