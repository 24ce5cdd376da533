package org.understudy.server.admin;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.networknt.schema.JsonSchema;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.SpecVersion;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeSet;

/** A client that holds every answer against the OpenAPI document. */
final class Api implements AutoCloseable {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final JsonSchemaFactory SCHEMAS = JsonSchemaFactory.getInstance(SpecVersion.VersionFlag.V202012);

    private final HttpClient http =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private final String base;
    private final JsonNode document;

    Api(String base, JsonNode document) {
        this.base = base;
        this.document = document;
    }

    record Answer(int status, Map<String, List<String>> headers, String body, JsonNode json) {
        String header(String name) {
            return headers.getOrDefault(name.toLowerCase(Locale.ROOT), List.of(""))
                    .getFirst();
        }
    }

    /** Sends a request and checks its answer against the document. */
    Answer send(String token, String method, String path, String body, String... headers) throws Exception {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(base + path))
                .method(
                        method,
                        body.isEmpty()
                                ? HttpRequest.BodyPublishers.noBody()
                                : HttpRequest.BodyPublishers.ofString(body));
        if (!body.isEmpty() && !List.of(headers).contains("Content-Type")) {
            request.header("Content-Type", "application/json");
        }
        if (!token.isEmpty()) {
            request.header("Authorization", "Bearer " + token);
        }
        for (int i = 0; i < headers.length; i += 2) {
            request.header(headers[i], headers[i + 1]);
        }
        HttpResponse<String> response = http.send(request.build(), HttpResponse.BodyHandlers.ofString());
        String type = response.headers().firstValue("content-type").orElse("");
        Answer answer = new Answer(
                response.statusCode(),
                response.headers().map(),
                response.body(),
                type.contains("json") ? JSON.readTree(response.body()) : JSON.missingNode());
        check(method, path, answer, type);
        return answer;
    }

    private void check(String method, String path, Answer answer, String type) throws IOException {
        if (!answer.header("x-content-type-options").equals("nosniff")
                || !answer.header("cache-control").startsWith("no-")
                || !answer.header("content-security-policy").startsWith("default-src 'none'")) {
            throw new AssertionError(method + " " + path + " lacks headers: " + answer.headers());
        }
        if (!answer.header("access-control-allow-origin").isEmpty()
                || !answer.header("set-cookie").isEmpty()) {
            throw new AssertionError(method + " " + path + " has headers that it must not have: " + answer.headers());
        }
        JsonNode content;
        if (answer.status() >= 400) {
            content = document.at("/components/responses/Problem/content");
        } else {
            JsonNode responses = method(method, path).path("responses");
            if (!responses.has(Integer.toString(answer.status()))) {
                throw new AssertionError(method + " " + path + " answered " + answer.status()
                        + ", which its description does not have: " + answer.body());
            }
            content = responses.path(Integer.toString(answer.status())).path("content");
        }
        if (content.isMissingNode()) {
            return;
        }
        if (!content.has(type)) {
            throw new AssertionError(method + " " + path + " answered with " + type + ", described is " + content);
        }
        JsonNode schema = content.path(type).path("schema");
        if (!schema.isMissingNode()) {
            ObjectNode whole = ((ObjectNode) schema.deepCopy());
            whole.set("components", document.get("components"));
            JsonSchema checked = SCHEMAS.getSchema(whole);
            var faults = checked.validate(answer.json());
            if (!faults.isEmpty()) {
                throw new AssertionError(method + " " + path + " answered " + answer.body() + ", but " + faults);
            }
        }
    }

    /** The description of the method whose path this is. */
    private JsonNode method(String method, String path) {
        String plain = path.split("\\?", 2)[0];
        TreeSet<String> fitting = new TreeSet<>();
        document.get("paths").fieldNames().forEachRemaining(template -> {
            if (plain.matches(template.replaceAll("\\{[a-z]+}", "[^/]+"))) {
                fitting.add(template);
            }
        });
        for (String template : fitting.descendingSet()) {
            JsonNode found = document.get("paths").get(template).get(method.toLowerCase(Locale.ROOT));
            if (found != null && (template.equals(plain) || fitting.size() == 1 || !fitting.contains(plain))) {
                return found;
            }
        }
        throw new AssertionError(method + " " + path + " is not described");
    }

    @Override
    public void close() {
        http.close();
    }
}
