package org.understudy.server.admin;

import com.fasterxml.jackson.databind.introspect.BeanPropertyDefinition;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.understudy.restore.operation.Operation;
import org.understudy.restore.progress.Progress;
import org.understudy.server.audit.AuditedWork;
import org.understudy.server.work.WorkDesk;
import org.understudy.server.work.WorkView;

/** Makes routes of operations: those that read, those that act at once, and those that take long. */
final class OperationRoutes {
    private final Services services;

    OperationRoutes(Services services) {
        this.services = services;
    }

    /** Answers with the result; what the request has beside the path is in the query. */
    <Q, R> Route read(Operation<Q, R> operation, String template, String summary) {
        Route route = Route.of(
                        "GET",
                        template,
                        operation.role(),
                        summary,
                        Route.Answer.json(200, operation.resultType()),
                        exchange -> Reply.json(operation.run(
                                request(operation, exchange),
                                services.setup()
                                        .workplace()
                                        .of(exchange.identity().caller()),
                                Progress.SILENT)))
                .by(operation);
        Map<String, Class<?>> query = new TreeMap<>();
        members(operation.requestType()).forEach((name, type) -> {
            if (!route.params().containsKey(name)) {
                query.put(name, type);
            }
        });
        return route.asking(query);
    }

    /** Answers with the result, and is noted in the audit log. */
    <Q, R> Route act(String method, Operation<Q, R> operation, String template, String summary) {
        Route route = Route.of(
                        method,
                        template,
                        operation.role(),
                        summary,
                        Route.Answer.json(200, operation.resultType()),
                        exchange -> Reply.json(AuditedWork.run(
                                services.setup().audit(),
                                exchange.actor(),
                                operation,
                                request(operation, exchange),
                                services.setup()
                                        .workplace()
                                        .of(exchange.identity().caller()),
                                Progress.SILENT)))
                .by(operation);
        return method.equals("DELETE") ? route : route.taking(body(route, operation));
    }

    /** Answers with a piece of work that has begun. */
    <Q, R> Route work(Operation<Q, R> operation, String template, String summary) {
        Route route = Route.of(
                        "POST",
                        template,
                        operation.role(),
                        summary,
                        new Route.Answer(202, "application/json", WorkView.class, operation.resultType()),
                        exchange -> WorkRoutes.begun(services.desk()
                                .begin(new WorkDesk.Order<>(
                                        operation,
                                        request(operation, exchange),
                                        exchange.identity().caller(),
                                        exchange.actor(),
                                        WorkRoutes.key(exchange)))))
                .by(operation);
        return route.taking(body(route, operation));
    }

    private static Route.Body body(Route route, Operation<?, ?> operation) {
        return new Route.Body(operation.requestType(), route.params().keySet(), Set.of(), Map.of());
    }

    /** The request that path, query and body make together. */
    private <Q> Q request(Operation<Q, ?> operation, Exchange exchange) throws IOException {
        RequestReader reader = services.reader();
        ObjectNode object = reader.object(exchange.body());
        Route route = exchange.route();
        Map<String, String> path = new LinkedHashMap<>();
        route.params().keySet().forEach(name -> path.put(name, exchange.path(name)));
        Route.Body body = route.body();
        if (body != null) {
            reader.require(object, body.required());
        }
        reader.put(object, path, Map.of());
        reader.put(object, exchange.query(), route.query());
        services.rules().apply(operation.name(), object, exchange.identity());
        return reader.read(object, operation.requestType());
    }

    /** Members of a request with their types. */
    private Map<String, Class<?>> members(Class<?> type) {
        Map<String, Class<?>> members = new LinkedHashMap<>();
        var config = services.reader().json().getDeserializationConfig();
        for (BeanPropertyDefinition one : new LinkedHashSet<>(
                config.introspect(config.constructType(type)).findProperties())) {
            members.put(one.getName(), one.getRawPrimaryType());
        }
        return members;
    }
}
