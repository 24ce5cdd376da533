package org.understudy.storage.keyspace;

import java.time.Instant;

/**
 * One row of the expunge log: all that is needed to bring the message back, and to tell a user's wish from a loss.
 *
 * @param modSeq MODSEQ of the expunge
 * @param author who did it, as {@link Author#tag()}
 */
public record ExpungedMessage(
        MessageFacts facts, Flags flags, long modSeq, Instant expungedAt, ExpungeReason reason, String author) {}
