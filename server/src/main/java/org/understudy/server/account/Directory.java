package org.understudy.server.account;

import java.util.List;
import java.util.OptionalLong;

/** Users who are kept elsewhere, beside those of the store. Thread-safe; each question may wait for the network. */
public interface Directory extends AutoCloseable {
    /**
     * @param name by which the user is known here, as {@link UserName} has it
     * @param dn where the directory has it, or what identifies it there
     * @param addresses of the user, where the directory tells them
     * @param quota octets that the user's mail may have, where the directory tells it
     */
    record Entry(String name, String dn, List<String> addresses, OptionalLong quota) {
        public Entry {
            addresses = List.copyOf(addresses);
        }
    }

    /** What the directory says of a name. */
    sealed interface Found {
        record One(Entry entry) implements Found {}

        record None() implements Found {}

        /** It cannot be asked now. */
        record Away(String why) implements Found {}
    }

    /** What the directory says of a name and a password. */
    sealed interface Checked {
        record Right(Entry entry) implements Checked {}

        /** They do not belong together, or there is no such user. */
        record Wrong() implements Checked {}

        /** It cannot be asked now. */
        record Away(String why) implements Checked {}
    }

    Found find(String user);

    /** Whose mail comes to an address; nobody logs in by what is found here alone. */
    Found recipient(String address);

    Checked check(String user, CharSequence password);

    /** Whether users of it who have no mailboxes here get some at their first login. */
    boolean makesMailboxes();

    Status status();

    @Override
    void close();

    /**
     * How it does.
     *
     * @param where it is, for people; empty where there is none
     * @param problem why it could not be asked the last time, or empty
     * @param right passwords since the start, {@code wrong} likewise, {@code unavailable} those that could not be checked
     */
    record Status(String where, String problem, long right, long wrong, long unavailable) {
        public static final Status NONE = new Status("", "", 0, 0, 0);
    }
}
