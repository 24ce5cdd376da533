package org.understudy.benchmarks.subject;

/** What an OK to a write must mean while something is measured. Understudy is always {@link #SYNCED}. */
public enum Durability {
    /** On disk before the OK. */
    SYNCED,
    /** As the server comes. */
    USUAL,
    /** As fast as it goes: fixtures are being filled. */
    FILLING
}
