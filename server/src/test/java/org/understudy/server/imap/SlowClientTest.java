package org.understudy.server.imap;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.netty.buffer.PooledByteBufAllocator;
import io.netty.buffer.PooledByteBufAllocatorMetric;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Clients that ask for much and read little. */
final class SlowClientTest {
    private static final int SLOW = 4;
    private static final int FETCHES = 30;
    private static final int SIZE = 4 << 20;

    @TempDir
    private Path folder;

    @Test
    void theyNeitherFillMemoryNorHoldUpOthers() throws Exception {
        byte[] message =
                ("Subject: large\r\n\r\n" + "0123456789abcde\n".repeat(SIZE / 16)).getBytes(StandardCharsets.US_ASCII);
        List<ImapTestClient> slow = new ArrayList<>();
        try (ImapTestServer server = ImapTestServer.start(
                folder.resolve("spool"),
                settings -> settings.withLimits(new ImapSettings.Limits(8_000, 64 << 20, 1_000, 100, 2, 10)))) {
            server.login("anna").close();
            server.deliver("anna", message);
            long before = held();
            for (int i = 0; i < SLOW; i++) {
                ImapTestClient client = ImapTestClient.tlsWithSmallBuffer(server.imaps(), 16 << 10);
                slow.add(client);
                client.line();
                client.ok("LOGIN anna secret");
                client.ok("SELECT INBOX");
                StringBuilder fetches = new StringBuilder();
                for (int j = 0; j < FETCHES; j++) {
                    fetches.append("f").append(j).append(" FETCH 1 BODY.PEEK[]\r\n");
                }
                client.send(fetches.toString());
            }
            try (ImapTestClient other = server.login("bert")) {
                for (int i = 0; i < 20; i++) {
                    other.ok("STATUS INBOX (MESSAGES)");
                }
            }
            await().during(Duration.ofMillis(500))
                    .atMost(Duration.ofSeconds(20))
                    .until(() -> held() - before < 24 << 20);
            ImapTestClient patient = slow.getFirst();
            for (int j = 0; j < FETCHES; j++) {
                assertThat(patient.line().length()).isGreaterThan(SIZE);
                assertThat(patient.line()).startsWith("f" + j + " OK ");
            }
        } finally {
            for (ImapTestClient client : slow) {
                client.close();
            }
        }
    }

    @Test
    void oneThatTakesInNothingIsCutOff() throws Exception {
        byte[] message = new byte[SIZE];
        try (ImapTestServer server = ImapTestServer.start(
                folder.resolve("spool"),
                settings -> settings.withTimeouts(new ImapSettings.Timeouts(
                        Duration.ofSeconds(20),
                        Duration.ofSeconds(60),
                        Duration.ofSeconds(60),
                        Duration.ofMillis(600),
                        Duration.ofSeconds(60),
                        Duration.ofMillis(1))))) {
            server.login("anna").close();
            server.deliver("anna", message);
            try (ImapTestClient client = ImapTestClient.tlsWithSmallBuffer(server.imaps(), 16 << 10)) {
                client.line();
                client.ok("LOGIN anna secret");
                client.ok("SELECT INBOX");
                client.send("a FETCH 1 BODY.PEEK[]\r\n".repeat(10));
                await().atMost(Duration.ofSeconds(20))
                        .until(() -> server.server().connections() == 0);
            }
        }
    }

    /** Octets in buffers of Netty. */
    private static long held() {
        PooledByteBufAllocatorMetric metric = PooledByteBufAllocator.DEFAULT.metric();
        return metric.usedDirectMemory() + metric.usedHeapMemory();
    }
}
