package org.understudy.server.admin;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.understudy.restore.job.JobFolder;
import org.understudy.restore.job.RestoreJob;
import org.understudy.restore.job.RestoreState;
import org.understudy.restore.job.Steps;
import org.understudy.restore.operation.Role;

/** Whatever goes wrong is told as a problem document (RFC 9457), and long lists come by pages. */
@Timeout(240)
class ErrorsTest {
    @TempDir
    Path data;

    /** @param request without Host, Authorization and Connection */
    private record Wrong(int status, String request) {}

    private static Wrong post(int status, String path, String type, String body) {
        return new Wrong(
                status,
                "POST " + path + " HTTP/1.1\r\n" + type + "Content-Length: " + body.length() + "\r\n\r\n" + body);
    }

    private static Wrong plain(int status, String method, String path) {
        return new Wrong(status, method + " " + path + " HTTP/1.1\r\n\r\n");
    }

    private static final String JSON = "Content-Type: application/json\r\n";

    @Test
    void everyWayToGoWrongEndsInAProblemDocument() throws Exception {
        List<Wrong> wrongs = List.of(
                plain(404, "GET", "/"),
                plain(404, "GET", "/v1/nothing"),
                plain(404, "GET", "/v1/restores/r-20990101-ffff"),
                plain(400, "GET", "/v1/restores/x%2e%2e"),
                plain(404, "GET", "/v1/work/w-0123456789abcdef"),
                plain(405, "DELETE", "/v1/restores"),
                plain(405, "PUT", "/v1/whoami"),
                plain(405, "PATCH", "/v1/users"),
                plain(400, "GET", "/v1/restores?colour=red"),
                plain(400, "GET", "/v1/restores?limit=many"),
                plain(400, "GET", "/v1/restores?limit=1&limit=2"),
                plain(400, "GET", "/v1/whoami?token=x"),
                post(415, "/v1/users", "Content-Type: text/plain\r\n", "{}"),
                post(415, "/v1/users", "", "{}"),
                post(400, "/v1/users", JSON, "{\"user\":"),
                post(400, "/v1/users", JSON, "[1]"),
                post(400, "/v1/users", JSON, "{\"user\":7,\"x\":1}"),
                post(400, "/v1/work", JSON, "{}"),
                post(404, "/v1/work", JSON, "{\"operation\":\"no.such\",\"request\":{}}"),
                new Wrong(413, "POST /v1/users HTTP/1.1\r\n" + JSON + "Content-Length: 99999999\r\n\r\n{"));
        try (Served served = Served.in(data)) {
            String authority = URI.create(served.base).getAuthority();
            for (Wrong wrong : wrongs) {
                check(served, wrong, authority, served.local);
            }
            check(served, new Wrong(421, "GET /v1/whoami HTTP/1.1\r\n\r\n"), "evil.example", served.local);
            check(served, new Wrong(401, "GET /v1/whoami HTTP/1.1\r\n\r\n"), authority, "");
            String viewer = served.token("vera", Role.VIEWER);
            check(served, post(403, "/v1/snapshots", JSON, "{}"), authority, viewer);
        }
    }

    private static void check(Served served, Wrong wrong, String host, String token) throws Exception {
        int line = wrong.request().indexOf("\r\n") + 2;
        String request = wrong.request().substring(0, line) + "Host: " + host + "\r\n"
                + (token.isEmpty() ? "" : "Authorization: Bearer " + token + "\r\n") + "Connection: close\r\n"
                + wrong.request().substring(line);
        String answer;
        try (Socket socket = new Socket("127.0.0.1", URI.create(served.base).getPort())) {
            socket.setSoTimeout(60_000);
            socket.getOutputStream().write(request.getBytes(StandardCharsets.UTF_8));
            socket.shutdownOutput();
            answer = new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        }
        String first = wrong.request().substring(0, line - 2);
        assertThat(answer).as(first).startsWith("HTTP/1.1 " + wrong.status() + " ");
        assertThat(answer).as(first).containsIgnoringCase("content-type: application/problem+json");
        String body = answer.substring(answer.indexOf("\r\n\r\n") + 4);
        JsonNode problem = new ObjectMapper().readTree(body.substring(body.indexOf('{'), body.lastIndexOf('}') + 1));
        assertThat(problem.path("type").asText()).as(first).isEqualTo("about:blank");
        assertThat(problem.path("status").asInt()).as(first).isEqualTo(wrong.status());
        for (String member : List.of("title", "detail", "reason", "hint")) {
            assertThat(problem.path(member).asText()).as(first + " " + member).isNotBlank();
        }
        assertThat(problem.path("exitCode").asInt()).as(first).isPositive();
        if (wrong.status() == 405) {
            assertThat(answer).as(first).containsIgnoringCase("\r\nallow: ");
        }
    }

    @Test
    void restoresComeByPages() throws Exception {
        try (Served served = Served.in(data);
                Api api = served.api()) {
            for (int i = 0; i < 25; i++) {
                JobFolder.create(
                                served.workplace.restores(),
                                new RestoreJob(
                                        String.format("r-20260101-%04x", i),
                                        RestoreState.STAGED,
                                        new RestoreJob.Source("maildir", "/backup", Map.of(), Set.of()),
                                        0,
                                        java.time.Instant.EPOCH.plusSeconds(i),
                                        java.time.Instant.EPOCH,
                                        1,
                                        null,
                                        List.of(),
                                        1,
                                        null,
                                        null),
                                Steps.UNWATCHED)
                        .close();
            }
            List<String> all = new ArrayList<>();
            for (int after = 0; after < 40; after += 10) {
                List<String> page = ids(api.send(served.local, "GET", "/v1/restores?limit=10&after=" + after, "")
                        .json());
                assertThat(page).hasSize(Math.clamp(25 - after, 0, 10));
                all.addAll(page);
            }
            assertThat(all)
                    .hasSize(25)
                    .isEqualTo(ids(
                            api.send(served.local, "GET", "/v1/restores", "").json()));
        }
    }

    private static List<String> ids(JsonNode answer) {
        return StreamSupport.stream(answer.path("restores").spliterator(), false)
                .map(one -> one.path("id").asText())
                .toList();
    }
}
