package org.understudy.storage.keyspace;

/**
 * What changes of one message.
 *
 * @param uid 1 to 2^32-1
 * @param modSeq MODSEQ of the last change, 1 to 2^63-1 (RFC 7162)
 */
public record MessageFlags(long uid, long modSeq, Flags flags) {}
