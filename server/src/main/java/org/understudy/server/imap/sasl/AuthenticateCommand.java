package org.understudy.server.imap.sasl;

import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Optional;
import org.apache.james.imap.api.ImapConfiguration;
import org.apache.james.imap.api.ImapMessage;
import org.apache.james.imap.api.display.HumanReadableText;
import org.apache.james.imap.api.message.request.ImapRequest;
import org.apache.james.imap.api.message.response.StatusResponseFactory;
import org.apache.james.imap.api.process.ImapProcessor;
import org.apache.james.imap.api.process.ImapSession;
import org.apache.james.imap.message.request.AuthenticateRequest;
import org.apache.james.imap.message.request.IRAuthenticateRequest;
import org.apache.james.imap.message.request.LoginRequest;
import org.apache.james.mailbox.MailboxManager;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.understudy.server.imap.grammar.Ending;
import org.understudy.server.imap.grammar.Untagged;
import reactor.core.publisher.Mono;

/**
 * LOGIN and AUTHENTICATE (RFC 9051 sections 6.2.2 and 6.2.3). The third failed login of a connection ends it; a client that
 * breaks off with {@code *} is answered BAD by whoever reads its lines.
 */
public final class AuthenticateCommand implements ImapProcessor {
    private static final Logger LOG = LoggerFactory.getLogger(AuthenticateCommand.class);

    /** What LOGIN says of a wrong password. */
    public static final String WRONG_PASSWORD = "Invalid login/password.";
    /** What AUTHENTICATE says. */
    public static final String WRONG = "Authentication failed.";

    private static final String DISABLED = "Plain login / authentication are disabled.";

    private final Mechanisms mechanisms;
    private final Admission admission;
    private final StatusResponseFactory responses;

    public AuthenticateCommand(
            MailboxManager mailboxes,
            Logins logins,
            Mechanisms mechanisms,
            UserConnections connections,
            StatusResponseFactory responses) {
        this.mechanisms = mechanisms;
        this.admission = new Admission(mailboxes, logins, connections);
        this.responses = responses;
    }

    @Override
    public void configure(ImapConfiguration configuration) {
        // Nothing of James's configuration concerns logins.
    }

    @Override
    public Mono<Void> processReactive(ImapMessage message, Responder responder, ImapSession session) {
        return Mono.fromRunnable(() -> {
            switch (message) {
                case LoginRequest login ->
                    login(login, login.getUserid().asString(), login.getPassword(), responder, session);
                case PasswordLogin login -> login(login, login.name(), login.password(), responder, session);
                case AuthenticateRequest request -> begin(request, responder, session);
                default -> throw new IllegalStateException("not a login: " + message.getClass());
            }
        });
    }

    private void login(ImapRequest request, String name, String password, Responder responder, ImapSession session) {
        Ending ending = session.isPlainAuthDisallowed()
                ? Ending.no("PRIVACYREQUIRED", DISABLED)
                : admission.admit(new Proven.Password("", name, password), session, WRONG_PASSWORD);
        end(request, ending, responder, session);
    }

    private void begin(AuthenticateRequest request, Responder responder, ImapSession session) {
        Optional<Mechanism> named = mechanisms.named(request.getAuthType());
        if (named.isEmpty()) {
            end(request, Ending.no("", "Authentication mechanism is unsupported."), responder, session);
        } else if (!named.get().offered(session)) {
            Ending no = session.isPlainAuthDisallowed()
                    ? Ending.no("PRIVACYREQUIRED", DISABLED)
                    : Ending.no("", named.get().whyNot(session));
            end(request, no, responder, session);
        } else {
            new Run(request, named.get(), responder, session).begin();
        }
    }

    private void end(ImapRequest request, Ending ending, Responder responder, ImapSession session) {
        if (ending instanceof Ending.No && FailedLogins.tooMany(session)) {
            responder.respond(responses.bye(HumanReadableText.TOO_MANY_FAILURES));
            session.logout().block();
        } else {
            responder.respond(ending.response(responses, request.getTag(), request.getCommand()));
        }
    }

    /** One AUTHENTICATE until it is answered. */
    private final class Run {
        private final AuthenticateRequest request;
        private final Exchange exchange;
        private final Mechanism mechanism;
        private final Responder responder;
        private final ImapSession session;

        Run(AuthenticateRequest request, Mechanism mechanism, Responder responder, ImapSession session) {
            this.request = request;
            this.mechanism = mechanism;
            this.exchange = mechanism.begin(session);
            this.responder = responder;
            this.session = session;
        }

        void begin() {
            if (request instanceof IRAuthenticateRequest initial) {
                String response = initial.getInitialClientResponse();
                take(response.equals("=") ? "" : response);
            } else {
                ask(mechanism.firstChallenge());
            }
        }

        private void ask(byte[] challenge) {
            responder.respond(new Untagged("+ " + Base64.getEncoder().encodeToString(challenge), false));
            session.pushLineHandler((same, line) -> {
                same.popLineHandler();
                take(new String(line, 0, line.length - 2, StandardCharsets.US_ASCII));
            });
        }

        private void take(String response) {
            byte[] octets;
            try {
                octets = Base64.getDecoder().decode(response);
            } catch (IllegalArgumentException e) {
                end(request, new Ending.Bad("The response is not Base64."), responder, session);
                return;
            }
            switch (exchange.respond(octets)) {
                case Step.Challenge(String challenge) -> ask(challenge.getBytes(StandardCharsets.UTF_8));
                case Step.Done(Proven proven) ->
                    end(request, admission.admit(proven, session, WRONG), responder, session);
                case Step.Refused(String user, String why) -> {
                    LOG.info("{} is refused: {}", mechanism.name(), why);
                    FailedLogins.attempted(session, user);
                    end(request, admission.refused(session, WRONG), responder, session);
                }
                case Step.Unavailable(String why) -> {
                    LOG.warn("{} cannot be checked: {}", mechanism.name(), why);
                    end(request, Admission.unavailable(), responder, session);
                }
                case Step.Malformed malformed -> end(request, admission.refused(session, WRONG), responder, session);
            }
        }
    }
}
