package org.understudy.server.account;

/** Whether there is a user, which a directory that is away leaves open. */
public sealed interface Presence {
    /** @param user the name by which the user's mailboxes are known */
    record Yes(String user) implements Presence {}

    record No() implements Presence {}

    /** Ask again later. */
    record Unknown(String why) implements Presence {}
}
