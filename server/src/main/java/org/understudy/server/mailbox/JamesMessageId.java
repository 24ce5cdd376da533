package org.understudy.server.mailbox;

import org.apache.james.mailbox.model.MessageId;
import org.apache.james.mailbox.model.ThreadId;
import org.understudy.storage.Messages;

/** A message's identity in James's form; its text is the decimal number. */
public record JamesMessageId(org.understudy.storage.keyspace.MessageId id) implements MessageId {
    /** Reads the decimal text, and takes new identities from the store. */
    public static final class Factory implements MessageId.Factory {
        private final Messages messages;

        public Factory(Messages messages) {
            this.messages = messages;
        }

        /** @throws IllegalArgumentException if {@code serialized} is no decimal number from 1 on */
        @Override
        public MessageId fromString(String serialized) {
            return new JamesMessageId(new org.understudy.storage.keyspace.MessageId(Long.parseLong(serialized)));
        }

        @Override
        public MessageId generate() {
            return new JamesMessageId(messages.nextMessageId());
        }
    }

    /** The store's identity behind James's. */
    public static org.understudy.storage.keyspace.MessageId unwrap(MessageId id) {
        return ((JamesMessageId) id).id();
    }

    static ThreadId thread(org.understudy.storage.keyspace.MessageId id) {
        return ThreadId.fromBaseMessageId(new JamesMessageId(id));
    }

    @Override
    public String serialize() {
        return id.toString();
    }

    @Override
    public boolean isSerializable() {
        return true;
    }

    @Override
    public String toString() {
        return id.toString();
    }
}
