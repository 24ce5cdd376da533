package org.understudy.storage;

/** Takes the rows of a mailbox's change log in MODSEQ order. One effect may have written several of them. */
public interface ChangeVisitor {
    /** Messages came, or their flags changed. */
    void changed(long modSeq, UidRanges uids);

    void vanished(long modSeq, UidRanges uids);
}
