package org.understudy.server.admin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.understudy.restore.operation.FailedElsewhereException;
import org.understudy.restore.operation.Operation;
import org.understudy.restore.operation.Workplace;
import org.understudy.restore.progress.Progress;
import org.understudy.server.config.Configuration;
import org.understudy.storage.MailStore;
import org.understudy.storage.OperatorException;
import org.understudy.storage.Reason;

@Timeout(120)
class AdminServerTest {
    @TempDir
    Path data;

    private final CountDownLatch waiting = new CountDownLatch(1);
    private final CountDownLatch interrupted = new CountDownLatch(1);
    private final Counting counting = new Counting();
    private final Waiting waits = new Waiting();
    private MailStore store;
    private AdminServer server;
    private String token;
    private String base;

    record Count(int to, String word) {}

    record Counted(int reached, String word, Instant at) {}

    /** Tells of each number, and of one note; fails on words that ask for it. */
    final class Counting implements Operation<Count, Counted> {
        @Override
        public String name() {
            return "test.count";
        }

        @Override
        public Class<Count> requestType() {
            return Count.class;
        }

        @Override
        public Class<Counted> resultType() {
            return Counted.class;
        }

        @Override
        public Counted run(Count request, Workplace workplace, Progress progress) {
            progress.begin("counting", request.to(), "numbers");
            for (int i = 1; i <= request.to(); i++) {
                progress.advance(i, 10L * i);
            }
            progress.note("half of it was \"easy\"");
            progress.begin("resting", -1, "rests");
            return switch (request.word()) {
                case "missing" -> throw new OperatorException(Reason.NOT_FOUND, "no such number", "count again");
                case "bug" -> throw new IllegalStateException("cannot count");
                default ->
                    new Counted(request.to(), request.word(), workplace.clock().instant());
            };
        }
    }

    /** Waits to be interrupted. */
    final class Waiting implements Operation<Count, Counted> {
        @Override
        public String name() {
            return "test.wait";
        }

        @Override
        public Class<Count> requestType() {
            return Count.class;
        }

        @Override
        public Class<Counted> resultType() {
            return Counted.class;
        }

        @Override
        public Counted run(Count request, Workplace workplace, Progress progress) throws InterruptedException {
            waiting.countDown();
            try {
                new CountDownLatch(1).await();
            } catch (InterruptedException e) {
                interrupted.countDown();
                throw e;
            }
            throw new IllegalStateException("never reached");
        }
    }

    @BeforeEach
    void start() throws Exception {
        store = MailStore.open(data.resolve("store"), MailStore.Options.defaults());
        server = AdminServer.start(
                new Configuration.Admin("127.0.0.1", 0),
                AdminFixture.setup(store, data, List.of(counting, waits)),
                new SecureRandom());
        token = Files.readString(data.resolve("admin.token")).strip();
        base = Files.readString(data.resolve("admin.address")).strip();
    }

    @AfterEach
    void stop() throws Exception {
        server.close();
        store.close();
    }

