package org.understudy.server.pop3;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import javax.net.ssl.SSLSession;
import org.apache.james.mailbox.MailboxSession;
import org.jspecify.annotations.Nullable;
import org.understudy.server.imap.sasl.Door;
import org.understudy.server.imap.sasl.FailedLogins;
import org.understudy.server.imap.sasl.LoginSession;
import org.understudy.server.imap.sasl.StaffLogins;
import org.understudy.server.line.LineListener;

/** A session's way in: USER and PASS, or AUTH. */
final class Pop3Login {
    private static final int MOST_DOUBLINGS = 5;

    private final Pop3Service service;
    private final LineListener.Caller caller;
    private LoginSession session;
    private @Nullable SSLSession tls;
    private @Nullable String user;
    private Door.@Nullable Talk talk;
    private int failures;

    /** What to say; {@code delay} holds it back, {@code end} ends the connection, {@code in} is who is in. */
    record Said(String line, Duration delay, boolean end, Optional<MailboxSession> in) {
        static Said now(String line) {
            return new Said(line, Duration.ZERO, false, Optional.empty());
        }
    }

    Pop3Login(Pop3Service service, LineListener.Caller caller) {
        this.service = service;
        this.caller = caller;
        this.session = fresh();
    }

    private LoginSession fresh() {
        String address = address().map(InetAddress::getHostAddress).orElse("");
        LoginSession made = new LoginSession(address, false);
        SSLSession agreed = tls;
        if (agreed != null) {
            made.encrypted(agreed);
        }
        return made;
    }

    Optional<InetAddress> address() {
        return caller.client() instanceof InetSocketAddress inet
                ? Optional.ofNullable(inet.getAddress())
                : Optional.empty();
    }

    void encrypted(SSLSession agreed) {
        tls = agreed;
        user = null;
        talk = null;
        session.over();
        session = fresh();
    }

    /** Gives back what the login has taken. */
    void over() {
        session.over();
    }

    /** The login did not lead to a maildrop: the next one begins anew. */
    void undo() {
        session.over();
        session = fresh();
        user = null;
    }

    List<String> mechanisms() {
        return service.door().offered(session);
    }

    boolean mayLogIn() {
        return !session.isPlainAuthDisallowed();
    }

    /** Whether who has logged in is a master who may change nothing. */
    boolean mayOnlyRead() {
        return StaffLogins.readOnly(session);
    }

    /** Whether the next line belongs to AUTH. */
    boolean talking() {
        return talk != null;
    }

    Said user(String name) {
        if (!mayLogIn()) {
            return Said.now("-ERR Begin with STLS");
        }
        if (name.isEmpty()) {
            return Said.now("-ERR USER wants a name");
        }
        user = name;
        return Said.now("+OK Now the password");
    }

    Said password(String password) {
        String name = user;
        if (name == null) {
            return Said.now("-ERR USER comes first");
        }
        user = null;
        return said(service.door().login(name, password, session));
    }

    Said begin(String mechanism, @Nullable String initial) {
        if (!mayLogIn()) {
            return Said.now("-ERR Begin with STLS");
        }
        Door.Talk begun = service.door().begin(mechanism, session).orElse(null);
        if (begun == null) {
            return Said.now("-ERR The mechanism is not offered");
        }
        talk = begun;
        return initial == null ? said(begun.begin()) : line(initial.equals("=") ? "" : initial);
    }

    /** A response of the client to a challenge. */
    Said line(String text) {
        Door.Talk now = talk;
        if (now == null) {
            throw new IllegalStateException("no AUTH is under way");
        }
        if (text.equals("*")) {
            talk = null;
            return Said.now("-ERR AUTH is broken off");
        }
        byte[] response;
        try {
            response = Base64.getDecoder().decode(text);
        } catch (IllegalArgumentException e) {
            talk = null;
            return Said.now("-ERR The response is not Base64");
        }
        return said(now.respond(response));
    }

    private Said said(Door.Reply reply) {
        return switch (reply) {
            case Door.Reply.Ask(String challenge) ->
                Said.now("+ " + Base64.getEncoder().encodeToString(challenge.getBytes(StandardCharsets.UTF_8)));
            case Door.Reply.In in -> {
                talk = null;
                MailboxSession opened = session.getMailboxSession();
                if (opened == null) {
                    throw new IllegalStateException("a login left no session");
                }
                String who = opened.getLoggedInUser().orElse(opened.getUser()).asString();
                Duration wait = address()
                        .map(from -> service.throttle().succeeded(from, who))
                        .orElse(Duration.ZERO);
                service.counts().succeeded();
                if (!wait.isZero()) {
                    service.counts().delayed();
                }
                yield new Said("", wait, false, Optional.of(opened));
            }
            case Door.Reply.No(String code, String text) -> {
                talk = null;
                yield refused(code, text);
            }
        };
    }

    private Said refused(String code, String text) {
        String word = switch (code) {
            case "AUTHENTICATIONFAILED", "AUTHORIZATIONFAILED" -> "[AUTH] ";
            case "LIMIT" -> "[IN-USE] ";
            case "UNAVAILABLE" -> "[SYS/TEMP] ";
            default -> "";
        };
        String line = "-ERR " + word + new String(text.getBytes(StandardCharsets.US_ASCII), StandardCharsets.US_ASCII);
        if (!code.equals("AUTHENTICATIONFAILED")) {
            return Said.now(line);
        }
        failures++;
        service.counts().refused();
        String tried = FailedLogins.takeAttempted(session).orElse("");
        caller.log().loginRefused(failures, service.logins().storedName(tried).orElse(""));
        Duration own = service.settings().loginDelay().multipliedBy(1L << Math.min(failures - 1, MOST_DOUBLINGS));
        Duration others =
                address().map(from -> service.throttle().failed(from, tried)).orElse(Duration.ZERO);
        if (others.compareTo(own) > 0) {
            service.counts().delayed();
        }
        return new Said(
                line, own.compareTo(others) > 0 ? own : others, FailedLogins.tooMany(session), Optional.empty());
    }
}
