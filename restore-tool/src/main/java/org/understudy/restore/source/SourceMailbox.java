package org.understudy.restore.source;

/**
 * The mailbox of a user that an item belongs to, as the source names it.
 *
 * @param user the user's name, lower case
 * @param name hierarchical name in Unicode with {@code .} between levels; {@code INBOX} for the inbox
 */
public record SourceMailbox(String user, String name) implements Comparable<SourceMailbox> {
    @Override
    public int compareTo(SourceMailbox other) {
        int byUser = user.compareTo(other.user);
        return byUser != 0 ? byUser : name.compareTo(other.name);
    }
}
