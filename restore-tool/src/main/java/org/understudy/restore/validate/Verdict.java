package org.understudy.restore.validate;

/** What validation says of one message, best first. */
public enum Verdict {
    /** The bytes are the ones that were delivered: a proof says so, and nothing contradicts it. */
    PROVEN,
    /** All witnesses that can speak agree, and none raises a doubt that matters. */
    CONSISTENT,
    /** A witness speaks against the message, and it may still be whole. */
    SUSPECT,
    /** The bytes are not the ones that were delivered. */
    DAMAGED;

    /** Lower case, as reports print it. */
    public String word() {
        return name().toLowerCase(java.util.Locale.ROOT);
    }
}
