package org.understudy.restore.plan;

/** A mailbox of a live user, which may not exist yet. */
public record TargetMailbox(String user, String name) implements Comparable<TargetMailbox> {
    @Override
    public int compareTo(TargetMailbox other) {
        int byUser = user.compareTo(other.user);
        return byUser != 0 ? byUser : name.compareTo(other.name);
    }

    @Override
    public String toString() {
        return user + ":" + name;
    }
}
