package org.understudy.server.admin;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.helidon.http.HeaderName;
import io.helidon.http.HeaderNames;
import io.helidon.http.HttpException;
import io.helidon.http.Method;
import io.helidon.http.RequestException;
import io.helidon.webserver.http.FilterChain;
import io.helidon.webserver.http.HttpRouting;
import io.helidon.webserver.http.RoutingRequest;
import io.helidon.webserver.http.RoutingResponse;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import java.io.IOException;
import java.net.URI;
import java.security.SecureRandom;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.understudy.restore.job.RestoreState;
import org.understudy.restore.operation.Failure;
import org.understudy.restore.operation.OperationJson;
import org.understudy.restore.workflow.RestoreRecovery;
import org.understudy.server.access.Identity;
import org.understudy.server.config.Configuration;
import org.understudy.server.work.Incident;
import org.understudy.server.work.Trace;
import org.understudy.server.work.WorkDesk;
import org.understudy.storage.OperatorException;
import org.understudy.storage.Reason;

/** The server's side of the admin API. Close it before the store. */
public final class AdminServer implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(AdminServer.class);
    private static final HeaderName TRACEPARENT = HeaderNames.create("traceparent");
    private static final HeaderName TRACE_ID = HeaderNames.create("Trace-Id");

    private final AdminSetup setup;
    private final ObjectMapper json = OperationJson.mapper();
    private final WorkDesk desk;
    private final Listeners listeners;
    private final AdminAddress address;
    private final Gate gate;
    private final List<Route> routes;
    private final SecureRandom random;

    private AdminServer(Configuration.Admin admin, AdminSetup setup, SecureRandom random) throws IOException {
        this.setup = setup;
        this.random = random;
        this.desk = new WorkDesk(setup.workplace(), setup.audit(), random);
        this.gate = new Gate(setup.tokens(), setup.audit());
        recall();
        this.routes =
                RouteTable.of(new Services(setup, desk, new RequestReader(), new RequestRules(setup, random), gate));
        this.listeners = Listeners.start(admin, this::routing);
        this.address = new AdminAddress(
                URI.create("http://" + Listeners.bracketed(admin.host()) + ":" + listeners.port()),
                AdminAddress.newToken(random));
        gate.open(address, listeners.hosts());
    }

    /**
     * Listens, then leaves address and token in the data folder.
     *
     * @throws OperatorException {@link Reason#BUSY} if a port is taken
     */
    public static AdminServer start(Configuration.Admin admin, AdminSetup setup, SecureRandom random)
            throws IOException {
        AdminServer server = new AdminServer(admin, setup, random);
        try {
            server.address.publish(setup.workplace().dataFolder());
        } catch (IOException e) {
            server.listeners.close();
            throw e;
        }
        return server;
    }

    public List<ServerStatus.Listening> listening() {
        return listeners.listening();
    }

    /** What the API offers. */
    List<Route> routes() {
        return routes;
    }

    /** Restores that were completed at the start are to be seen as work that has ended. */
    private void recall() {
        for (RestoreRecovery.Resumed one : setup.resumed()) {
            String name = one.from() == RestoreState.UNDOING ? "restore.undo" : "restore.merge";
            setup.operations().stream()
                    .filter(operation -> operation.name().equals(name))
                    .findFirst()
                    .ifPresent(operation -> desk.recall(operation, outcome(one), failure(one)));
        }
    }

    private static Map<String, String> outcome(RestoreRecovery.Resumed one) {
        return Map.of(
                "id", one.id(), "from", one.from().name(), "state", one.to().name());
    }

    private static @Nullable Failure failure(RestoreRecovery.Resumed one) {
        return one.failure() == null
                ? null
                : Failure.of(
                        Reason.CONFLICT,
                        "restore " + one.id() + " could not be completed: " + one.failure(),
                        "'understudy restore status " + one.id() + "' says why.");
    }

    private HttpRouting.Builder routing() {
        HttpRouting.Builder routing = HttpRouting.builder();
        routing.addFilter(this::trace);
        routing.addFilter(this::admit);
        for (Route route : routes) {
            routing.route(
                    Method.create(route.method()),
                    route.path(),
                    (request, response) -> answer(route, request, response));
        }
        setup.further().forEach(one -> one.add(routing, gate, desk));
        routing.any(this::unknown);
        routing.error(Refused.class, (request, response, refused) -> problem(request, response, refused.problem()));
        routing.error(Throwable.class, this::unexpected);
        return routing;
    }

    /** What any path may know. CONNECT and TRACE are for proxies, and for tracing requests back to pages. */
    private static final List<String> METHODS = List.of("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS");

    /** Around everything that is done for a request: what it is called. */
    private void trace(FilterChain chain, RoutingRequest request, RoutingResponse response) {
        Trace trace = Trace.of(request.headers().first(TRACEPARENT), random);
        request.context().register(trace);
        response.header(TRACE_ID, trace.id());
        trace.in(chain::proceed);
    }

    /** Before every route: limits of what may come from where, and who sends it. */
    private void admit(FilterChain chain, RoutingRequest request, RoutingResponse response) {
        SecurityHeaders.set(response.headers(), request.isSecure());
        try {
            if (!METHODS.contains(request.prologue().method().text())) {
                throw new Refused(
                        405,
                        Reason.USAGE,
                        "this server does not know the method",
                        "It knows " + String.join(", ", METHODS) + ".");
            }
            gate.requireMeant(request);
            if (!beside(request.path().path())) {
                request.context().register(gate.admit(request));
            }
        } catch (Refused refused) {
            if (refused.problem().status() == 401) {
                response.header(HeaderNames.WWW_AUTHENTICATE, "Bearer");
            }
            problem(request, response, refused.problem());
            return;
        }
        chain.proceed();
    }

    /** Whether a path is one of the pages beside the API, which know their visitors otherwise. */
    private boolean beside(String path) {
        return setup.further().stream()
                .anyMatch(one -> path.equals(one.prefix()) || path.startsWith(one.prefix() + "/"));
    }

    /**
     * The one way to every route of the API: without an identity, or with one whose role does not cover the route's,
     * nothing is done, whatever led here.
     */
    private void answer(Route route, ServerRequest request, ServerResponse response) throws Exception {
        Identity identity = request.context()
                .get(Identity.class)
                .orElseThrow(() -> new Refused(
                        401, Reason.ACCESS_DENIED, "the request carries no token", "Send it with a token."));
        try {
            identity.require(route.role(), route.method() + " " + route.path());
            Exchange exchange = new Exchange(request, response, route, identity, gate.actor(identity, request));
            Map<String, String> query = exchange.query();
            if (route.body() == null) {
                exchange.body();
            }
            LOG.debug("{} {} {}", route.method(), route.path(), query.keySet());
            Reply reply = route.handler().handle(exchange);
            reply(response, reply);
        } catch (OperatorException e) {
            if (e.reason() == Reason.ACCESS_DENIED) {
                gate.refused(request, "token:" + identity.person() + " (" + identity.credential() + ")", "role");
            }
            throw e;
        }
    }

    private void reply(ServerResponse response, Reply reply) {
        if (reply.status() == 0) {
            return;
        }
        reply.headers().forEach((name, value) -> response.header(HeaderNames.create(name), value));
        if (reply.body() == null) {
            response.status(reply.status()).send();
            return;
        }
        send(response, reply.status(), "application/json", reply.body());
    }

    private void unknown(ServerRequest request, ServerResponse response) {
        String path = request.path().path();
        TreeSet<String> methods = new TreeSet<>();
        routes.stream().filter(route -> route.isAt(path)).forEach(route -> methods.add(route.method()));
        if (!methods.isEmpty()) {
            response.header(HeaderNames.ALLOW, String.join(", ", methods));
            throw new Refused(
                    405,
                    Reason.USAGE,
                    "this path does not know the method",
                    "It knows " + String.join(", ", methods) + ".");
        }
        throw new Refused(
                404,
                Reason.NOT_FOUND,
                "there is no " + request.prologue().method().text() + " " + path,
                "see /v1/openapi.json for what there is");
    }

    private void unexpected(ServerRequest request, ServerResponse response, Throwable thrown) {
        request.context()
                .get(Trace.class)
                .ifPresentOrElse(
                        trace -> trace.in(() -> told(request, response, thrown)),
                        () -> told(request, response, thrown));
    }

    private void told(ServerRequest request, ServerResponse response, Throwable thrown) {
        if (response.isSent()) {
            LOG.info("{}: the client went away: {}", request.path().path(), String.valueOf(thrown.getMessage()));
            return;
        }
        int status = switch (thrown) {
            case RequestException e -> e.status().code();
            case HttpException e -> e.status().code();
            default -> 0;
        };
        if (status >= 400 && status < 500) {
            problem(
                    request,
                    response,
                    Problem.of(
                            status,
                            Problem.title(status),
                            Failure.of(
                                    Reason.USAGE,
                                    status == 413
                                            ? "the body is larger than this server takes"
                                            : "the request is not one that this server takes",
                                    "See docs/api.md.")));
            return;
        }
        Failure failure = Failure.of(thrown);
        problem(
                request,
                response,
                Problem.of(
                        failure.internal() ? Incident.logged(LOG, request.path().path(), failure, thrown) : failure));
    }

    private void problem(ServerRequest request, ServerResponse response, Problem problem) {
        String trace = request.context().get(Trace.class).map(Trace::id).orElse("");
        send(response, problem.status(), Problem.MEDIA_TYPE, problem.traced(trace));
    }

    private void send(ServerResponse response, int code, String mediaType, Object body) {
        byte[] bytes;
        try {
            bytes = json.writeValueAsBytes(body);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a record that JSON cannot express: " + body.getClass(), e);
        }
        response.header(HeaderNames.CONTENT_TYPE, mediaType);
        response.status(code).send(bytes);
    }

    /** Takes the address away, interrupts what is being done, waits for it, then stops listening. */
    @Override
    public void close() throws IOException {
        try {
            address.withdraw(setup.workplace().dataFolder());
            desk.close();
        } finally {
            listeners.close();
        }
    }
}
