package org.understudy.server.admin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(240)
class OpenApiTest {
    /** Set to write the file anew after a change of routes or types. */
    private static final boolean WRITE = Boolean.getBoolean("understudy.openapi.write");

    @TempDir
    Path data;

    @Test
    void theFileInTheDocumentationIsWhatTheServerServes() throws Exception {
        Path file = Path.of("..", "docs", "openapi.json");
        ObjectMapper json = new ObjectMapper();
        try (Served served = Served.in(data);
                Api api = served.api()) {
            ObjectNode document = (ObjectNode)
                    api.send(served.local, "GET", "/v1/openapi.json", "").json();
            assertThat(document).isEqualTo(json.readTree(served.document().toString()));
            ((ObjectNode) document.get("info")).put("version", "1");
            String text = json.writerWithDefaultPrettyPrinter().writeValueAsString(document) + "\n";
            if (WRITE) {
                Files.writeString(file, text);
            }
            assertThat(json.readTree(Files.readString(file)))
                    .as("docs/openapi.json; run this test with -Dunderstudy.openapi.write=true and look at the change")
                    .isEqualTo(json.readTree(text));
        }
    }

    @Test
    void everyRouteIsDescribedAndEverythingDescribedIsARoute() throws Exception {
        try (Served served = Served.in(data);
                Api api = served.api()) {
            JsonNode document = served.document();
            Set<String> described = new TreeSet<>();
            document.get("paths")
                    .properties()
                    .forEach(path -> path.getValue()
                            .fieldNames()
                            .forEachRemaining(
                                    method -> described.add(method.toUpperCase(Locale.ROOT) + " " + path.getKey())));
            Set<String> routed = new TreeSet<>();
            for (Route route : served.server.routes()) {
                assertThat(routed.add(route.method() + " " + route.path()))
                        .as("%s %s is there twice", route.method(), route.path())
                        .isTrue();
                JsonNode method = document.at("/paths")
                        .get(route.path())
                        .get(route.method().toLowerCase(Locale.ROOT));
                assertThat(method.get("x-understudy-role").asText())
                        .isEqualTo(route.role().word());
                Set<String> parameters = new TreeSet<>();
                method.get("parameters")
                        .forEach(one -> parameters.add(
                                one.get("in").asText() + " " + one.get("name").asText()));
                route.params().keySet().forEach(name -> assertThat(parameters).contains("path " + name));
                route.query().keySet().forEach(name -> assertThat(parameters).contains("query " + name));
                assertThat(method.has("requestBody")).isEqualTo(route.body() != null);
                assertThat(method.get("responses")
                                .has(Integer.toString(route.answer().status())))
                        .isTrue();
            }
            assertThat(described).isEqualTo(routed);
            for (String one : described) {
                String[] words = one.split(" ", 2);
                Route route = served.server.routes().stream()
                        .filter(any ->
                                any.method().equals(words[0]) && any.path().equals(words[1]))
                        .findFirst()
                        .orElseThrow();
                // A token that is none: what is no route for the server would be 404 or 405 with a good one only.
                assertThat(api.send("", words[0], RolesTest.example(route), "").status())
                        .isEqualTo(401);
            }
            assertEveryReferenceLeadsSomewhere(document, document);
        }
    }

    private static void assertEveryReferenceLeadsSomewhere(JsonNode document, JsonNode node) {
        if (node.has("$ref")) {
            assertThat(document.at(node.get("$ref").asText().substring(1)).isMissingNode())
                    .as(node.get("$ref").asText())
                    .isFalse();
        }
        node.forEach(child -> assertEveryReferenceLeadsSomewhere(document, child));
    }

