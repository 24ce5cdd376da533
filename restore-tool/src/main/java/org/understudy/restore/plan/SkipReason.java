package org.understudy.restore.plan;

/** Why a message stays in the shadow. */
public enum SkipReason {
    /** Going by what live has on record: its bodies are not read for a plan. */
    ALREADY_LIVE("live has it, by its records"),
    LIVE_ORIGINAL("live has the message that it was rebuilt from"),
    EXPUNGED_BY_USER("the user expunged it"),
    MOVED_BY_USER("the user moved it to another mailbox"),
    DAMAGED("it is damaged"),
    CONTAMINATION("it may hold another user's mail, and nobody has let it through"),
    SUSPECT("it is suspect and suspect mail is left"),
    VERDICT("its verdict is not among those that are merged"),
    USER_FILTER("its user was not asked for"),
    MAILBOX_FILTER("its mailbox was not asked for"),
    DATE_FILTER("its date was not asked for"),
    SENDER_FILTER("its sender was not asked for"),
    NO_SUCH_USER("live has no such user"),
    OVER_QUOTA("its user's quota does not suffice"),
    /** Found while merging: it came into live after the plan was made. */
    APPEARED_SINCE("live got it after the plan was made");

    private final String text;

    SkipReason(String text) {
        this.text = text;
    }

    /** A few words for people. */
    public String text() {
        return text;
    }
}
