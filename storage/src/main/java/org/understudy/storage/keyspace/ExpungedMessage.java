package org.understudy.storage.keyspace;

import java.time.Instant;

/**
 * One row of the expunge log: all that is needed to bring the message back, and to tell a user's wish from a loss.
 *
 * @param modSeq MODSEQ of the expunge
 * @param author who did it, as {@link Author#tag()}
 * @param observedAt how many milliseconds the store had been open until then
 *     ({@link org.understudy.storage.reclaim.ObservedTime}); 0 where a version before 3 has written the row
 */
public record ExpungedMessage(
        MessageFacts facts,
        Flags flags,
        long modSeq,
        Instant expungedAt,
        ExpungeReason reason,
        String author,
        long observedAt) {
    /** As versions before 3 know it. */
    public ExpungedMessage(
            MessageFacts facts, Flags flags, long modSeq, Instant expungedAt, ExpungeReason reason, String author) {
        this(facts, flags, modSeq, expungedAt, reason, author, 0);
    }
}
