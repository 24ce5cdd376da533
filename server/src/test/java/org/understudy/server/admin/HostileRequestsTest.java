package org.understudy.server.admin;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.understudy.restore.operation.Role;

/** Requests as those send them who should not get in, octet by octet. */
@Timeout(240)
class HostileRequestsTest {
    @TempDir
    Path data;

    private Served served;
    private String host;

    @BeforeEach
    void serve() throws Exception {
        served = Served.in(data);
        host = URI.create(served.base).getAuthority();
    }

    @AfterEach
    void stop() throws Exception {
        served.close();
    }

    /** The whole answer as text; the request is sent as it is. */
    private String raw(String request) throws IOException {
        try (Socket socket = new Socket("127.0.0.1", URI.create(served.base).getPort())) {
            socket.setSoTimeout(60_000);
            OutputStream out = socket.getOutputStream();
            try {
                out.write(request.getBytes(StandardCharsets.ISO_8859_1));
                out.flush();
            } catch (IOException refusedMeanwhile) {
                // The server has answered and closed before it read all; the answer is what counts.
            }
            InputStream in = socket.getInputStream();
            StringBuilder answer = new StringBuilder();
            try {
                for (int b = in.read(); b >= 0 && !whole(answer.append((char) b)); b = in.read()) {
                    // The next octet.
                }
            } catch (IOException reset) {
                answer.append("(closed)");
            }
            return answer.toString();
        }
    }

    /** Whether an answer has its head and as many octets after it as its head says. */
    private static boolean whole(StringBuilder answer) {
        int head = answer.indexOf("\r\n\r\n");
        if (head < 0) {
            return false;
        }
        java.util.regex.Matcher length = java.util.regex.Pattern.compile("(?i)\r\ncontent-length: *([0-9]+)")
                .matcher(answer);
        return length.find() && answer.length() >= head + 4 + Integer.parseInt(length.group(1));
    }

    private String get(String path, String... headers) throws IOException {
        return raw("GET " + path + " HTTP/1.1\r\nHost: " + host + "\r\nAuthorization: Bearer " + served.local
                + "\r\nConnection: close\r\n" + String.join("", List.of(headers)) + "\r\n");
    }

    private static int status(String answer) {
        return answer.startsWith("HTTP/1.1 ") ? Integer.parseInt(answer.substring(9, 12)) : 0;
    }

    @Test
    void theControlGetsIn() throws Exception {
        assertThat(status(get("/v1/whoami"))).isEqualTo(200);
    }

    @Test
    void tokensThatAreNoneGetNowhere() throws Exception {
        String good = served.token("erin", Role.ENGINEER);
        String id = good.substring(4, 12);
        for (String token : List.of(
                "",
                "Bearer",
                "Bearer ",
                "Bearer null",
                "bearer " + served.local,
                "Bearer " + served.local.substring(1),
                "Bearer " + served.local + "0",
                "Bearer " + good.substring(0, good.length() - 1),
                "Bearer ust_" + id + "_" + "0".repeat(64),
                "Bearer ust_ffffffff_" + good.substring(13),
                "Bearer " + good.toUpperCase(java.util.Locale.ROOT),
                "Basic " + served.local,
                "Bearer " + good + "\r\nAuthorization: Bearer " + good,
                "Bearer ust_" + id + "_" + new org.understudy.server.access.TokenSecret(id, good).sha256())) {
            String answer = raw("GET /v1/whoami HTTP/1.1\r\nHost: " + host + "\r\nConnection: close\r\n"
                    + (token.isEmpty() ? "" : "Authorization: " + token + "\r\n") + "\r\n");
            assertThat(status(answer)).as(token).isIn(400, 401);
            assertThat(answer).doesNotContain("\"role\"");
        }
        assertThat(status(raw("GET /v1/whoami?token=" + good + " HTTP/1.1\r\nHost: " + host
                        + "\r\nConnection: close\r\n\r\n")))
                .isEqualTo(401);
        assertThat(status(raw("GET /v1/whoami HTTP/1.1\r\nHost: " + host + "\r\nCookie: token=" + good
                        + "\r\nConnection: close\r\n\r\n")))
                .isEqualTo(401);
    }

