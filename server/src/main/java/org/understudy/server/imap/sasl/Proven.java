package org.understudy.server.imap.sasl;

/** Who a client says it is, and what stands behind that. */
public sealed interface Proven {
    /** The user's name as the client gave it. */
    String user();

    /** Whose mailboxes the client asks for; empty for the user's own. */
    String actingAs();

    /** A password, still to be checked. */
    record Password(String actingAs, String user, String password) implements Proven {
        /** Without the password. */
        @Override
        public String toString() {
            return "Password";
        }
    }

    /** A name that has been proven otherwise, as it is stored. */
    record Name(String actingAs, String user) implements Proven {}
}
