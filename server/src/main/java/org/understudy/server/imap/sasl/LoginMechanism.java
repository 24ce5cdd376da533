package org.understudy.server.imap.sasl;

import java.nio.charset.StandardCharsets;
import org.apache.james.imap.api.process.ImapSession;
import org.jspecify.annotations.Nullable;

/** LOGIN, which no RFC describes and old mail programs use: the user's name, then the password, each asked for. */
final class LoginMechanism implements Mechanism {
    @Override
    public String name() {
        return "LOGIN";
    }

    @Override
    public boolean offered(ImapSession session) {
        return !session.isPlainAuthDisallowed();
    }

    @Override
    public byte[] firstChallenge() {
        return "Username:".getBytes(StandardCharsets.US_ASCII);
    }

    @Override
    public Exchange begin(ImapSession session) {
        return new Exchange() {
            private @Nullable String user;

            @Override
            public Step respond(byte[] response) {
                String text = new String(response, StandardCharsets.UTF_8);
                if (user != null) {
                    return new Step.Done(new Proven.Password("", user, text));
                }
                user = text;
                return new Step.Challenge("Password:");
            }
        };
    }
}
