package org.understudy.storage;

/** Takes what the write-ahead log holds, in the order in which it was committed. */
public interface LogVisitor {
    void effect(LoggedEffect effect);

    /**
     * Sequence numbers that the log does not account for, both inclusive. A file that was taken in while equal keys were
     * there takes up one without a record; anything else is a part of the log that is missing.
     */
    void gap(long from, long to);
}