    /** The client of this test holds every answer against the document. */
    @Test
    void realAnswersAreAsDescribed() throws Exception {
        try (Served served = Served.in(data);
                Api api = served.api()) {
            String me = served.local;
            for (String path : Set.of(
                    "/v1/ping",
                    "/v1/whoami",
                    "/v1/status",
                    "/v1/work",
                    "/v1/restores",
                    "/v1/cohorts",
                    "/v1/snapshots",
                    "/v1/holds",
                    "/v1/drills",
                    "/v1/users",
                    "/v1/tokens")) {
                assertThat(api.send(me, "GET", path, "").status()).as(path).isIn(200, 422);
            }
            assertThat(api.send(me, "POST", "/v1/users", "{\"user\":\"Anna\",\"password\":\"a long one\"}")
                            .json()
                            .get("user")
                            .asText())
                    .isEqualTo("anna");
            assertThat(api.send(me, "POST", "/v1/users", "{\"user\":\"anna\",\"password\":\"a long one\"}")
                            .status())
                    .isEqualTo(409);
            assertThat(api.send(me, "PUT", "/v1/users/anna/password", "{\"password\":\"another\"}")
                            .status())
                    .isEqualTo(200);
            assertThat(api.send(me, "POST", "/v1/holds", "{\"by\":\"anna\",\"because\":\"a disk\"}")
                            .status())
                    .isEqualTo(200);
            assertThat(api.send(me, "POST", "/v1/holds/release", "{\"by\":\"anna\",\"because\":\"done\"}")
                            .status())
                    .isEqualTo(200);
            for (String path : List.of(
                    "/v1/store/fsck", "/v1/snapshots", "/v1/loss", "/v1/canaries/check", "/v1/operations/audit.list")) {
                String work = api.send(me, "POST", path, "{}").json().get("id").asText();
                await().atMost(Duration.ofSeconds(60))
                        .until(() -> !api.send(me, "GET", "/v1/work/" + work, "")
                                .json()
                                .get("state")
                                .asText()
                                .equals("RUNNING"));
                JsonNode ended = api.send(me, "GET", "/v1/work/" + work, "").json();
                assertThat(ended.get("error").path("reason").asText())
                        .as("%s: %s", path, ended)
                        .isNotEqualTo("INTERNAL");
            }
            assertThat(api.send(me, "GET", "/v1/snapshots", "").json().get("snapshots"))
                    .hasSize(1);
            assertThat(api.send(me, "GET", "/v1/loss", "").status()).isEqualTo(200);
            JsonNode made = api.send(
                            me,
                            "POST",
                            "/v1/tokens",
                            "{\"owner\":\"erin\",\"role\":\"engineer\",\"expiresAt\":\"2099-01-01T00:00:00Z\"}")
                    .json();
            assertThat(made.path("reason").asText()).isEqualTo("USAGE");
            made = api.send(me, "POST", "/v1/tokens", "{\"owner\":\"erin\",\"role\":\"engineer\"}")
                    .json();
            String secret = made.get("secret").asText();
            assertThat(api.send(secret, "GET", "/v1/whoami", "")
                            .json()
                            .get("person")
                            .asText())
                    .isEqualTo("erin");
            assertThat(api.send(me, "GET", "/v1/tokens", "").body()).doesNotContain(secret);
            String id = made.get("token").get("id").asText();
            assertThat(api.send(me, "DELETE", "/v1/tokens/" + id, "").status()).isEqualTo(200);
            assertThat(api.send(secret, "GET", "/v1/whoami", "").status()).isEqualTo(401);
            assertThat(api.send(me, "DELETE", "/v1/users/anna", "").status()).isEqualTo(200);
        }
    }

    /** That the client of these tests notices an answer that is not as described. */
    @Test
    void anAnswerThatIsNotAsDescribedIsNoticed() throws Exception {
        try (Served served = Served.in(data)) {
            JsonNode document = served.document();
            ((ObjectNode) document.at("/components/schemas/ServerRoutesPing/properties")).remove("storeId");
            try (Api api = new Api(served.base, document)) {
                assertThatThrownBy(() -> api.send(served.local, "GET", "/v1/ping", ""))
                        .isInstanceOf(AssertionError.class)
                        .hasMessageContaining("storeId");
            }
        }
    }

    /** No request that lacks things, or has nonsense in it, is the program's fault. */
    @Test
    void emptyAndOddRequestsAreAnsweredInWords() throws Exception {
        try (Served served = Served.in(data);
                Api api = served.api()) {
            for (Route route : served.server.routes()) {
                for (String body :
                        route.body() == null ? Set.of("") : Set.of("", "{}", "[]", "{\"odd\":1}", "{\"id\":7")) {
                    Api.Answer answer = api.send(served.local, route.method(), RolesTest.example(route), body);
                    assertThat(answer.status())
                            .as("%s %s %s: %s", route.method(), route.path(), body, answer.body())
                            .isNotEqualTo(500);
                    if (answer.status() == 202 && route.method().equals("POST")) {
                        String work = answer.header("location");
                        await().atMost(Duration.ofSeconds(60))
                                .until(() -> !api.send(served.local, "GET", work, "")
                                        .json()
                                        .get("state")
                                        .asText()
                                        .equals("RUNNING"));
                        assertThat(api.send(served.local, "GET", work, "")
                                        .json()
                                        .path("error")
                                        .path("reason")
                                        .asText())
                                .as("%s %s %s", route.method(), route.path(), body)
                                .isNotEqualTo("INTERNAL");
                    }
                }
            }
        }
    }
}
