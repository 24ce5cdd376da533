package org.understudy.server.shadow;

import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Locale;
import java.util.Optional;
import org.apache.james.imap.api.ImapConfiguration;
import org.apache.james.imap.api.ImapConstants;
import org.apache.james.imap.api.ImapMessage;
import org.apache.james.imap.api.Tag;
import org.apache.james.imap.api.display.HumanReadableText;
import org.apache.james.imap.api.message.request.ImapRequest;
import org.apache.james.imap.api.message.response.StatusResponseFactory;
import org.apache.james.imap.api.process.ImapProcessor;
import org.apache.james.imap.api.process.ImapSession;
import org.apache.james.imap.decode.DecodingException;
import org.apache.james.imap.decode.ImapCommandParser;
import org.apache.james.imap.decode.ImapCommandParserFactory;
import org.apache.james.imap.decode.ImapRequestLineReader;
import org.apache.james.imap.decode.base.AbstractImapCommandParser;
import org.apache.james.imap.message.request.AbstractImapRequest;
import org.apache.james.imap.message.request.AuthenticateRequest;
import org.apache.james.imap.message.request.IRAuthenticateRequest;
import org.apache.james.imap.message.response.AuthenticateResponse;
import org.understudy.server.imap.EndableSession;
import org.understudy.server.imap.grammar.Ending;
import org.understudy.server.imap.sasl.AuthenticateCommand;
import org.understudy.server.imap.sasl.FailedLogins;
import org.understudy.server.imap.sasl.PasswordLogin;
import reactor.core.publisher.Mono;

/**
 * Tells logins that mean a shadow from others, and gives the commands of each session to the view that it looks at, or to
 * live mail. A session looks at one thing from its login to its end.
 */
final class ShadowLogins implements ImapProcessor {
    private static final String VIEW = "org.understudy.shadow.view";
    private static final String PLAIN = "PLAIN";
    private final ImapProcessor live;
    private final ShadowDoor door;
    private final StatusResponseFactory responses;

    ShadowLogins(ImapProcessor live, ShadowDoor door, StatusResponseFactory responses) {
        this.live = live;
        this.door = door;
        this.responses = responses;
    }

    /** LOGIN with a name that means a shadow, which James could not always hold: it may have two at-signs. */
    private static final class ShadowLogin extends AbstractImapRequest {
        private final String name;
        private final String password;

        ShadowLogin(Tag tag, String name, String password) {
            super(tag, ImapConstants.LOGIN_COMMAND);
            this.name = name;
            this.password = password;
        }
    }

    /** James's parsers, but for LOGIN. */
    static ImapCommandParserFactory parsers(ImapCommandParserFactory james, StatusResponseFactory responses) {
        ImapCommandParser login = new AbstractImapCommandParser(ImapConstants.LOGIN_COMMAND, responses) {
            @Override
            protected ImapMessage decode(ImapRequestLineReader request, Tag tag, ImapSession session)
                    throws DecodingException {
                String name = request.astring();
                String password = request.astring();
                request.eol();
                return ShadowName.isMeant(name)
                        ? new ShadowLogin(tag, name, password)
                        : PasswordLogin.request(tag, name, password);
            }
        };
        return name -> name.toUpperCase(Locale.ROOT).equals("LOGIN") ? login : james.getParser(name);
    }

    @Override
    public Mono<Void> processReactive(ImapMessage message, Responder responder, ImapSession session) {
        if (session.getAttribute(VIEW) instanceof ShadowView view) {
            return view.commands().processReactive(message, responder, session);
        }
        return switch (message) {
            case ShadowLogin login ->
                Mono.fromRunnable(() -> knock(
                        login, login.name, login.password, AuthenticateCommand.WRONG_PASSWORD, responder, session));
            case AuthenticateRequest request
            when request.getAuthType().equalsIgnoreCase(PLAIN) && !session.isPlainAuthDisallowed() ->
                request instanceof IRAuthenticateRequest initial
                        ? authenticate(initial, responder, session)
                        : Mono.fromRunnable(() -> askForResponse(request, responder, session));
            default -> live.processReactive(message, responder, session);
        };
    }

    private void askForResponse(AuthenticateRequest request, Responder responder, ImapSession session) {
        responder.respond(new AuthenticateResponse());
        session.pushLineHandler((same, line) -> {
            same.popLineHandler();
            String response = new String(line, 0, line.length - 2, StandardCharsets.US_ASCII);
            authenticate(new IRAuthenticateRequest(PLAIN, request.getTag(), response), responder, same)
                    .block();
        });
    }

    private Mono<Void> authenticate(IRAuthenticateRequest request, Responder responder, ImapSession session) {
        return Credentials.of(request.getInitialClientResponse())
                .filter(given -> ShadowName.isMeant(given.name()))
                .map(given -> Mono.<Void>fromRunnable(() ->
                        knock(request, given.name(), given.password(), AuthenticateCommand.WRONG, responder, session)))
                .orElseGet(() -> live.processReactive(request, responder, session));
    }

    /** What SASL PLAIN carries (RFC 4616 section 2), where nobody else's identity is asked for. */
    private record Credentials(String name, String password) {
        static Optional<Credentials> of(String response) {
            byte[] decoded;
            try {
                decoded = Base64.getDecoder().decode(response);
            } catch (IllegalArgumentException e) {
                return Optional.empty();
            }
            String[] parts = new String(decoded, StandardCharsets.UTF_8).split("\0", -1);
            boolean plain = parts.length == 3 && (parts[0].isEmpty() || parts[0].equals(parts[1]));
            return plain ? Optional.of(new Credentials(parts[1], parts[2])) : Optional.empty();
        }
    }

    private void knock(
            ImapRequest request,
            String name,
            String password,
            String failed,
            Responder responder,
            ImapSession session) {
        if (session.isPlainAuthDisallowed()) {
            responder.respond(
                    responses.taggedNo(request.getTag(), request.getCommand(), HumanReadableText.DISABLED_LOGIN));
            return;
        }
        if (!(session instanceof EndableSession endable)) {
            throw new IllegalStateException("a shadow needs a connection, not a " + session.getClass());
        }
        switch (door.knock(name, password, endable)) {
            case ShadowDoor.Answer.Open(ShadowView view) -> {
                session.setAttribute(VIEW, view);
                session.authenticated();
                responder.respond(
                        responses.taggedOk(request.getTag(), request.getCommand(), HumanReadableText.COMPLETED));
            }
            case ShadowDoor.Answer.NotNow(String text) ->
                responder.respond(responses.taggedNo(
                        request.getTag(), null, new HumanReadableText("org.understudy.shadow.NOT_NOW", text)));
            case ShadowDoor.Answer.Refused refused -> refuse(request, name, failed, responder, session);
        }
    }

    /** Answers as to any wrong password. */
    private void refuse(ImapRequest request, String name, String failed, Responder responder, ImapSession session) {
        FailedLogins.attempted(session, name);
        Ending ending = FailedLogins.refused(session, failed);
        if (FailedLogins.tooMany(session)) {
            responder.respond(responses.bye(HumanReadableText.TOO_MANY_FAILURES));
            session.logout().block();
        } else {
            responder.respond(ending.response(responses, request.getTag(), request.getCommand()));
        }
    }

    @Override
    public void configure(ImapConfiguration configuration) {
        live.configure(configuration);
    }
}
