package org.understudy.restore.shadow;

import org.understudy.restore.source.SourceMailbox;
import org.understudy.storage.keyspace.MailboxId;

/**
 * A mailbox of the shadow.
 *
 * @param uidValidity as the source has it, or 0
 */
public record ShadowMailbox(MailboxId id, SourceMailbox source, long uidValidity, boolean subscribed) {}
