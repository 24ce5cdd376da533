package org.understudy.server.admin;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.helidon.http.HeaderName;
import io.helidon.http.HeaderNames;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.understudy.restore.operation.Operation;
import org.understudy.restore.operation.Role;
import org.understudy.server.access.Identity;
import org.understudy.server.work.Work;
import org.understudy.server.work.WorkDesk;
import org.understudy.server.work.WorkId;
import org.understudy.server.work.WorkView;
import org.understudy.storage.Reason;

/** Looking at work, following it, cancelling it; and beginning any operation by its name, as the command line does. */
final class WorkRoutes {
    static final String KEY = "Idempotency-Key";

    private static final HeaderName KEY_HEADER = HeaderNames.create(KEY);

    private final Services services;
    private final EventStream events;

    WorkRoutes(Services services) {
        this.services = services;
        this.events = new EventStream(services.gate());
    }

    /** @param request as the operation takes it */
    record Start(String operation, Object request) {}

    /** Newest first, without results. */
    record Works(List<WorkView> work) {}

    List<Route> all() {
        return List.of(
                Route.of(
                        "GET",
                        "/v1/work",
                        Role.VIEWER,
                        "List the work that is under way or has ended within a day.",
                        Route.Answer.json(200, Works.class),
                        exchange -> Reply.json(new Works(services.desk().all().stream()
                                .filter(work -> exchange.identity().role().covers(work.role()))
                                .map(work -> work.view(false))
                                .toList()))),
                Route.of(
                                "POST",
                                "/v1/work",
                                Role.VIEWER,
                                "Begin any operation by its name, with its whole request; needs that operation's role.",
                                new Route.Answer(202, "application/json", WorkView.class, null),
                                this::start)
                        .taking(new Route.Body(Start.class, Set.of(), Set.of("operation", "request"), Map.of())),
                Route.of(
                        "GET",
                        "/v1/work/{id:work}",
                        Role.VIEWER,
                        "Say how far a piece of work is, and what came of it.",
                        Route.Answer.json(200, WorkView.class),
                        exchange -> Reply.json(visible(exchange).view(true))),
                Route.of(
                        "GET",
                        "/v1/work/{id:work}/events",
                        Role.VIEWER,
                        "Follow a piece of work by server-sent events: progress, note, end. Goes on after Last-Event-ID.",
                        new Route.Answer(200, "text/event-stream", null, null),
                        exchange -> events.send(exchange, visible(exchange))),
                Route.of(
                        "DELETE",
                        "/v1/work/{id:work}",
                        Role.VIEWER,
                        "Ask a piece of work to stop, by who began it or an admin.",
                        Route.Answer.json(202, WorkView.class),
                        this::cancel));
    }

    /** What a start is answered with. */
    static Reply begun(WorkDesk.Begun begun) {
        String location = "/v1/work/" + begun.work().id().text();
        return new Reply(202, begun.work().view(false), Map.of("Location", location));
    }

    /** The idempotency key of a start, or empty. */
    static String key(Exchange exchange) {
        List<String> given = exchange.request().headers().all(KEY_HEADER, List::of);
        if (given.size() > 1) {
            throw new Refused(400, Reason.USAGE, KEY + " is given more than once", "Send it once.");
        }
        return given.isEmpty() ? "" : given.getFirst();
    }

    private Reply start(Exchange exchange) throws IOException {
        ObjectNode body = services.reader().object(exchange.body());
        services.reader().require(body, Set.of("operation", "request"));
        String name = body.get("operation").asText();
        Set<String> known = Set.of("operation", "request");
        body.fieldNames().forEachRemaining(member -> {
            if (!known.contains(member)) {
                throw new Refused(
                        400,
                        Reason.USAGE,
                        "the body has a member '" + member + "'",
                        "Send operation and request only.");
            }
        });
        if (!(body.get("request") instanceof ObjectNode request)) {
            throw new Refused(400, Reason.USAGE, "'request' is not a JSON object", "Send at least {}.");
        }
        for (Operation<?, ?> operation : services.setup().operations()) {
            if (operation.name().equals(name)) {
                return begun(begin(operation, request, exchange));
            }
        }
        throw new Refused(
                404,
                Reason.NOT_FOUND,
                "there is no operation '" + name + "' here",
                "client and server should be of one version; in rescue mode only the store can be checked");
    }

    private <Q> WorkDesk.Begun begin(Operation<Q, ?> operation, ObjectNode request, Exchange exchange)
            throws IOException {
        exchange.identity().require(operation.role(), operation.name());
        services.rules().apply(operation.name(), request, exchange.identity());
        return services.desk()
                .begin(new WorkDesk.Order<>(
                        operation,
                        services.reader().read(request, operation.requestType()),
                        exchange.identity().caller(),
                        exchange.actor(),
                        key(exchange)));
    }

    private Reply cancel(Exchange exchange) {
        Work work = visible(exchange);
        Identity identity = exchange.identity();
        if (identity.role() != Role.ADMIN && !work.person().equals(identity.person())) {
            throw new Refused(
                    403,
                    Reason.ACCESS_DENIED,
                    "this work was begun by somebody else",
                    "Let who began it, or an admin, cancel it.");
        }
        services.desk().cancel(work);
        return new Reply(202, work.view(false), Map.of());
    }

    /** @throws Refused with status 404 for work that is not there, or that the role may not see */
    private Work visible(Exchange exchange) {
        return services.desk()
                .find(WorkId.parse(exchange.path("id")))
                .filter(work -> exchange.identity().role().covers(work.role()))
                .orElseThrow(() -> new Refused(
                        404,
                        Reason.NOT_FOUND,
                        "there is no such work; what has ended is kept for a day, and not over a restart",
                        "GET /v1/work lists what there is."));
    }
}
