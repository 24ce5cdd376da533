package org.understudy.restore.migrate;

import java.util.Locale;

/** How far a user is. */
public enum MemberState {
    WAITING,
    /** Mailboxes, subscriptions and access lists are here; mail is not all here yet. */
    METADATA,
    /** All mail was brought over; rounds bring what is new. */
    MAIL,
    /** Both sides were equal, and the user works here. */
    CUT_OVER,
    /** What was brought was taken out again. */
    ABORTED;

    public String text() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    boolean reached(Phase phase) {
        return switch (phase) {
            case METADATA -> this == METADATA || this == MAIL || this == CUT_OVER;
            case MAIL -> this == MAIL || this == CUT_OVER;
            case CUT_OVER -> this == CUT_OVER;
            case CUSTOM_DOMAINS, DECOMMISSION -> false;
        };
    }
}
