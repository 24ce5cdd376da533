package org.understudy.restore.incident;

/**
 * Mail that an incident concerns.
 *
 * @param messages how many of this mailbox; 0 where that cannot be told
 * @param uids as a sequence-set of RFC 9051, ascending, or empty where they cannot be told
 * @param what is wrong with them
 */
public record Concerned(String user, String mailbox, long messages, String uids, String what) {
    /** One line for people. */
    public String text() {
        return (user.isEmpty() ? "" : user + " ") + mailbox + (uids.isEmpty() ? "" : " UID " + uids) + ": " + what;
    }
}
