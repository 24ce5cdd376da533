package org.understudy.storage;

import org.understudy.storage.keyspace.MailboxId;

/** One mailbox that a message lies in, and its UID there. */
public record Place(MailboxId mailbox, long uid) {}
