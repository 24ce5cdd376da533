package org.understudy.restore.plan;

import java.time.Instant;
import java.util.Optional;
import java.util.Set;

/**
 * What a message says, apart from the octets that say it: enough to tell whether one message was rebuilt from another.
 *
 * @param sent the Date field, to the second; empty if there is none that can be read
 * @param senders addresses of From, Sender and Return-Path, lower case
 * @param letters letters and digits of its text, decoded, in the form that has most of them
 * @param attachments leaf parts that are not its text
 * @param attachedOctets octets of those, decoded
 */
public record Likeness(
        Optional<Instant> sent, Set<String> senders, long letters, long attachments, long attachedOctets) {
    /** What programs that convert text add or take away: signatures of lists, marks of links. */
    private static final long FEW_LETTERS = 40;

    public Likeness {
        senders = Set.copyOf(senders);
    }

    /**
     * Whether {@code original} holds all that this rebuilt message has: sent in the same second, by one of the same senders,
     * with nine tenths of its letters or more, as many attachments or more, and their octets to within a hundredth.
     */
    boolean isWithin(Likeness original) {
        return sent.isPresent()
                && sent.equals(original.sent)
                && original.senders.stream().anyMatch(senders::contains)
                && original.letters + FEW_LETTERS >= letters - letters / 10
                && original.attachments >= attachments
                && original.attachedOctets >= attachedOctets - attachedOctets / 100;
    }
}
