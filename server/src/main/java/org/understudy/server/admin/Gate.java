package org.understudy.server.admin;

import io.helidon.http.HeaderName;
import io.helidon.http.HeaderNames;
import io.helidon.webserver.http.ServerRequest;
import java.net.URI;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import org.understudy.server.access.Identity;
import org.understudy.server.access.TokenBook;
import org.understudy.server.audit.Actor;
import org.understudy.server.audit.AuditEvent;
import org.understudy.server.audit.AuditLog;
import org.understudy.storage.Reason;

/**
 * Who a request comes from, and whether it was meant for this server. A console that keeps sessions asks it for the
 * identity behind a token once, and {@link Identity#require} for each page.
 */
public final class Gate {
    private static final HeaderName CALLER = HeaderNames.create(AdminClient.CALLER);
    private static final Pattern CALLER_FORM = Pattern.compile("[A-Za-z0-9._@?-]{1,64}");
    private static final String BEARER = "Bearer ";

    private final TokenBook tokens;
    private final AuditLog audit;
    private volatile AdminAddress local = new AdminAddress(URI.create("http://localhost"), "");
    private volatile Set<String> hosts = Set.of();

    Gate(TokenBook tokens, AuditLog audit) {
        this.tokens = tokens;
        this.audit = audit;
    }

    /**
     * Opens it; nothing is let through before.
     *
     * @param address with the token of the command line on this machine
     * @param names what the {@code Host} header may be, in lower case
     */
    void open(AdminAddress address, Set<String> names) {
        local = address;
        hosts = Set.copyOf(names);
    }

    /** Whose token this is: that of the data folder, or one of a person; empty if it is neither, or is over. */
    public Optional<Identity> identify(String token) {
        AdminAddress own = local;
        return !own.token().isEmpty() && own.accepts(token)
                ? Optional.of(Identity.LOCAL)
                : tokens.admit(token).map(Identity::of);
    }

    /** Whether an identity from before still holds, for answers and sessions that last. */
    public boolean stillGood(Identity identity) {
        return identity.caller() == null || tokens.stillGood(identity.caller());
    }

    /**
     * Keeps out web pages that reach this listener by a name of their own (DNS rebinding), and those of other sites.
     *
     * @throws Refused with status 421 or 403
     */
    void requireMeant(ServerRequest request) {
        List<String> named = request.headers().all(HeaderNames.HOST, List::of);
        String host = named.size() == 1 ? named.getFirst().toLowerCase(Locale.ROOT) : "";
        if (!hosts.contains(host)) {
            refused(request, "nobody", "wrong host");
            throw new Refused(
                    421,
                    Reason.ACCESS_DENIED,
                    "this listener is not called '" + host + "'",
                    "address it as " + local.uri().getAuthority() + ", or by a name of 'admin.tls.names'");
        }
        String origin = request.headers().first(HeaderNames.ORIGIN).orElse("");
        if (!origin.isEmpty() && !origin.equals("http://" + host) && !origin.equals("https://" + host)) {
            refused(request, "nobody", "wrong origin");
            throw new Refused(
                    403,
                    Reason.ACCESS_DENIED,
                    "pages of other sites may not use this server",
                    "use it from a program, or from this server's own pages");
        }
    }

    /**
     * Who sends a request.
     *
     * @throws Refused with status 401
     */
    Identity admit(ServerRequest request) {
        List<String> given = request.headers().all(HeaderNames.AUTHORIZATION, List::of);
        Optional<Identity> identity = given.size() == 1 && given.getFirst().startsWith(BEARER)
                ? identify(given.getFirst().substring(BEARER.length()))
                : Optional.empty();
        return identity.orElseThrow(() -> {
            refused(request, "nobody", given.isEmpty() ? "no token" : "wrong token");
            return new Refused(
                    401,
                    Reason.ACCESS_DENIED,
                    given.isEmpty() ? "the request carries no token" : "the token is not this server's, or is over",
                    "send a token of 'understudy token make', or the content of " + AdminAddress.TOKEN_FILE
                            + " in the data folder, as 'Authorization: Bearer ...'");
        });
    }

    /** Notes a refusal in the audit log. */
    void refused(ServerRequest request, String who, String why) {
        audit.record(new AuditEvent(
                AuditEvent.Kind.ADMIN,
                actor(who, request),
                "admin.refused",
                Map.of(
                        "request",
                        request.prologue().method().text() + " "
                                + request.path().path(),
                        "why",
                        why),
                AuditEvent.Outcome.REFUSED));
    }

    /** Whom the audit log names. */
    Actor actor(Identity identity, ServerRequest request) {
        return identity.caller() == null
                ? actor("token:local", request)
                : actor("token:" + identity.person() + " (" + identity.credential() + ")", request);
    }

    /** What the command line says of its user is a claim. */
    private static Actor actor(String proven, ServerRequest request) {
        String claimed = request.headers()
                .first(CALLER)
                .filter(name -> CALLER_FORM.matcher(name).matches())
                .map(name -> " (os:" + name + ")")
                .orElse("");
        return new Actor(proven + claimed, request.remotePeer().host());
    }
}
