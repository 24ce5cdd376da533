package org.understudy.server.imap.sasl;

/** Checks bearer tokens (RFC 6750). */
public interface BearerTokens {
    /** What a token is worth. */
    sealed interface Answer {
        /** @param user as the token's issuer names it */
        record Valid(String user) implements Answer {}

        /** @param why for the log, without the token */
        record Invalid(String why) implements Answer {}

        /** The token is right, and for something else. */
        record Insufficient(String why) implements Answer {}

        /** The token could not be checked now. */
        record Unknown(String why) implements Answer {}
    }

    Answer check(String token);

    /**
     * What a client whose token is not taken is told (RFC 7628 section 3.2.2).
     *
     * @param scope what a token must be good for, or empty
     * @param discovery where the client can learn how to get one
     */
    record Advice(String scope, String discovery) {}

    /** @param token the one that was not taken, or empty where there was none */
    Advice advice(String token);
}
