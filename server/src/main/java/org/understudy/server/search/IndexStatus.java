package org.understudy.server.search;

/**
 * How the search index stands.
 *
 * @param indexed messages of all mailboxes that the index has
 * @param messages of all mailboxes
 * @param octets of its files
 * @param unreadable messages that could not be read when they were to be indexed
 * @param problem why indexing has stopped, or empty
 */
public record IndexStatus(boolean enabled, long indexed, long messages, long octets, long unreadable, String problem) {
    /** Of a server that scans. */
    public static final IndexStatus OFF = new IndexStatus(false, 0, 0, 0, 0, "");
}
