package org.understudy.storage.keyspace;

/** Identity of the stored bytes of one or more equal messages; 1 to 2^63-1, growing, never reused. */
public record BodyId(long value) implements Comparable<BodyId> {
    public BodyId {
        if (value < 1) {
            throw new IllegalArgumentException("BodyId must be positive, got " + value);
        }
    }

    @Override
    public int compareTo(BodyId other) {
        return Long.compare(value, other.value);
    }

    @Override
    public String toString() {
        return Long.toString(value);
    }
}
