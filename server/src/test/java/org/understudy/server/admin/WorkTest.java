package org.understudy.server.admin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.understudy.restore.job.RestoreState;
import org.understudy.restore.operation.ApprovalRules;
import org.understudy.restore.operation.Operation;
import org.understudy.restore.operation.Role;
import org.understudy.restore.operation.Workplace;
import org.understudy.restore.progress.Progress;
import org.understudy.restore.workflow.RestoreRecovery;
import org.understudy.server.config.Configuration;

@Timeout(240)
class WorkTest {
    @TempDir
    Path data;

    private final Steps steps = new Steps();
    private Served served;
    private Api api;

    record Walk(int steps) {}

    record Walked(int steps, String for_) {}

    /** Goes a step each time that it is let. */
    static final class Steps implements Operation<Walk, Walked> {
        private final Semaphore let = new Semaphore(0);
        private final AtomicInteger begun = new AtomicInteger();
        private final CountDownLatch interrupted = new CountDownLatch(1);

        @Override
        public String name() {
            return "test.walk";
        }

        @Override
        public Role role() {
            return Role.ENGINEER;
        }

        @Override
        public Class<Walk> requestType() {
            return Walk.class;
        }

        @Override
        public Class<Walked> resultType() {
            return Walked.class;
        }

        @Override
        public Walked run(Walk request, Workplace workplace, Progress progress) throws InterruptedException {
            begun.incrementAndGet();
            progress.begin("walking", request.steps(), "steps");
            try {
                for (int i = 1; i <= request.steps(); i++) {
                    let.acquire();
                    progress.note("step " + i);
                }
            } catch (InterruptedException e) {
                interrupted.countDown();
                throw e;
            }
            return new Walked(request.steps(), String.valueOf(workplace.person()));
        }
    }

    @BeforeEach
    void serve() throws Exception {
        served = Served.in(
                data,
                new Served.Offer(
                        new Configuration.Admin("127.0.0.1", 0),
                        List.of(steps),
                        ApprovalRules.CLAIMED,
                        List.of(
                                new RestoreRecovery.Resumed(
                                        "r-20260527-3fa9", RestoreState.MERGING, RestoreState.MERGED, null),
                                new RestoreRecovery.Resumed(
                                        "r-20260527-3faa", RestoreState.UNDOING, RestoreState.UNDOING, "disk full")),
                        List.of()));
        api = served.api();
    }

    @AfterEach
    void stop() throws Exception {
        api.close();
        served.close();
    }

    private Api.Answer walk(String token, int count, String... headers) throws Exception {
        return api.send(token, "POST", "/v1/operations/test.walk", "{\"steps\":" + count + "}", headers);
    }

    private String state(String token, String place) throws Exception {
        return api.send(token, "GET", place, "").json().path("state").asText();
    }

    @Test
    void theSameStartIsBegunOnce() throws Exception {
        String erin = served.token("erin", Role.ENGINEER);
        Api.Answer first = walk(erin, 2, "Idempotency-Key", "one");
        assertThat(first.status()).isEqualTo(202);
        assertThat(walk(erin, 2, "Idempotency-Key", "one").header("location")).isEqualTo(first.header("location"));
        Api.Answer other = walk(erin, 3, "Idempotency-Key", "one");
        assertThat(other.status()).isEqualTo(409);
        assertThat(other.json().get("reason").asText()).isEqualTo("CONFLICT");
        Api.Answer another = walk(served.token("ewa", Role.ENGINEER), 2, "Idempotency-Key", "one");
        assertThat(another.header("location"))
                .as("another person's key is another key")
                .isNotEqualTo(first.header("location"));
        assertThat(walk(erin, 2, "Idempotency-Key", "a b").status()).isEqualTo(400);
        steps.let.release(4);
        String place = first.header("location");
        await().atMost(Duration.ofSeconds(30)).until(() -> state(erin, place).equals("DONE"));
        assertThat(walk(erin, 2, "Idempotency-Key", "one").header("location"))
                .as("also when it has ended")
                .isEqualTo(place);
        assertThat(api.send(erin, "GET", place, "").json().at("/result/for_").asText())
                .isEqualTo("erin");
        assertThat(steps.begun.get()).isEqualTo(2);
    }

