package org.understudy.storage.keyspace;

/** Identity of one message, shared by its copies in other mailboxes (RFC 8474 EMAILID); 1 to 2^63-1, growing, never reused. */
public record MessageId(long value) implements Comparable<MessageId> {
    public MessageId {
        if (value < 1) {
            throw new IllegalArgumentException("MessageId must be positive, got " + value);
        }
    }

    @Override
    public int compareTo(MessageId other) {
        return Long.compare(value, other.value);
    }

    @Override
    public String toString() {
        return Long.toString(value);
    }
}
