package org.understudy.storage.keyspace;

/** Identity of one mailbox for its whole life, renames included; 1 to 2^63-1, growing, never reused. */
public record MailboxId(long value) implements Comparable<MailboxId> {
    public MailboxId {
        if (value < 1) {
            throw new IllegalArgumentException("MailboxId must be positive, got " + value);
        }
    }

    @Override
    public int compareTo(MailboxId other) {
        return Long.compare(value, other.value);
    }

    @Override
    public String toString() {
        return Long.toString(value);
    }
}