    @Test
    void workGoesOnWhenItsClientGoesAway() throws Exception {
        String body = "{\"steps\":1}";
        try (Socket socket = new Socket("127.0.0.1", URI.create(served.base).getPort())) {
            socket.getOutputStream()
                    .write(("POST /v1/operations/test.walk HTTP/1.1\r\nHost: "
                                    + URI.create(served.base).getAuthority() + "\r\nAuthorization: Bearer "
                                    + served.local + "\r\nContent-Type: application/json\r\nContent-Length: "
                                    + body.length() + "\r\n\r\n" + body)
                            .getBytes(StandardCharsets.US_ASCII));
            await().atMost(Duration.ofSeconds(30)).until(() -> steps.begun.get() == 1);
        }
        steps.let.release();
        await().atMost(Duration.ofSeconds(30))
                .until(() -> api.send(served.local, "GET", "/v1/work", "")
                        .body()
                        .contains("\"state\":\"DONE\",\"person\":\"local\""));
        assertThat(steps.interrupted.getCount()).isEqualTo(1);
    }

    @Test
    void eventsGoOnWhereAClientStoppedReading() throws Exception {
        String place = walk(served.local, 3).header("location");
        steps.let.release(3);
        String all = api.send(served.local, "GET", place + "/events", "", "Accept", "text/event-stream")
                .body();
        assertThat(all)
                .containsSubsequence(
                        "event:progress", "\"phase\":\"walking\"", "step 1", "step 2", "step 3", "event:end")
                .contains("\"state\":\"DONE\"");
        String rest = api.send(
                        served.local, "GET", place + "/events", "", "Accept", "text/event-stream", "Last-Event-ID", "2")
                .body();
        assertThat(rest).doesNotContain("step 1").contains("step 2", "step 3", "event:end");
        assertThat(api.send(served.local, "GET", place + "/events", "", "Last-Event-ID", "5")
                        .status())
                .isEqualTo(204);
        assertThat(api.send(served.local, "GET", place + "/events", "", "Last-Event-ID", "x")
                        .status())
                .isEqualTo(400);
        assertThat(api.send(served.local, "GET", place + "/events", "", "Accept", "application/json")
                        .status())
                .isEqualTo(406);
    }

    @Test
    void whoBeganItOrAnAdminCancels() throws Exception {
        String erin = served.token("erin", Role.ENGINEER);
        String ewa = served.token("ewa", Role.ENGINEER);
        String vera = served.token("vera", Role.VIEWER);
        String place = walk(erin, 9).header("location");
        assertThat(api.send(vera, "GET", place, "").status())
                .as("a viewer does not see an engineer's work")
                .isEqualTo(404);
        assertThat(api.send(vera, "GET", "/v1/work", "").body()).doesNotContain("test.walk");
        assertThat(api.send(ewa, "DELETE", place, "").status()).isEqualTo(403);
        assertThat(state(erin, place)).isEqualTo("RUNNING");
        await().atMost(Duration.ofSeconds(30)).until(() -> steps.begun.get() == 1);
        assertThat(api.send(erin, "DELETE", place, "").status()).isEqualTo(202);
        await().atMost(Duration.ofSeconds(30)).until(() -> state(erin, place).equals("CANCELLED"));
        assertThat(steps.interrupted.await(30, TimeUnit.SECONDS)).isTrue();
    }

    @Test
    void restoresThatWereCompletedAtTheStartAreToBeSeen() throws Exception {
        String list = api.send(served.local, "GET", "/v1/work", "").body();
        assertThat(list).contains("\"operation\":\"restore.merge\"", "\"person\":\"server\"", "disk full");
        assertThat(list).contains("\"operation\":\"restore.undo\",\"state\":\"FAILED\"");
    }

    @Test
    void aTokenThatIsRevokedEndsItsStreams() throws Exception {
        String erin = served.token("erin", Role.ENGINEER);
        String place = walk(erin, 5).header("location");
        AtomicInteger over = new AtomicInteger();
        Thread following = Thread.ofPlatform().start(() -> {
            try {
                api.send(erin, "GET", place + "/events", "", "Accept", "text/event-stream");
                over.incrementAndGet();
            } catch (Exception e) {
                throw new IllegalStateException(e);
            }
        });
        assertThat(api.send(served.local, "DELETE", "/v1/tokens/" + erin.substring(4, 12), "")
                        .status())
                .isEqualTo(200);
        assertThat(api.send(erin, "GET", place, "").status()).isEqualTo(401);
        following.join(Duration.ofSeconds(60));
        assertThat(over.get()).isEqualTo(1);
        assertThat(state(served.local, place)).as("the work goes on").isEqualTo("RUNNING");
    }
}
