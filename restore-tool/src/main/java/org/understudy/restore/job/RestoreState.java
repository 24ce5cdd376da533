package org.understudy.restore.job;

/** How far a restore has come. A step that was cut short leaves its {@code -ING} state, and the same step goes on. */
public enum RestoreState {
    STAGING("restore stage", "replaying is under way or was cut short"),
    STAGED("restore validate", "the source lies in the shadow"),
    VALIDATED("restore preview", "every message has its verdict"),
    PLANNED("restore approve", "a plan waits for approval"),
    APPROVED("restore merge", "the plan is approved"),
    MERGING("restore merge", "merging is under way or was cut short"),
    MERGED("restore undo", "the plan is carried out; all that is left is to take it back, if need be"),
    UNDOING("restore undo", "undoing is under way or was cut short"),
    UNDONE("restore preview", "the merge was taken back");

    private final String next;
    private final String meaning;

    RestoreState(String next, String meaning) {
        this.next = next;
        this.meaning = meaning;
    }

    /** The command that comes next. */
    public String next() {
        return next;
    }

    /** What this state means, as part of a sentence. */
    public String meaning() {
        return meaning;
    }

    /** Lower case, as commands print it. */
    public String word() {
        return name().toLowerCase(java.util.Locale.ROOT);
    }
}
