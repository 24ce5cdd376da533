package org.understudy.storage.keyspace;

/**
 * Name of a mailbox in the tree of its owner.
 *
 * @param namespace {@code #private} for a user's own mailboxes
 * @param owner user name, lower case; empty for a namespace without owners
 * @param name hierarchical name in Unicode, levels divided by {@code .}
 */
public record MailboxPath(String namespace, String owner, String name) {
    public static final String PRIVATE = "#private";
    public static final char DELIMITER = '.';

    public static MailboxPath of(String owner, String name) {
        return new MailboxPath(PRIVATE, owner, name);
    }

    @Override
    public String toString() {
        return namespace.equals(PRIVATE) ? owner + ":" + name : namespace + ":" + owner + ":" + name;
    }
}
