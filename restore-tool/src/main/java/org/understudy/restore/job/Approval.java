package org.understudy.restore.job;

import java.time.Instant;
import java.util.Objects;

/**
 * One person's consent to one plan.
 *
 * @param by who: the account's name if it logged in, else as the operator gave it
 * @param planHash SHA-256 of plan.json, 64 hexadecimal digits; in a cohort, of the list of its plans
 * @param identity how sure that is; claimed where a file of an older version does not say
 */
public record Approval(String by, String planHash, Instant at, Identity identity) {
    /** How it is known who somebody is. */
    public enum Identity {
        /** By the name alone. */
        CLAIMED("by name only"),
        /** By the password of that account. */
        AUTHENTICATED("logged in");

        private final String text;

        Identity(String text) {
            this.text = text;
        }

        /** A few words for people. */
        public String text() {
            return text;
        }
    }

    public Approval {
        identity = Objects.requireNonNullElse(identity, Identity.CLAIMED);
    }

    /** The same person's consent, given to a plan of the approved list. */
    public Approval to(String otherHash) {
        return new Approval(by, otherHash, at, identity);
    }
}
