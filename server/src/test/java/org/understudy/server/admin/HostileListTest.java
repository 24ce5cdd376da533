package org.understudy.server.admin;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.understudy.restore.operation.Role;

/**
 * One list of attempts to have a user made, or to read what a viewer may not, each with what it got. {@code
 * hostile-attempts.txt} in the folder of the tests' reports has the list as it went.
 */
@Timeout(240)
class HostileListTest {
    private static final Set<Integer> REFUSED = Set.of(0, 400, 401, 403, 404, 405, 413, 414, 415, 421, 431, 501);

    @TempDir
    Path data;

    /** @param request whole, octet by octet */
    private record Attempt(String name, String request) {}

    private final List<Attempt> attempts = new ArrayList<>();

    private void attempt(String name, String line, String body, String... headers) {
        StringBuilder request = new StringBuilder(line).append("\r\n");
        for (String header : headers) {
            request.append(header).append("\r\n");
        }
        if (!body.isEmpty()) {
            request.append("Content-Length: ").append(body.length()).append("\r\n");
        }
        attempts.add(new Attempt(name, request + "Connection: close\r\n\r\n" + body));
    }

    @Test
    void noneGetsIn() throws Exception {
        try (Served served = Served.in(data)) {
            collect(served);
            List<String> list = new ArrayList<>();
            for (Attempt attempt : attempts) {
                String answer = answer(served, attempt.request());
                int status = answer.startsWith("HTTP/1.1 ") ? Integer.parseInt(answer.substring(9, 12)) : 0;
                list.add(String.format(
                        Locale.ROOT, "%-60s %s", attempt.name(), status == 0 ? "closed without an answer" : status));
                assertThat(REFUSED).as("%s: %s", attempt.name(), answer).contains(status);
                assertThat(answer)
                        .as(attempt.name())
                        .doesNotContain("pearl", "X-Evil", "\"role\"", served.local)
                        .doesNotContainIgnoringCase("access-control-allow");
                assertThat(served.store.accounts().all()).as(attempt.name()).isEmpty();
            }
            assertThat(list).hasSizeGreaterThan(45);
            Path report = Files.createDirectories(Path.of("target")).resolve("hostile-attempts.txt");
            Files.write(report, list);
            assertThat(answer(
                            served,
                            "GET /v1/whoami HTTP/1.1\r\nHost: "
                                    + URI.create(served.base).getAuthority() + "\r\nAuthorization: Bearer "
                                    + served.local
                                    + "\r\nConnection: close\r\n\r\n"))
                    .as("the control gets in")
                    .startsWith("HTTP/1.1 200 ");
        }
    }

