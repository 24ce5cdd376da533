package org.understudy.storage.keyspace;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * What never changes of one message in one mailbox.
 *
 * @param uid 1 to 2^32-1
 * @param threadId message id of the thread's first message (RFC 8474 THREADID)
 * @param size octets of the stored form (RFC822.SIZE)
 * @param headerSize octets of the header block with the empty line that ends it
 * @param internalDate millisecond precision
 * @param savedAt when the message came into this mailbox (RFC 8514 SAVEDATE), millisecond precision
 * @param digest SHA-256 of the canonical form (line ends CRLF)
 * @param mime what is asked of the MIME structure again and again
 */
public record MessageFacts(
        MailboxId mailbox,
        long uid,
        MessageId messageId,
        MessageId threadId,
        BodyId body,
        long size,
        int headerSize,
        Instant internalDate,
        @Nullable Instant savedAt,
        Digest digest,
        MimeSummary mime) {
    public MessageFacts {
        if (uid < 1 || uid > 0xFFFF_FFFFL) {
            throw new IllegalArgumentException("UID must be 1 to 2^32-1, got " + uid);
        }
        if (size < 0 || headerSize < 0 || headerSize > size) {
            throw new IllegalArgumentException("size " + size + " and header size " + headerSize + " do not agree");
        }
    }
}
