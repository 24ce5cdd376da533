package org.understudy.restore.cohort;

/** How far one user of a cohort is. */
public enum MemberState {
    /** Not staged, validated and planned yet. */
    WAITING("to be prepared"),
    /** Its plan is in the list that is approved. */
    READY("ready to be merged"),
    /** The plan changes nothing. */
    NOTHING("nothing to do"),
    /** A person must look first; it is no part of what is approved. */
    HELD("held for review"),
    /** A step stopped; the same command tries it again. */
    FAILED("failed"),
    MERGED("merged"),
    UNDONE("undone");

    private final String text;

    MemberState(String text) {
        this.text = text;
    }

    /** A few words for people. */
    public String text() {
        return text;
    }
}