    @Test
    void otherHostsAndOriginsAreTurnedAway() throws Exception {
        int port = URI.create(served.base).getPort();
        for (String name : List.of(
                "evil.example",
                "evil.example:" + port,
                "127.0.0.1",
                "127.0.0.1:1",
                "127.0.0.1.evil.example:" + port,
                "localhost:" + port + "@evil.example",
                "localhost:" + port + ", evil.example",
                "")) {
            String answer = raw("GET /v1/whoami HTTP/1.1\r\nHost: " + name + "\r\nAuthorization: Bearer " + served.local
                    + "\r\nConnection: close\r\n\r\n");
            assertThat(status(answer)).as("Host '%s': %s", name, answer).isIn(400, 421);
        }
        assertThat(status(raw("GET /v1/whoami HTTP/1.1\r\nHost: " + host + "\r\nHost: evil.example\r\n"
                        + "Authorization: Bearer " + served.local + "\r\nConnection: close\r\n\r\n")))
                .isIn(400, 421);
        assertThat(status(raw("GET /v1/whoami HTTP/1.1\r\nAuthorization: Bearer " + served.local
                        + "\r\nConnection: close\r\n\r\n")))
                .isIn(400, 421);
        assertThat(status(get("/v1/whoami", "Origin: https://evil.example\r\n")))
                .isEqualTo(403);
        assertThat(status(get("/v1/whoami", "Origin: null\r\n"))).isEqualTo(403);
        assertThat(status(get("/v1/whoami", "Origin: http://" + host + "\r\n"))).isEqualTo(200);
        String preflight = raw(
                "OPTIONS /v1/users HTTP/1.1\r\nHost: " + host
                        + "\r\nOrigin: https://evil.example\r\nAccess-Control-Request-Method: POST\r\nConnection: close\r\n\r\n");
        assertThat(status(preflight)).isEqualTo(403);
        assertThat(preflight.toLowerCase(java.util.Locale.ROOT)).doesNotContain("access-control-allow");
    }

    /** A form of another site's page can send these content types without asking; none of them is taken. */
    @Test
    void formsOfOtherSitesAreNotTaken() throws Exception {
        for (String type : List.of(
                "text/plain",
                "application/x-www-form-urlencoded",
                "multipart/form-data; boundary=x",
                "text/json",
                "application/json; charset=utf-16",
                "application/jsonp",
                "")) {
            String body = "{\"user\":\"mallory\",\"password\":\"x\"}";
            String answer = raw("POST /v1/users HTTP/1.1\r\nHost: " + host + "\r\nAuthorization: Bearer "
                    + served.local + "\r\nConnection: close\r\n"
                    + (type.isEmpty() ? "" : "Content-Type: " + type + "\r\n")
                    + "Content-Length: " + body.length() + "\r\n\r\n" + body);
            assertThat(status(answer)).as(type).isIn(400, 415);
        }
        assertThat(served.store.accounts().all()).isEmpty();
    }

    @Test
    void noPathLeadsOutOfItsFolder() throws Exception {
        Path secret = Files.writeString(data.resolve("secret.json"), "{\"secret\":\"pearl\"}");
        Files.createDirectories(data.resolve("restores"));
        for (String id : List.of(
                "..",
                "%2e%2e",
                "..%2f..%2fsecret.json",
                "%2e%2e%2f%2e%2e%2fsecret.json",
                "..%5c..%5csecret.json",
                "r-20260527-3fa9%2f..%2f..%2fsecret.json",
                "r-20260527-3fa9%00.json",
                "r-20260527-3fa9;x",
                "%252e%252e%252fsecret.json",
                "r-20260527-3fa9%0d%0aX-Evil:%201",
                "/etc/passwd",
                "%c0%ae%c0%ae/secret.json")) {
            for (String tail : List.of("", "/plan", "/report", "/pack", "/verdicts")) {
                String answer = get("/v1/restores/" + id + tail);
                assertThat(status(answer)).as("%s%s: %s", id, tail, answer).isIn(400, 404);
                assertThat(answer).doesNotContain("pearl").doesNotContain("X-Evil: 1");
            }
        }
        for (String path :
                List.of("/v1/../v1/users", "/console/../v1/users", "/v1/./users", "//v1/users", "/V1/users")) {
            String answer = raw("GET " + path + " HTTP/1.1\r\nHost: " + host + "\r\nConnection: close\r\n\r\n");
            assertThat(status(answer)).as(path).isIn(400, 401, 404);
        }
        assertThat(secret).exists();
    }

    /** A person with a token names files, never places. */
    @Test
    void filesOfPeopleWithTokensStayInTheirFolder() throws Exception {
        String admin = served.token("ada", Role.ADMIN);
        String engineer = served.token("erin", Role.ENGINEER);
        try (Api api = served.api()) {
            for (String out : List.of("/tmp/pwned", "../pwned", "..", ".", "a/b", "a\\u0000b", ".hidden", "a..b", "")) {
                String request = "{\"format\":\"maildir\",\"out\":\"" + out + "\"}";
                assertThat(api.send(admin, "POST", "/v1/exports", request).status())
                        .as(out)
                        .isEqualTo(400);
                assertThat(api.send(admin, "POST", "/v1/work", "{\"operation\":\"export\",\"request\":" + request + "}")
                                .status())
                        .as(out)
                        .isEqualTo(400);
                if (!out.isEmpty()) {
                    assertThat(api.send(
                                            engineer,
                                            "POST",
                                            "/v1/restores/r-20260527-3fa9/pack",
                                            "{\"file\":\"" + out + "\"}")
                                    .status())
                            .as(out)
                            .isEqualTo(400);
                }
            }
            assertThat(api.send(admin, "POST", "/v1/exports", "{\"format\":\"maildir\",\"out\":\"all.maildir\"}")
                            .status())
                    .isEqualTo(202);
        }
        assertThat(Path.of("/tmp/pwned")).doesNotExist();
    }

