package org.understudy.server.admin;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.helidon.http.HeaderName;
import io.helidon.http.HeaderNames;
import io.helidon.webserver.WebServer;
import io.helidon.webserver.http.FilterChain;
import io.helidon.webserver.http.HttpRouting;
import io.helidon.webserver.http.RoutingRequest;
import io.helidon.webserver.http.RoutingResponse;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.URI;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.understudy.restore.operation.Failure;
import org.understudy.restore.operation.Operation;
import org.understudy.restore.operation.OperationJson;
import org.understudy.restore.operation.Workplace;
import org.understudy.server.audit.Actor;
import org.understudy.server.audit.AuditEvent;
import org.understudy.server.audit.AuditLog;
import org.understudy.server.config.Configuration;
import org.understudy.storage.OperatorException;
import org.understudy.storage.Reason;

/** The server's side of the admin API. Close it before the store. */
public final class AdminServer implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(AdminServer.class);
    private static final long LARGEST_REQUEST = 16L << 20;
    private static final HeaderName CALLER = HeaderNames.create(AdminClient.CALLER);
    private static final Pattern CALLER_FORM = Pattern.compile("[A-Za-z0-9._@?-]{1,64}");
    private static final String OPERATIONS = "/v1/operations/{name}";

    private final Workplace workplace;
    private final Supplier<ServerStatus> status;
    private final String version;
    private final ObjectMapper json = OperationJson.mapper();
    private final OperationDesk desk;
    private final AuditLog audit;
    private final WebServer web;
    private final AdminAddress address;
    private final Set<String> hosts;

    private AdminServer(
            Configuration.Admin admin,
            String version,
            Workplace workplace,
            List<? extends Operation<?, ?>> operations,
            Supplier<ServerStatus> status,
            AuditLog audit,
            SecureRandom random) {
        this.workplace = workplace;
        this.status = status;
        this.version = version;
        this.desk = new OperationDesk(operations, workplace, json, audit);
        this.audit = audit;
        String token = AdminAddress.newToken(random);
        // Helidon counts a connection as idle from the beginning of its last request, however long the answer takes.
        this.web = WebServer.builder()
                .host(admin.host())
                .port(admin.port())
                .shutdownHook(false)
                .idleConnectionTimeout(Duration.ofDays(3650))
                .shutdownGracePeriod(Duration.ofMillis(500))
                .maxPayloadSize(LARGEST_REQUEST)
                .routing(this::route)
                .build();
        web.start();
        // Helidon logs that it could not bind, and returns.
        if (!web.isRunning() || web.port() <= 0) {
            throw new OperatorException(
                    Reason.BUSY,
                    "cannot listen on " + admin.host() + ":" + admin.port()
                            + " for the admin API: the port is taken, or the address is not this machine's",
                    "set admin.port to 0 or to a free port in the configuration");
        }
        String host = admin.host().contains(":") ? "[" + admin.host() + "]" : admin.host();
        this.address = new AdminAddress(URI.create("http://" + host + ":" + web.port()), token);
        this.hosts = Set.copyOf(List.of(
                "localhost:" + web.port(), "127.0.0.1:" + web.port(), "[::1]:" + web.port(), host + ":" + web.port()));
    }

    /**
     * Listens, then leaves address and token in the data folder.
     *
     * @throws OperatorException {@link Reason#BUSY} if the port is taken
     */
    public static AdminServer start(
            Configuration.Admin admin,
            String version,
            Workplace workplace,
            List<? extends Operation<?, ?>> operations,
            Supplier<ServerStatus> status,
            AuditLog audit,
            SecureRandom random)
            throws IOException {
        AdminServer server = new AdminServer(admin, version, workplace, operations, status, audit, random);
        try {
            server.address.publish(workplace.dataFolder());
        } catch (IOException e) {
            server.web.stop();
            throw e;
        }
        return server;
    }

    public ServerStatus.Listening listening() {
        return new ServerStatus.Listening("admin", address.uri().getHost(), web.port());
    }

    private void route(HttpRouting.Builder routing) {
        routing.addFilter(this::admit)
                .get(
                        "/v1/ping",
                        (request, response) -> send(
                                response,
                                200,
                                "application/json",
                                new Ping(version, workplace.live().storeId())))
                .get("/v1/status", (request, response) -> send(response, 200, "application/json", status.get()))
                .post(OPERATIONS, this::operate)
                .any((request, response) -> problem(
                        response,
                        404,
                        "Not found",
                        Reason.NOT_FOUND,
                        "there is no " + request.prologue().method().text() + " "
                                + request.path().path(),
                        "see /v1/status and /v1/operations/{name}"))
                .error(Throwable.class, this::unexpected);
    }

    record Ping(String version, String storeId) {}

    private void admit(FilterChain chain, RoutingRequest request, RoutingResponse response) {
        String host = request.headers().first(HeaderNames.HOST).orElse("").toLowerCase(Locale.ROOT);
        if (!hosts.contains(host)) {
            problem(
                    response,
                    421,
                    "Misdirected request",
                    Reason.ACCESS_DENIED,
                    "this listener is not called '" + host + "'",
                    "address it as " + address.uri().getAuthority());
            return;
        }
        String given = request.headers().first(HeaderNames.AUTHORIZATION).orElse("");
        if (!given.startsWith("Bearer ") || !address.accepts(given.substring("Bearer ".length()))) {
            audit.record(new AuditEvent(
                    AuditEvent.Kind.ADMIN,
                    caller("nobody", request),
                    "admin.refused",
                    Map.of(
                            "request",
                            request.prologue().method().text() + " "
                                    + request.path().path()),
                    AuditEvent.Outcome.REFUSED));
            response.header(HeaderNames.WWW_AUTHENTICATE, "Bearer");
            problem(
                    response,
                    401,
                    "Unauthorized",
                    Reason.ACCESS_DENIED,
                    given.isEmpty() ? "the request carries no token" : "the token is not this server's",
                    "send the content of " + AdminAddress.TOKEN_FILE
                            + " in the data folder as 'Authorization: Bearer ...'; it is new at each start");
            return;
        }
        chain.proceed();
    }

    private void operate(ServerRequest request, ServerResponse response) throws IOException, InterruptedException {
        String name = request.path().pathParameters().get("name");
        Optional<Operation<?, ?>> operation = desk.find(name);
        if (operation.isEmpty()) {
            problem(
                    response,
                    404,
                    "Unknown operation",
                    Reason.NOT_FOUND,
                    "there is no operation '" + name + "'",
                    "known: " + String.join(", ", desk.names()) + "; client and server should be of one version");
            return;
        }
        OperationDesk.Order<?> order;
        try (InputStream body = request.content().inputStream()) {
            order = desk.order(operation.get(), body.readAllBytes());
        } catch (JacksonException e) {
            problem(
                    response,
                    400,
                    "Bad request",
                    Reason.USAGE,
                    "the body is not a request of '" + name + "': " + e.getOriginalMessage(),
                    "send the request as JSON with exactly the fields of "
                            + operation.get().requestType().getSimpleName());
            return;
        }
        response.header(HeaderNames.CONTENT_TYPE, "application/x-ndjson");
        response.header(HeaderNames.CACHE_CONTROL, "no-store");
        OutputStream out = response.outputStream();
        OperationStream stream = new OperationStream(out, json, System::nanoTime);
        desk.serve(order, caller("token:local", request), stream);
        if (!stream.clientGone()) {
            out.close();
        }
    }

    /** Who asks; what the command line says of its user is a claim. */
    private static Actor caller(String proven, ServerRequest request) {
        String claimed = request.headers()
                .first(CALLER)
                .filter(name -> CALLER_FORM.matcher(name).matches())
                .map(name -> " (os:" + name + ")")
                .orElse("");
        return new Actor(proven + claimed, request.remotePeer().host());
    }

    private void unexpected(ServerRequest request, ServerResponse response, Throwable thrown) {
        Failure failure = Failure.of(thrown);
        String hint = failure.hint();
        if (failure.internal()) {
            String incident = UUID.randomUUID().toString().substring(0, 8);
            hint = "the server's log has the details under 'incident " + incident + "'; please report them";
            LOG.error(
                    "{} met a fault of the program, incident {}", request.path().path(), incident, thrown);
        }
        if (!response.isSent()) {
            send(
                    response,
                    500,
                    Problem.MEDIA_TYPE,
                    new Problem("about:blank", "Failed", 500, failure.message(), failure.reason(), hint));
        }
    }

    private void problem(ServerResponse response, int code, String title, Reason reason, String message, String hint) {
        send(response, code, Problem.MEDIA_TYPE, Problem.of(code, title, Failure.of(reason, message, hint)));
    }

    private void send(ServerResponse response, int code, String mediaType, Object body) {
        byte[] bytes;
        try {
            bytes = json.writeValueAsBytes(body);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a record that JSON cannot express: " + body.getClass(), e);
        }
        response.header(HeaderNames.CONTENT_TYPE, mediaType);
        response.header(HeaderNames.CACHE_CONTROL, "no-store");
        response.status(code).send(bytes);
    }

    /** Takes the address away, interrupts what is being done, waits for it, then stops listening. */
    @Override
    public void close() throws IOException {
        try {
            address.withdraw(workplace.dataFolder());
            desk.close();
        } finally {
            web.stop();
        }
    }
}