    private HttpResponse<String> send(String method, String path, String authorization, String body) throws Exception {
        try (HttpClient http = HttpClient.newHttpClient()) {
            HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(base + path))
                    .method(method, HttpRequest.BodyPublishers.ofString(body))
                    .header("Content-Type", "application/json");
            if (!authorization.isEmpty()) {
                request.header("Authorization", authorization);
            }
            return http.send(request.build(), HttpResponse.BodyHandlers.ofString());
        }
    }

    private HttpResponse<String> post(String operation, String body) throws Exception {
        return send(
                "POST",
                "/v1/work",
                "Bearer " + token,
                "{\"operation\":\"" + operation + "\",\"request\":" + body + "}");
    }

    private static void assertProblem(HttpResponse<String> response, int status, String reason, String words)
            throws IOException {
        assertThat(response.statusCode()).as(response.body()).isEqualTo(status);
        assertThat(response.headers().firstValue("Content-Type")).contains("application/problem+json");
        JsonNode problem = new ObjectMapper().readTree(response.body());
        assertThat(problem.get("status").asInt()).isEqualTo(status);
        assertThat(problem.get("reason").asText()).isEqualTo(reason);
        assertThat(problem.get("detail").asText()).contains(words);
        assertThat(problem.get("hint").asText()).isNotEmpty();
    }

    @Test
    void tokenAndAddressAreTheOwnersAloneAndVanishAtTheEnd() throws Exception {
        for (String name : List.of("admin.token", "admin.address")) {
            assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(data.resolve(name))))
                    .isEqualTo("rw-------");
        }
        server.close();
        assertThat(data.resolve("admin.token")).doesNotExist();
        assertThat(data.resolve("admin.address")).doesNotExist();
        assertThat(AdminClient.connect(data)).isEmpty();
    }

    @Test
    void withoutTheTokenNothingIsSaid() throws Exception {
        assertProblem(send("GET", "/v1/status", "", ""), 401, "ACCESS_DENIED", "carries no token");
        assertProblem(
                send("GET", "/v1/status", "Bearer " + "0".repeat(64), ""), 401, "ACCESS_DENIED", "not this server's");
        assertProblem(send("GET", "/v1/status", "Basic " + token, ""), 401, "ACCESS_DENIED", "not this server's");
        assertProblem(send("GET", "/v1/nowhere", "", ""), 401, "ACCESS_DENIED", "carries no token");
        assertProblem(send("POST", "/v1/work", "Bearer ", "{}"), 401, "ACCESS_DENIED", "not this server's");
    }

    @Test
    void aForeignHostNameIsRefusedEvenWithTheToken() throws Exception {
        assertThat(rawStatusLine("evil.example:" + URI.create(base).getPort())).contains(" 421 ");
        assertThat(rawStatusLine("127.0.0.1:1")).contains(" 421 ");
        assertThat(rawStatusLine("localhost:" + URI.create(base).getPort())).contains(" 200 ");
    }

    private String rawStatusLine(String host) throws IOException {
        try (Socket socket = new Socket("127.0.0.1", URI.create(base).getPort())) {
            socket.getOutputStream()
                    .write(("GET /v1/ping HTTP/1.1\r\nHost: " + host + "\r\nAuthorization: Bearer " + token
                                    + "\r\nConnection: close\r\n\r\n")
                            .getBytes(StandardCharsets.US_ASCII));
            socket.setSoTimeout(30_000);
            return new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.UTF_8))
                    .readLine();
        }
    }

    @Test
    void unknownOperationsPathsAndRequestsAreExplained() throws Exception {
        assertProblem(post("test.fly", "{}"), 404, "NOT_FOUND", "there is no operation 'test.fly'");
        assertProblem(send("GET", "/v1/nowhere", "Bearer " + token, ""), 404, "NOT_FOUND", "GET /v1/nowhere");
        assertProblem(post("test.count", "{\"to\":1,\"wrd\":\"x\"}"), 400, "USAGE", "wrd");
        assertProblem(post("test.count", "{\"to\":"), 400, "USAGE", "Unexpected character");
        assertProblem(post("test.count", "null"), 400, "USAGE", "request");
    }

    @Test
    void theClientTellsProgressAndReturnsTheResult() throws Exception {
        List<String> told = new ArrayList<>();
        Progress progress = new Progress() {
            @Override
            public void begin(String phase, long total, String unit) {
                told.add("begin " + phase + " " + total + " " + unit);
            }

            @Override
            public void advance(long done, long bytes) {
                if (done == 70) {
                    told.add("advance " + done + " " + bytes);
                }
            }

            @Override
            public void note(String text) {
                told.add("note " + text);
            }
        };
        try (AdminClient client = AdminClient.connect(data).orElseThrow()) {
            Counted counted = client.run(counting, new Count(70, "ü"), progress);
            assertThat(counted.reached()).isEqualTo(70);
            assertThat(counted.word()).isEqualTo("ü");
            assertThat(client.status().messages()).isEqualTo(3);
        }
        assertThat(told)
                .containsSubsequence("begin counting 70 numbers", "advance 70 700", "begin resting -1 rests")
                .contains("note half of it was \"easy\"");
    }

    @Test
    void failuresKeepReasonMessageAndHint() throws Exception {
        try (AdminClient client = AdminClient.connect(data).orElseThrow()) {
            assertThatThrownBy(() -> client.run(counting, new Count(1, "missing"), Progress.SILENT))
                    .isInstanceOfSatisfying(OperatorException.class, e -> {
                        assertThat(e.reason()).isEqualTo(Reason.NOT_FOUND);
                        assertThat(e).hasMessage("no such number");
                        assertThat(e.hint()).isEqualTo("count again");
                    });
            assertThatThrownBy(() -> client.run(counting, new Count(1, "bug"), Progress.SILENT))
                    .isInstanceOfSatisfying(FailedElsewhereException.class, e -> {
                        assertThat(e.failure().exitCode()).isEqualTo(70);
                        assertThat(e.failure().message()).contains("IllegalStateException: cannot count");
                        assertThat(e.failure().hint())
                                .contains("the server's log")
                                .contains("incident ");
                    });
        }
    }

    @Test
    void interruptingTheClientInterruptsTheOperation() throws Exception {
        AtomicReference<Throwable> end = new AtomicReference<>();
        Thread caller = Thread.ofPlatform().start(() -> {
            try (AdminClient client = AdminClient.connect(data).orElseThrow()) {
                client.run(waits, new Count(1, "x"), Progress.SILENT);
            } catch (Throwable e) {
                end.set(e);
            }
        });
        assertThat(waiting.await(30, TimeUnit.SECONDS)).isTrue();
        caller.interrupt();
        caller.join();
        assertThat(end.get()).isInstanceOf(InterruptedException.class);
        assertThat(interrupted.await(30, TimeUnit.SECONDS)).isTrue();
    }

    @Test
    void theServersEndInterruptsOperationsAndTellsTheirClients() throws Exception {
        AtomicReference<Throwable> end = new AtomicReference<>();
        Thread caller = Thread.ofPlatform().start(() -> {
            try (AdminClient client = AdminClient.connect(data).orElseThrow()) {
                client.run(waits, new Count(1, "x"), Progress.SILENT);
            } catch (Throwable e) {
                end.set(e);
            }
        });
        assertThat(waiting.await(30, TimeUnit.SECONDS)).isTrue();
        server.close();
        assertThat(interrupted.getCount()).isZero();
        await().atMost(Duration.ofSeconds(30)).until(() -> !caller.isAlive());
        assertThat(end.get()).isNotNull();
    }

    @Test
    void aTakenPortIsNamed() {
        int port = URI.create(base).getPort();
        assertThatThrownBy(() -> AdminServer.start(
                        new Configuration.Admin("127.0.0.1", port),
                        AdminFixture.setup(store, data, List.of()),
                        new SecureRandom()))
                .isInstanceOfSatisfying(OperatorException.class, e -> {
                    assertThat(e.reason()).isEqualTo(Reason.BUSY);
                    assertThat(e).hasMessageContaining("127.0.0.1:" + port);
                });
        assertThat(data.resolve("admin.token")).exists();
    }
}
