package org.understudy.restore.export;

import org.understudy.storage.keyspace.MailboxId;

/**
 * A mailbox that can be exported.
 *
 * @param name in Unicode with {@code .} between levels
 * @param messages as its counters say
 */
record OriginMailbox(
        MailboxId id, String user, String name, long uidValidity, long uidNext, boolean subscribed, long messages) {}
