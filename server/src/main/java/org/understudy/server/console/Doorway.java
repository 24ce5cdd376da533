package org.understudy.server.console;

import io.helidon.http.HeaderNames;
import io.helidon.webserver.http.ServerRequest;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.understudy.restore.operation.Caller;
import org.understudy.restore.operation.Role;
import org.understudy.server.access.Identity;
import org.understudy.server.account.LoginStormException;
import org.understudy.server.audit.Actor;
import org.understudy.server.audit.AuditEvent;

/** Logging in and out. */
final class Doorway {
    /** Over TLS; browsers take it from this host alone then (RFC 6265bis, section 4.1.3.2). */
    static final String SECURE_COOKIE = "__Host-understudy";

    static final String PLAIN_COOKIE = "understudy";

    private final ConsoleSetup setup;
    private final Sessions sessions;
    private final Function<String, Optional<Identity>> tokens;
    private final LoginBrake brake = new LoginBrake(System::nanoTime);

    /** @param tokens whose token a text is */
    Doorway(ConsoleSetup setup, Sessions sessions, Function<String, Optional<Identity>> tokens) {
        this.setup = setup;
        this.sessions = sessions;
        this.tokens = tokens;
    }

    static Optional<Session> session(ServerRequest request, Sessions sessions) {
        List<String> given =
                request.headers().cookies().all(request.isSecure() ? SECURE_COOKIE : PLAIN_COOKIE, List::of);
        return given.size() == 1 ? sessions.of(given.getFirst()) : Optional.empty();
    }

    List<Place> places(Frame frame) {
        return List.of(
                new Place(
                        "GET",
                        WebConsole.PREFIX + "/login",
                        null,
                        visit -> visit.guest() == null
                                ? Answer.page(frame.login("", "", to(visit.query("to"))))
                                : new Answer.Go(WebConsole.PREFIX)),
                new Place("POST", WebConsole.PREFIX + "/login", null, visit -> enter(visit, frame)),
                Place.post(WebConsole.PREFIX + "/logout", Role.VIEWER, this::leave));
    }

    private Answer enter(Visit visit, Frame frame) throws InterruptedException {
        String name = visit.field("name");
        String to = to(visit.field("to"));
        String address = visit.request().remotePeer().host();
        Duration wait = brake.wait(address, name);
        if (!wait.isZero()) {
            return new Answer.Document(
                    429,
                    frame.login(
                            "Too many wrong logins. Try again in " + Math.max(1, wait.toSeconds() + 1) + " seconds.",
                            name,
                            to));
        }
        Sessions.Begun begun;
        String token = visit.field("token");
        if (!token.isEmpty()) {
            Optional<Identity> identity = tokens.apply(token);
            if (identity.isEmpty()) {
                return refused(frame, address, name, to, "This token is unknown, or its time is over.");
            }
            begun = sessions.begin(identity.get(), false);
        } else {
            Optional<String> account;
            try {
                account = setup.accounts().login(name, visit.form().getOrDefault("password", ""));
            } catch (LoginStormException e) {
                return new Answer.Document(
                        503, frame.login("Too many logins at once. Try again in a moment.", name, to));
            }
            Optional<Role> role = account.flatMap(setup.staff()::role);
            if (account.isEmpty() || role.isEmpty()) {
                return refused(
                        frame,
                        address,
                        name,
                        to,
                        "Name and password do not belong together, or this account has no role here.");
            }
            begun = sessions.begin(Identity.of(new Caller(account.get(), role.get(), "console")), true);
        }
        brake.succeeded(address, name);
        boolean secure = visit.request().isSecure();
        visit.response()
                .header(
                        HeaderNames.SET_COOKIE,
                        (secure ? SECURE_COOKIE : PLAIN_COOKIE) + "=" + begun.secret() + "; Path="
                                + (secure ? "/; Secure" : WebConsole.PREFIX) + "; HttpOnly; SameSite=Strict");
        note(
                new Actor(
                        (begun.session().byPassword() ? "user:" : "token:")
                                + begun.session().identity().person(),
                        address),
                AuditEvent.Outcome.DONE);
        return new Answer.Go(to);
    }

    private Answer refused(Frame frame, String address, String name, String to, String words) {
        brake.failed(address, name);
        note(Actor.user(name.isEmpty() ? "(token)" : name, address), AuditEvent.Outcome.REFUSED);
        return new Answer.Document(401, frame.login(words, name, to));
    }

    private void note(Actor actor, AuditEvent.Outcome outcome) {
        setup.audit().record(new AuditEvent(AuditEvent.Kind.LOGIN, actor, "console.login", Map.of(), outcome));
    }

    private Answer leave(Visit visit) {
        sessions.end(visit.session());
        boolean secure = visit.request().isSecure();
        visit.response()
                .header(
                        HeaderNames.SET_COOKIE,
                        (secure ? SECURE_COOKIE : PLAIN_COOKIE) + "=; Max-Age=0; Path="
                                + (secure ? "/; Secure" : WebConsole.PREFIX) + "; HttpOnly; SameSite=Strict");
        return new Answer.Go(WebConsole.PREFIX + "/login");
    }

    /** Where to go after logging in: a page of the console, whatever a link says. */
    private static String to(String wanted) {
        return wanted.matches("/console(/[A-Za-z0-9._~%/-]*)?(\\?[A-Za-z0-9._~%&=+-]*)?") && !wanted.contains("/login")
                ? wanted
                : WebConsole.PREFIX;
    }
}