    @Test
    void largeRequestsAreCutOff() throws Exception {
        assertThat(status(get("/v1/" + "a".repeat(20_000)))).isIn(400, 414, 431);
        assertThat(status(get("/v1/whoami", "X-Long: " + "a".repeat(40_000) + "\r\n")))
                .isIn(400, 431);
        String said = raw("POST /v1/users HTTP/1.1\r\nHost: " + host + "\r\nAuthorization: Bearer " + served.local
                + "\r\nContent-Type: application/json\r\nContent-Length: 99999999999\r\n\r\n{");
        assertThat(status(said)).as(said).isEqualTo(413);
        StringBuilder many = new StringBuilder();
        for (int i = 0; i < 20; i++) {
            many.append("100000\r\n").append(" ".repeat(0x100000)).append("\r\n");
        }
        String sent = raw("POST /v1/users HTTP/1.1\r\nHost: " + host + "\r\nAuthorization: Bearer " + served.local
                + "\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\n" + many
                + "0\r\n\r\n");
        assertThat(sent)
                .satisfiesAnyOf(
                        answer -> assertThat(status(answer)).isEqualTo(413),
                        answer -> assertThat(answer).isEqualTo("(closed)"));
        String deep = "{\"user\":" + "[".repeat(100_000) + "]".repeat(100_000) + "}";
        try (Api api = served.api()) {
            assertThat(api.send(served.local, "POST", "/v1/users", deep).status())
                    .isEqualTo(400);
            assertThat(api.send(served.local, "POST", "/v1/users", "{\"user\":\"a\",\"user\":\"b\"}")
                            .status())
                    .isEqualTo(400);
        }
        assertThat(status(get("/v1/whoami"))).isEqualTo(200);
    }

    @Test
    void requestsThatSmuggleOrSplitAreRefused() throws Exception {
        for (String headers : List.of(
                "Content-Length: 5\r\nTransfer-Encoding: chunked\r\n",
                "Content-Length: 5\r\nContent-Length: 6\r\n",
                "Content-Length: -1\r\n",
                "Transfer-Encoding: xchunked\r\n")) {
            String answer = raw("POST /v1/users HTTP/1.1\r\nHost: " + host + "\r\nAuthorization: Bearer "
                    + served.local + "\r\nContent-Type: application/json\r\nConnection: close\r\n" + headers
                    + "\r\n0\r\n\r\nGET /v1/whoami HTTP/1.1\r\nHost: " + host + "\r\n\r\n");
            assertThat(answer).as(headers).doesNotContain("\"role\"");
            assertThat(served.store.accounts().all()).isEmpty();
        }
        String key = get("/v1/work/w-3fa94c0112345678", "Idempotency-Key: a\r\n b\r\n");
        assertThat(status(key)).isIn(400, 404);
        assertThat(status(raw("GET /v1/whoami HTTP/1.1\nHost: " + host + "\n\n")))
                .isIn(0, 400);
        assertThat(status(raw("NONSENSE\r\n\r\n"))).isIn(0, 400);
    }

    @Test
    void refusalsAreProblemDocumentsAndTellNoSecrets() throws Exception {
        String answer = get("/v1/restores/" + "x".repeat(50));
        String body = answer.substring(answer.indexOf("\r\n\r\n") + 4);
        assertThat(answer).contains("application/problem+json").contains("X-Content-Type-Options: nosniff");
        assertThat(new ObjectMapper().readTree(body).get("exitCode").asInt()).isEqualTo(2);
        assertThat(answer).doesNotContain(served.local).doesNotContain(data.toString());
        assertThat(raw("GET /v1/users HTTP/1.1\r\nHost: " + host + "\r\nConnection: close\r\n\r\n"))
                .contains("WWW-Authenticate: Bearer");
    }

    /** Octet by octet, a request is not waited for for ever: the connection ends by the listener's limits. */
    @Test
    void manyIdleConnectionsDoNotKeepOthersOut() throws Exception {
        List<Socket> idle = new java.util.ArrayList<>();
        try {
            for (int i = 0; i < 200; i++) {
                Socket socket = new Socket("127.0.0.1", URI.create(served.base).getPort());
                socket.getOutputStream().write("GET /v1/whoami HT".getBytes(StandardCharsets.US_ASCII));
                idle.add(socket);
            }
            assertThat(status(get("/v1/whoami"))).isEqualTo(200);
        } finally {
            for (Socket socket : idle) {
                socket.close();
            }
        }
    }
}
