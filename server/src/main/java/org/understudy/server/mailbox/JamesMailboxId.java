package org.understudy.server.mailbox;

import org.apache.james.mailbox.model.MailboxId;

/** A mailbox's identity in James's form; its text is the decimal number. */
public record JamesMailboxId(org.understudy.storage.keyspace.MailboxId id) implements MailboxId {
    /** Reads the decimal text. */
    public static final class Factory implements MailboxId.Factory {
        /** @throws IllegalArgumentException if {@code serialized} is no decimal number from 1 on */
        @Override
        public MailboxId fromString(String serialized) {
            return of(Long.parseLong(serialized));
        }
    }

    static JamesMailboxId of(long value) {
        return new JamesMailboxId(new org.understudy.storage.keyspace.MailboxId(value));
    }

    /** The store's identity behind James's. */
    public static org.understudy.storage.keyspace.MailboxId unwrap(MailboxId id) {
        return ((JamesMailboxId) id).id();
    }

    @Override
    public String serialize() {
        return id.toString();
    }

    @Override
    public String toString() {
        return id.toString();
    }
}
