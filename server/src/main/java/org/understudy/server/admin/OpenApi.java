package org.understudy.server.admin;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Locale;

/** The OpenAPI 3.1 document of a list of routes. */
final class OpenApi {
    private OpenApi() {}

    static ObjectNode of(List<Route> routes, String version) {
        Schemas schemas = new Schemas();
        ObjectNode document = JsonNodeFactory.instance.objectNode();
        document.put("openapi", "3.1.0");
        document.putObject("info")
                .put("title", "Understudy admin API")
                .put("version", version)
                .put(
                        "description",
                        "Everything that the command line does, for programs. Long work answers 202 with the place where"
                                + " it is to be followed. Errors are problem details (RFC 9457). See docs/api.md.");
        document.putArray("security").addObject().putArray("token");
        ObjectNode paths = document.putObject("paths");
        for (Route route : routes) {
            ObjectNode path =
                    paths.get(route.path()) instanceof ObjectNode known ? known : paths.putObject(route.path());
            path.set(route.method().toLowerCase(Locale.ROOT), method(route, schemas));
        }
        ObjectNode problem = schemas.written(Problem.class);
        ObjectNode components = document.putObject("components");
        components
                .putObject("responses")
                .putObject("Problem")
                .put("description", "Why it was not done, and what to do about it.")
                .putObject("content")
                .putObject(Problem.MEDIA_TYPE)
                .set("schema", problem);
        components
                .putObject("securitySchemes")
                .putObject("token")
                .put("type", "http")
                .put("scheme", "bearer")
                .put("description", "A token of 'understudy token make'.");
        components.set("schemas", schemas.components());
        return document;
    }

    private static ObjectNode method(Route route, Schemas schemas) {
        ObjectNode method = JsonNodeFactory.instance.objectNode();
        method.put("operationId", operationId(route));
        method.put("summary", route.summary());
        method.put("x-understudy-role", route.role().word());
        if (route.operation() != null) {
            method.put("x-understudy-operation", route.operation().name());
        }
        parameters(route, method.putArray("parameters"), schemas);
        Route.Body body = route.body();
        if (body != null) {
            ObjectNode request = method.putObject("requestBody");
            request.put("required", !body.required().isEmpty());
            request.putObject("content").putObject("application/json").set("schema", schemas.read(body));
        }
        ObjectNode responses = method.putObject("responses");
        Route.Answer answer = route.answer();
        ObjectNode good = responses.putObject(Integer.toString(answer.status()));
        good.put("description", answer.status() == 202 ? "It has begun, or is asked to stop." : "Done.");
        if (route.operation() != null && answer.status() == 202) {
            ObjectNode location = good.putObject("headers").putObject("Location");
            location.put("description", "Where the work is to be followed.")
                    .putObject("schema")
                    .put("type", "string");
        }
        ObjectNode content = good.putObject("content").putObject(answer.mediaType());
        if (answer.type() != null) {
            content.set("schema", schemas.written(answer.type()));
        }
        if (answer.result() != null) {
            good.set("x-understudy-result", schemas.written(answer.result()));
        }
        if (answer.mediaType().equals("text/event-stream")) {
            responses.putObject("204").put("description", "It has ended, and the client knows the end.");
        }
        responses.putObject("default").put("$ref", "#/components/responses/Problem");
        return method;
    }

    private static void parameters(Route route, ArrayNode parameters, Schemas schemas) {
        route.params().forEach((name, param) -> {
            ObjectNode one =
                    parameters.addObject().put("name", name).put("in", "path").put("required", true);
            one.put("description", "Name of " + param.what() + ".");
            one.putObject("schema").put("type", "string").put("pattern", param.form());
        });
        route.query()
                .forEach((name, type) -> parameters
                        .addObject()
                        .put("name", name)
                        .put("in", "query")
                        .put("required", false)
                        .set("schema", schemas.value(type)));
        if (route.method().equals("POST") && route.answer().status() == 202) {
            header(parameters, WorkRoutes.KEY, "The same start with the same key is begun once.", "^[!-~]{1,128}$");
        }
        if (route.answer().mediaType().equals("text/event-stream")) {
            header(parameters, "Last-Event-ID", "Goes on after this event.", "^[0-9]{1,18}$");
        }
    }

    private static void header(ArrayNode parameters, String name, String what, String pattern) {
        ObjectNode one =
                parameters.addObject().put("name", name).put("in", "header").put("required", false);
        one.put("description", what);
        one.putObject("schema").put("type", "string").put("pattern", pattern);
    }

    /** The method and the words of the path, for generators of clients. */
    private static String operationId(Route route) {
        StringBuilder id = new StringBuilder(route.method().toLowerCase(Locale.ROOT));
        for (String word : route.path().substring("/v1".length()).split("[^A-Za-z0-9]+", -1)) {
            if (!word.isEmpty()) {
                id.append(Character.toUpperCase(word.charAt(0))).append(word.substring(1));
            }
        }
        return id.toString();
    }
}
