package org.understudy.server.imap;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** IDLE: what it tells, when, and how it ends. */
final class IdleTest {
    private static final byte[] MESSAGE = "Subject: new\r\n\r\nx\r\n".getBytes(StandardCharsets.US_ASCII);

    private ImapTestServer server;

    @BeforeEach
    void start(@TempDir Path folder) {
        server = ImapTestServer.start(
                folder.resolve("spool"),
                settings -> settings.withTimeouts(new ImapSettings.Timeouts(
                        Duration.ofSeconds(20),
                        Duration.ofSeconds(60),
                        Duration.ofSeconds(60),
                        Duration.ofSeconds(20),
                        Duration.ofMillis(700),
                        Duration.ofMillis(1))));
    }

    @AfterEach
    void stop() {
        server.close();
    }

    @Test
    void newMessagesFlagsAndExpungesAreTold() throws Exception {
        try (ImapTestClient watcher = server.login("anna");
                ImapTestClient other = server.login("anna")) {
            watcher.ok("SELECT INBOX");
            other.ok("SELECT INBOX");
            watcher.send("i IDLE\r\n");
            assertThat(watcher.line()).startsWith("+");
            server.deliver("anna", MESSAGE);
            assertThat(skipping(watcher, "* OK")).isEqualTo("* 1 EXISTS");
            assertThat(skipping(watcher, "* OK")).isEqualTo("* 1 RECENT");
            other.ok("NOOP");
            other.ok("STORE 1 +FLAGS (\\Deleted)");
            assertThat(skipping(watcher, "* OK")).startsWith("* 1 FETCH (FLAGS (\\Deleted");
            other.ok("EXPUNGE");
            assertThat(skipping(watcher, "* OK")).isEqualTo("* 1 EXPUNGE");
            watcher.send("DONE\r\n");
            assertThat(watcher.until("i").getLast()).startsWith("i OK ");
        }
    }

    @Test
    void nothingIsToldAfterTheReplyAndNothingIsLost() throws Exception {
        try (ImapTestClient watcher = server.login("anna")) {
            watcher.ok("SELECT INBOX");
            for (int round = 1; round <= 50; round++) {
                watcher.send("i IDLE\r\n");
                assertThat(watcher.line()).startsWith("+");
                server.deliver("anna", MESSAGE);
                watcher.send("DONE\r\nn NOOP\r\n");
                List<String> lines = watcher.until("i");
                lines.addAll(watcher.until("n"));
                assertThat(lines).as("round %d", round).contains("* " + round + " EXISTS");
            }
        }
    }

    @Test
    void heartbeatKeepsTheConnectionAwake() throws Exception {
        try (ImapTestClient client = server.login("anna")) {
            client.send("i IDLE\r\n");
            assertThat(client.line()).startsWith("+");
            assertThat(client.line()).startsWith("* OK ");
            assertThat(client.line()).startsWith("* OK ");
            client.send("done\r\n");
            assertThat(skipping(client, "* OK")).startsWith("i OK ");
        }
    }

    @Test
    void anythingButDoneIsBadAndEndsIdle() throws Exception {
        try (ImapTestClient client = server.login("anna")) {
            client.send("i IDLE\r\nx LOGOUT\r\n");
            assertThat(client.line()).startsWith("+");
            assertThat(client.line()).startsWith("i BAD ");
            client.ok("NOOP");
        }
    }

    private static String skipping(ImapTestClient client, String prefix) throws Exception {
        String line = client.line();
        while (line.startsWith(prefix)) {
            line = client.line();
        }
        return line;
    }
}
