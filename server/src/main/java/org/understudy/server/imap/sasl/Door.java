package org.understudy.server.imap.sasl;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import org.apache.james.mailbox.MailboxManager;
import org.understudy.server.imap.grammar.Ending;

/** Logins for protocols other than IMAP, by the same mechanisms, with the same limits and words. */
public final class Door {
    private final Mechanisms mechanisms;
    private final Admission admission;

    public Door(MailboxManager mailboxes, Logins logins, Mechanisms mechanisms, UserConnections connections) {
        this.mechanisms = mechanisms;
        this.admission = new Admission(mailboxes, logins, connections);
    }

    /** What a client is to be told. */
    public sealed interface Reply {
        /** Send this, in UTF-8 and Base64, and give what comes back to {@link Talk#respond}. */
        record Ask(String challenge) implements Reply {}

        /** The user is in: its session is in the {@link LoginSession}. */
        record In() implements Reply {}

        /**
         * @param code of RFC 5530: AUTHENTICATIONFAILED where user and password are wrong, else another
         * @param text for the user
         */
        record No(String code, String text) implements Reply {}
    }

    /** One run of a mechanism. */
    public final class Talk {
        private final Mechanism mechanism;
        private final Exchange exchange;
        private final LoginSession session;

        private Talk(Mechanism mechanism, LoginSession session) {
            this.mechanism = mechanism;
            this.exchange = mechanism.begin(session);
            this.session = session;
        }

        /** Where the client has sent nothing yet. */
        public Reply begin() {
            return new Reply.Ask(new String(mechanism.firstChallenge(), StandardCharsets.UTF_8));
        }

        /** @param response decoded from Base64 */
        public Reply respond(byte[] response) {
            return switch (exchange.respond(response)) {
                case Step.Challenge(String challenge) -> new Reply.Ask(challenge);
                case Step.Done(Proven proven) -> reply(admission.admit(proven, session, AuthenticateCommand.WRONG));
                case Step.Refused(String user, String why) -> {
                    FailedLogins.attempted(session, user);
                    yield reply(admission.refused(session, AuthenticateCommand.WRONG));
                }
                case Step.Unavailable unavailable -> reply(Admission.unavailable());
                case Step.Malformed malformed -> reply(admission.refused(session, AuthenticateCommand.WRONG));
            };
        }
    }

    /** The names of the mechanisms that a session may use now. */
    public List<String> offered(LoginSession session) {
        return mechanisms.capabilities(session).stream()
                .map(capability -> capability.substring("AUTH=".length()))
                .toList();
    }

    /** Begins with a mechanism; empty where there is none of that name, or the session may not use it. */
    public Optional<Talk> begin(String mechanism, LoginSession session) {
        return mechanisms.named(mechanism).filter(one -> one.offered(session)).map(one -> new Talk(one, session));
    }

    /** A login by name and password, on a connection that may have one. */
    public Reply login(String user, String password, LoginSession session) {
        return reply(
                admission.admit(new Proven.Password("", user, password), session, AuthenticateCommand.WRONG_PASSWORD));
    }

    private static Reply reply(Ending ending) {
        return switch (ending) {
            case Ending.Ok ok -> new Reply.In();
            case Ending.No(String code, String text) -> new Reply.No(code, text);
            case Ending.Bad(String text) -> new Reply.No("", text);
        };
    }
}
