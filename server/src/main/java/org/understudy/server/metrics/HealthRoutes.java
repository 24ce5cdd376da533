package org.understudy.server.metrics;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.helidon.http.HeaderNames;
import io.helidon.webserver.http.HttpRouting;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import java.util.Map;
import java.util.function.Supplier;
import org.understudy.restore.operation.OperationJson;
import org.understudy.server.health.Liveness;
import org.understudy.server.health.Readiness;

/** Answers {@code GET /health/live} and {@code GET /health/ready}: 200 for yes, 503 for no, with the reasons as JSON. */
final class HealthRoutes {
    private final Supplier<Readiness> readiness;
    private final ObjectMapper json = OperationJson.mapper();

    HealthRoutes(Supplier<Readiness> readiness) {
        this.readiness = readiness;
    }

    void add(HttpRouting.Builder routing) {
        routing.get("/health/live", this::live).get("/health/ready", this::ready);
    }

    private void live(ServerRequest request, ServerResponse response) throws JsonProcessingException {
        String problem = Liveness.problem();
        send(response, problem.isEmpty(), Map.of("live", problem.isEmpty(), "problem", problem));
    }

    private void ready(ServerRequest request, ServerResponse response) throws JsonProcessingException {
        Readiness now = readiness.get();
        send(response, now.ready(), now);
    }

    private void send(ServerResponse response, boolean good, Object document) throws JsonProcessingException {
        response.header(HeaderNames.CONTENT_TYPE, "application/json");
        response.header(HeaderNames.CACHE_CONTROL, "no-store");
        response.status(good ? 200 : 503).send(json.writeValueAsString(document) + "\n");
    }
}
