package org.understudy.server.admin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;
import org.understudy.restore.operation.Operation;
import org.understudy.restore.operation.Role;
import org.understudy.restore.operation.Workplace;
import org.understudy.restore.progress.Progress;

/** A request's name is in its answer, in the problem that it is told, and in the lines of the work that it begins. */
@Timeout(120)
class TracedRequestsTest {
    private static final String ID = "4bf92f3577b34da6a3ce929d0e0e4736";

    @TempDir
    Path data;

    record Nothing() {}

    /** Fails as a fault of the program does. */
    static final class Fails implements Operation<Nothing, Nothing> {
        @Override
        public String name() {
            return "test.fails";
        }

        @Override
        public Role role() {
            return Role.ENGINEER;
        }

        @Override
        public Class<Nothing> requestType() {
            return Nothing.class;
        }

        @Override
        public Class<Nothing> resultType() {
            return Nothing.class;
        }

        @Override
        public Nothing run(Nothing request, Workplace workplace, Progress progress) {
            throw new IllegalStateException("a fault");
        }
    }

    private static HttpResponse<String> send(Served served, String method, String path, String body) throws Exception {
        try (HttpClient client = HttpClient.newHttpClient()) {
            return client.send(
                    HttpRequest.newBuilder(URI.create(served.base + path))
                            .timeout(Duration.ofSeconds(60))
                            .header("Authorization", "Bearer " + served.local)
                            .header("Content-Type", "application/json")
                            .header("traceparent", "00-" + ID + "-00f067aa0ba902b7-01")
                            .method(method, HttpRequest.BodyPublishers.ofString(body))
                            .build(),
                    HttpResponse.BodyHandlers.ofString());
        }
    }

    @Test
    void answersProblemsAndLinesHaveTheClientsTrace() throws Exception {
        Logger root = (Logger) LoggerFactory.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
        Logger work = (Logger) LoggerFactory.getLogger("org.understudy.server.work");
        ListAppender<ILoggingEvent> lines = new ListAppender<>();
        lines.setContext(root.getLoggerContext());
        lines.start();
        work.addAppender(lines);
        ch.qos.logback.classic.Level before = work.getLevel();
        work.setLevel(ch.qos.logback.classic.Level.INFO);
        try (Served served = Served.in(data, Served.Offer.of(List.of(new Fails())))) {
            HttpResponse<String> sound = send(served, "GET", "/v1/whoami", "");
            assertThat(sound.statusCode()).isEqualTo(200);
            assertThat(sound.headers().firstValue("Trace-Id")).contains(ID);

            HttpResponse<String> missing = send(served, "GET", "/v1/nothing", "");
            assertThat(missing.statusCode()).isEqualTo(404);
            assertThat(missing.headers().firstValue("Trace-Id")).contains(ID);
            assertThat(missing.body()).contains("\"trace\":\"" + ID + "\"");

            assertThat(send(served, "POST", "/v1/operations/test.fails", "{}").statusCode())
                    .isEqualTo(202);
            await().atMost(Duration.ofSeconds(60))
                    .until(() -> List.copyOf(lines.list).stream()
                            .anyMatch(line -> line.getLevel().toString().equals("ERROR")));
            assertThat(List.copyOf(lines.list)).isNotEmpty().allSatisfy(line -> {
                assertThat(line.getMDCPropertyMap()).containsEntry("trace", ID);
                assertThat(line.getMDCPropertyMap().get("work")).startsWith("w-");
            });
        } finally {
            work.detachAppender(lines);
            work.setLevel(before);
        }
    }
}
