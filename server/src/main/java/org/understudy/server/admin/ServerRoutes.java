package org.understudy.server.admin;

import com.fasterxml.jackson.databind.JsonNode;
import io.helidon.http.HeaderNames;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Supplier;
import org.understudy.restore.operation.Role;
import org.understudy.server.health.Readiness;
import org.understudy.storage.Reason;

/** What the server says of itself, and the files that it wrote for people with tokens. */
final class ServerRoutes {
    private final Services services;
    private final Supplier<List<Route>> routes;

    ServerRoutes(Services services, Supplier<List<Route>> routes) {
        this.services = services;
        this.routes = routes;
    }

    record Ping(String version, String storeId) {}

    /** Whom the credential names, and what it may do. */
    record WhoAmI(String person, Role role, String credential) {}

    List<Route> all() {
        AdminSetup setup = services.setup();
        return List.of(
                Route.of(
                        "GET",
                        "/v1/ping",
                        Role.VIEWER,
                        "Say which server this is.",
                        Route.Answer.json(200, Ping.class),
                        exchange -> Reply.json(new Ping(
                                setup.version(), setup.workplace().live().storeId()))),
                Route.of(
                        "GET",
                        "/v1/whoami",
                        Role.VIEWER,
                        "Say whom the token names, and its role.",
                        Route.Answer.json(200, WhoAmI.class),
                        exchange -> Reply.json(new WhoAmI(
                                exchange.identity().person(),
                                exchange.identity().role(),
                                exchange.identity().credential()))),
                Route.of(
                        "GET",
                        "/v1/status",
                        Role.VIEWER,
                        "Say how the server is: listeners, mail, loss, log, index, scrub, schedule and alerts.",
                        Route.Answer.json(200, ServerStatus.class),
                        exchange -> Reply.json(setup.status().get())),
                Route.of(
                        "GET",
                        "/v1/health",
                        Role.VIEWER,
                        "Say whether the server is ready to serve, and what it is short of.",
                        Route.Answer.json(200, Readiness.class),
                        exchange -> Reply.json(setup.readiness().get())),
                Route.of(
                        "GET",
                        "/v1/openapi.json",
                        Role.VIEWER,
                        "Describe this API (OpenAPI 3.1).",
                        Route.Answer.json(200, JsonNode.class),
                        exchange -> Reply.json(OpenApi.of(routes.get(), setup.version()))),
                Route.of(
                        "GET",
                        "/v1/restores/{id:restore}/pack",
                        Role.ENGINEER,
                        "Fetch the archive of evidence that was packed under its usual name.",
                        new Route.Answer(200, "application/gzip", null, null),
                        this::pack));
    }

    private Reply pack(Exchange exchange) throws IOException {
        String name = "evidence-" + exchange.path("id") + ".tar.gz";
        Path file =
                RequestRules.folder(services.setup().workplace().dataFolder()).resolve(name);
        if (!Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)) {
            throw new Refused(
                    404,
                    Reason.NOT_FOUND,
                    "the evidence of this restore is not packed",
                    "POST to the same path first, without 'file'.");
        }
        exchange.response().header(HeaderNames.CONTENT_TYPE, "application/gzip");
        exchange.response().header("Content-Disposition", "attachment; filename=\"" + name + "\"");
        exchange.response().contentLength(Files.size(file));
        try (OutputStream out = exchange.response().outputStream()) {
            Files.copy(file, out);
        }
        return Reply.SENT;
    }
}
