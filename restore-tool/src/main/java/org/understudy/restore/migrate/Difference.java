package org.understudy.restore.migrate;

/**
 * What is not the same on both sides.
 *
 * @param kind {@code bytes}, {@code flags}, {@code keywords}, {@code date}, {@code missing} (not here), {@code extra} (only
 *     here), {@code unreadable} (the old side does not give it), {@code mailbox}, {@code moving} (the old side changed meanwhile), {@code uidvalidity}, {@code subscription},
 *     {@code access} or {@code special-use}
 * @param oldUid UID on the old side, or the name of a file there; empty if it is about the mailbox
 * @param uid here, or 0
 * @param expected what the old side has
 * @param found what is here
 */
public record Difference(String kind, String mailbox, String oldUid, long uid, String expected, String found) {
    /** {@code INBOX UID 12 (here 12): flags: expected (\Seen), found ()}. */
    public String text() {
        return mailbox
                + (oldUid.isEmpty() && uid == 0
                        ? ""
                        : (oldUid.isEmpty() ? "" : " UID " + oldUid) + (uid == 0 ? "" : " (here " + uid + ")"))
                + ": " + kind + ": expected " + expected + ", found " + found;
    }
}
