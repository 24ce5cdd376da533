package org.understudy.server.imap.sasl;

import java.util.Optional;

/** Checks bearer tokens (RFC 6750). */
public interface BearerTokens {
    /** What a token is worth. */
    sealed interface Answer {
        /** @param user as the token's issuer names it */
        record Valid(String user) implements Answer {}

        /** @param why for the log, without the token */
        record Invalid(String why) implements Answer {}

        /** The token could not be checked now. */
        record Unknown(String why) implements Answer {}
    }

    Answer check(String token);

    /** Where the client can learn how to get a token (RFC 7628 section 3.2.2). */
    Optional<String> discovery();

    /** What a token must be good for, or empty. */
    String scope();
}
