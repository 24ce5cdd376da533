package org.understudy.storage.keyspace;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * What is fixed, or seldom changes, of one mailbox.
 *
 * @param uidValidity 1 to 2^32-1 (RFC 9051 section 2.3.1.1); changes only when the mailbox is really another
 * @param createdAt millisecond precision
 * @param deletedAt when the mailbox was deleted, or null while it is live; its messages are then in the expunge log
 */
public record MailboxRow(
        MailboxId id,
        MailboxPath path,
        long uidValidity,
        Instant createdAt,
        @Nullable Instant deletedAt) {
    public MailboxRow {
        if (uidValidity < 1 || uidValidity > 0xFFFF_FFFFL) {
            throw new IllegalArgumentException("UIDVALIDITY must be 1 to 2^32-1, got " + uidValidity);
        }
    }

    public boolean live() {
        return deletedAt == null;
    }
}
