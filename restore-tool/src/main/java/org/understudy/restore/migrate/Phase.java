package org.understudy.restore.migrate;

import java.util.Locale;

/** The phases of a migration, in their order. */
public enum Phase {
    /** Mailboxes, subscriptions and access lists are here. */
    METADATA("mailboxes and settings"),
    /** All mail was brought over in full once; what is new follows in rounds. */
    MAIL("mail"),
    /** Customers' own domains point here. Nothing here can measure that: operators say when it is done. */
    CUSTOM_DOMAINS("custom domains"),
    /** Users work here. */
    CUT_OVER("cut-over"),
    /** The old side is switched off. Operators say when it is done. */
    DECOMMISSION("old system switched off");

    private final String words;

    Phase(String words) {
        this.words = words;
    }

    /** As everybody understands it. */
    public String words() {
        return words;
    }

    /** {@code custom-domains}, as commands take it. */
    public String option() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /** Whether operators say when it is done; of the others it is measured. */
    public boolean declared() {
        return this == CUSTOM_DOMAINS || this == DECOMMISSION;
    }
}
