package org.understudy.server.imap.sasl;

import org.apache.james.imap.api.process.ImapSession;

/** A SASL mechanism (RFC 4422). */
interface Mechanism {
    /** In capitals, as it is announced. */
    String name();

    /** Whether this session may use it now. */
    boolean offered(ImapSession session);

    /** Why a session that asks for it without being offered it may not use it, as a sentence. */
    default String whyNot(ImapSession session) {
        return "The mechanism is not offered to this session.";
    }

    /** What is sent where the client gave no initial response. */
    default byte[] firstChallenge() {
        return new byte[0];
    }

    Exchange begin(ImapSession session);
}
