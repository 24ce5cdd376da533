package org.understudy.storage;

/**
 * What an owner's live mailboxes hold.
 *
 * @param messages count
 * @param bytes sum of sizes; a message in two mailboxes counts twice
 */
public record Usage(long messages, long bytes) {}
