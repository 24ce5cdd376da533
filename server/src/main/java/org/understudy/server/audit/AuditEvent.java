package org.understudy.server.audit;

import java.util.Collections;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Something to note.
 *
 * @param action in words with dots: {@code restore.merge}, {@code login}, {@code admin.refused}
 * @param details names and values, none of them secret; values of more than 2,000 characters are cut
 * @param words what went wrong, or empty
 */
public record AuditEvent(
        Kind kind, Actor actor, String action, SortedMap<String, String> details, Outcome outcome, String words) {
    private static final int LONGEST = 2_000;

    public AuditEvent {
        SortedMap<String, String> shortened = new TreeMap<>();
        details.forEach((name, value) -> shortened.put(name, cut(value)));
        details = Collections.unmodifiableSortedMap(shortened);
        words = cut(words);
    }

    public AuditEvent(Kind kind, Actor actor, String action, Map<String, String> details, Outcome outcome) {
        this(kind, actor, action, new TreeMap<>(details), outcome, "");
    }

    private static String cut(String text) {
        return text.length() <= LONGEST ? text : text.substring(0, LONGEST) + "...";
    }

    /** What an event is about. */
    public enum Kind {
        /** Work of the command line or of the admin API. */
        OPERATION,
        /** A login of an engineer, an approver or a master. */
        LOGIN,
        /** A master in another user's mailboxes. */
        MASTER,
        /** The admin API itself: refused requests; tokens and roles. */
        ADMIN,
        /** Which configuration holds from now. */
        CONFIG,
        /** The log itself. */
        LOG
    }

    /** What came of it. */
    public enum Outcome {
        BEGUN,
        DONE,
        FAILED,
        REFUSED
    }
}
