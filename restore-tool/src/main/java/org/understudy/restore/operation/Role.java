package org.understudy.restore.operation;

import java.util.Locale;
import java.util.Optional;

/**
 * What somebody may do over the admin API. Neither of {@link #ENGINEER} and {@link #APPROVER} covers the other: who
 * prepares a merge shall not be who consents to it by the same token.
 */
public enum Role {
    /** Reads state: restores, snapshots, drills, holds, users. */
    VIEWER("reads how things are"),
    /** Stages, validates, plans, merges what is approved, undoes; snapshots, verifies, drills. */
    ENGINEER("restores, and looks after the repository"),
    /** Consents to plans. */
    APPROVER("consents to plans"),
    /** Everything, users, tokens, releasing holds and pruning among it. */
    ADMIN("does everything");

    private final String meaning;

    Role(String meaning) {
        this.meaning = meaning;
    }

    /** A few words for people. */
    public String meaning() {
        return meaning;
    }

    /** As it is written in commands and files. */
    public String word() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** Whether somebody of this role may do what asks for {@code needed}. */
    public boolean covers(Role needed) {
        return switch (this) {
            case ADMIN -> true;
            case ENGINEER, APPROVER -> needed == this || needed == VIEWER;
            case VIEWER -> needed == VIEWER;
        };
    }

    /** Empty if {@code word} is no role. */
    public static Optional<Role> of(String word) {
        for (Role role : values()) {
            if (role.word().equals(word.toLowerCase(Locale.ROOT))) {
                return Optional.of(role);
            }
        }
        return Optional.empty();
    }
}
