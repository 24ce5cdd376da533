package org.understudy.server.imap.sasl;

/** What a mechanism says to a client's response. */
sealed interface Step {
    /** Ask for another response. */
    record Challenge(String text) implements Step {}

    /** The exchange is over: this is who it is. */
    record Done(Proven proven) implements Step {}

    /**
     * The exchange is over without success.
     *
     * @param user as the client gave it, empty where it gave none
     */
    record Refused(String user, String why) implements Step {}

    /** It cannot be told now who it is. */
    record Unavailable(String why) implements Step {}

    /** The client does not keep to the mechanism. */
    record Malformed() implements Step {}
}
