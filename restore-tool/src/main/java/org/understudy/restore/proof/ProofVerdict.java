package org.understudy.restore.proof;

/** What a proof came to. */
public enum ProofVerdict {
    /** Everything that was to be shown was shown. */
    PASSED("passed"),
    /** Something was written that should not have been, or was not written that should have been, or differs. */
    FAILED("FAILED"),
    /** Nothing speaks against it, but a part of the log is missing, so that it cannot be shown. */
    INCOMPLETE("INCOMPLETE");

    private final String word;

    ProofVerdict(String word) {
        this.word = word;
    }

    /** As people see it. */
    public String word() {
        return word;
    }

    /** The worse of two. */
    ProofVerdict and(ProofVerdict other) {
        if (this == FAILED || other == FAILED) {
            return FAILED;
        }
        return this == INCOMPLETE || other == INCOMPLETE ? INCOMPLETE : PASSED;
    }
}