    private void collect(Served served) throws Exception {
        Files.writeString(data.resolve("secret.json"), "{\"secret\":\"pearl\"}");
        String host = "Host: " + URI.create(served.base).getAuthority();
        String admin = "Authorization: Bearer " + served.local;
        String viewer = "Authorization: Bearer " + served.token("vera", Role.VIEWER);
        String json = "Content-Type: application/json";
        String user = "{\"user\":\"mallory\",\"password\":\"correct horse battery\"}";
        String make = "POST /v1/users HTTP/1.1";
        attempt("no token", make, user, host, json);
        attempt("a viewer's token", make, user, host, json, viewer);
        attempt("an empty bearer", make, user, host, json, "Authorization: Bearer ");
        attempt("two tokens, one good", make, user, host, json, viewer, admin);
        attempt("the token in the query", "POST /v1/users?token=" + served.local + " HTTP/1.1", user, host, json);
        attempt("the token in a cookie", make, user, host, json, "Cookie: token=" + served.local);
        attempt("the token as a password", make, user, host, json, "Authorization: Basic " + served.local);
        attempt("the console's cookie name", make, user, host, json, "Cookie: understudy=" + served.local);
        attempt("a form of another site", make, user, host, admin, "Content-Type: text/plain");
        attempt("no content type", make, user, host, admin);
        attempt("another origin", make, user, host, admin, json, "Origin: https://evil.example");
        attempt("origin null", make, user, host, admin, json, "Origin: null");
        attempt(
                "a preflight",
                "OPTIONS /v1/users HTTP/1.1",
                "",
                host,
                "Origin: https://evil.example",
                "Access-Control-Request-Method: POST");
        for (String name : List.of(
                "evil.example",
                "evil.example:80",
                "127.0.0.1",
                "0.0.0.0:" + URI.create(served.base).getPort(),
                "[::1]",
                "localhost.evil.example",
                URI.create(served.base).getAuthority() + ".evil.example",
                " ")) {
            attempt("host '" + name + "' (DNS rebinding)", make, user, "Host: " + name, admin, json);
        }
        attempt("no host", make, user, admin, json);
        attempt("two hosts", make, user, host, "Host: evil.example", admin, json);
        attempt("the same host twice", make, user, host, host, admin, json);
        attempt(
                "another host in the first line",
                "POST http://evil.example/v1/users HTTP/1.1",
                user,
                "Host: evil.example",
                admin,
                json);
        for (String override : List.of("X-HTTP-Method-Override", "X-HTTP-Method", "X-Method-Override")) {
            attempt(override + " for a viewer", "GET /v1/tokens HTTP/1.1", "", host, viewer, override + ": POST");
        }
        attempt("_method in the query", "GET /v1/whoami?_method=POST HTTP/1.1", "", host, viewer);
        attempt("TRACE", "TRACE /v1/whoami HTTP/1.1", "", host, admin);
        attempt("CONNECT", "CONNECT evil.example:443 HTTP/1.1", "", host, admin);
        for (String path : List.of(
                "../../secret.json",
                "%2e%2e%2f%2e%2e%2fsecret.json",
                "..%2f..%2fsecret.json",
                "%252e%252e%252f%252e%252e%252fsecret.json",
                "..%5c..%5csecret.json",
                "%c0%ae%c0%ae%2fsecret.json",
                "%00secret.json",
                "r-20260527-3fa9%2f..%2f..%2fsecret.json")) {
            attempt("path " + path, "GET /v1/restores/" + path + " HTTP/1.1", "", host, admin);
            attempt("path " + path + " of the console", "GET /console/static/" + path + " HTTP/1.1", "", host);
        }
        attempt("past the console into the API", "GET /console/../v1/tokens HTTP/1.1", "", host);
        attempt("past it, encoded", "GET /console/%2e%2e/v1/tokens HTTP/1.1", "", host);
        attempt("CRLF in the path", "GET /v1/restores/x%0d%0aX-Evil:%201 HTTP/1.1", "", host, admin);
        attempt("CRLF in a parameter", "GET /v1/users?x=%0d%0aX-Evil:%201 HTTP/1.1", "", host, admin);
        attempt("a bare CR in a header", "GET /v1/tokens HTTP/1.1", "", host, "X-A: b\rAuthorization: Bearer x");
        attempt("a folded header", "GET /v1/tokens HTTP/1.1", "", host, "X-A: b\r\n Authorization: Bearer x");
        attempt("40 kB of one header", "GET /v1/whoami HTTP/1.1", "", host, admin, "X-Long: " + "a".repeat(40_000));
        attempt("20 kB of path", "GET /v1/" + "a".repeat(20_000) + " HTTP/1.1", "", host, admin);
        attempts.add(new Attempt(
                "an announced body of 99 GB",
                make + "\r\n" + host + "\r\n" + admin + "\r\n" + json + "\r\nContent-Length: 99999999999\r\n\r\n{"));
        for (String length : List.of(
                "Content-Length: 5\r\nContent-Length: 60",
                "Content-Length: -1",
                "Content-Length: 0x10",
                "Content-Length: 5\r\nTransfer-Encoding: chunked",
                "Transfer-Encoding: xchunked")) {
            attempts.add(new Attempt(
                    length.replace("\r\n", " and "),
                    make + "\r\n" + host + "\r\n" + viewer + "\r\n" + json + "\r\nConnection: close\r\n" + length
                            + "\r\n\r\n0\r\n\r\n" + make + "\r\n" + host + "\r\n" + json + "\r\nContent-Length: "
                            + user.length() + "\r\n\r\n" + user));
        }
        attempt("an unknown member", make, "{\"user\":\"mallory\",\"admin\":true}", host, admin, json);
        attempt("the same member twice", make, "{\"user\":\"a\",\"user\":\"mallory\"}", host, admin, json);
        attempt(
                "100,000 brackets",
                make,
                "{\"user\":" + "[".repeat(50_000) + "]".repeat(50_000) + "}",
                host,
                admin,
                json);
        attempt("a type of Java's", make, "{\"@class\":\"java.lang.Runtime\",\"user\":\"m\"}", host, admin, json);
        attempts.add(new Attempt("no HTTP at all", "HELO evil.example\r\n\r\n"));
        attempts.add(new Attempt("HTTP/0.9", "GET /v1/tokens\r\n\r\n"));
        attempts.add(new Attempt("TLS on the plain port", "\u0016\u0003\u0001\u0002\u0000\u0001\r\n\r\n"));
    }

    private static String answer(Served served, String request) throws IOException {
        try (Socket socket = new Socket("127.0.0.1", URI.create(served.base).getPort())) {
            socket.setSoTimeout(90_000);
            StringBuilder answer = new StringBuilder();
            try {
                socket.getOutputStream().write(request.getBytes(StandardCharsets.ISO_8859_1));
                socket.getOutputStream().flush();
                socket.shutdownOutput();
            } catch (IOException answeredAlready) {
                // The server has answered and closed before it read all; the answer is what counts.
            }
            try {
                for (int b = socket.getInputStream().read();
                        b >= 0;
                        b = socket.getInputStream().read()) {
                    answer.append((char) b);
                }
            } catch (IOException closed) {
                answer.append("(closed)");
            }
            return answer.toString();
        }
    }
}
