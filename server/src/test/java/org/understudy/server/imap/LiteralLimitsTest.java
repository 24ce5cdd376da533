package org.understudy.server.imap;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Large, too large and broken-off literals. */
final class LiteralLimitsTest {
    private static final int LIMIT = 1 << 20;

    private ImapTestServer server;
    private Path spool;

    @BeforeEach
    void start(@TempDir Path folder) {
        spool = folder.resolve("spool");
        server = ImapTestServer.start(
                spool, settings -> settings.withLimits(new ImapSettings.Limits(8_000, LIMIT, 1_000, 100, 8, 10)));
    }

    @AfterEach
    void stop() {
        server.close();
    }

    @Test
    void messageOnDiskComesBackUnchangedAndLeavesNoFile() throws Exception {
        String message = "Subject: large\r\n\r\n" + "a1 LOGOUT\r\nx DELETE INBOX\r\n".repeat(30_000);
        try (ImapTestClient client = server.login("anna")) {
            client.ok("APPEND INBOX {" + message.length() + "+}\r\n" + message);
            client.ok("SELECT INBOX");
            assertThat(client.ok("FETCH 1 BODY.PEEK[]")
                            .get(0)
                            .equals("* 1 FETCH (BODY[] {" + message.length() + "}\r\n" + message + ")"))
                    .isTrue();
            assertNoSpooledFile();
        }
    }

    @Test
    void tooLargeSynchronizingLiteralIsRefusedBeforeItIsSent() throws Exception {
        try (ImapTestClient client = server.login("anna")) {
            client.send("a APPEND INBOX {" + (LIMIT + 1) + "}\r\n");
            assertThat(client.line()).startsWith("a NO [TOOBIG] ");
            client.ok("NOOP");
            client.send("b SEARCH TEXT {1001}\r\n");
            assertThat(client.line()).startsWith("b NO [TOOBIG] ");
            client.ok("NOOP");
        }
    }

    @Test
    void tooLargeNonSynchronizingLiteralIsThrownAwayUnread() throws Exception {
        String lures = "x DELETE INBOX\r\ny CREATE lured\r\n".repeat(LIMIT / 30);
        try (ImapTestClient client = server.login("anna")) {
            client.send("a APPEND INBOX {" + lures.length() + "+}\r\n" + lures + "\r\nb NOOP\r\n");
            assertThat(client.line()).startsWith("a NO [TOOBIG] ");
            assertThat(client.line()).startsWith("b OK ");
            assertThat(client.ok("LIST \"\" *")).noneMatch(line -> line.contains("lured"));
        }
    }

    @Test
    void refusedClientThatSendsItsLiteralAllTheSameIsCutOff() throws Exception {
        try (ImapTestClient client = server.login("anna")) {
            client.send("a APPEND INBOX {" + (LIMIT + 1) + "}\r\nx CREATE lured\r\n");
            assertThat(client.untilClosed()).hasSize(1).allMatch(line -> line.startsWith("a NO [TOOBIG] "));
        }
        try (ImapTestClient client = server.login("anna")) {
            assertThat(client.ok("LIST \"\" *")).noneMatch(line -> line.contains("lured"));
        }
    }

    @Test
    void strangersMayNotSendMessages() throws Exception {
        try (ImapTestClient client = server.connect()) {
            client.send("a APPEND INBOX {5000}\r\n");
            assertThat(client.line()).startsWith("a NO [TOOBIG] ");
            client.ok("LOGIN anna secret");
        }
    }

    @Test
    void lineWithoutEndIsRefusedAndTheConnectionLives() throws Exception {
        try (ImapTestClient client = server.login("anna")) {
            client.send("a SEARCH TEXT \"" + "q".repeat(100_000) + "\"\r\nb NOOP\r\n");
            assertThat(client.line()).startsWith("a BAD ");
            assertThat(client.line()).startsWith("b OK ");
        }
    }

    @Test
    void hangingUpInTheMiddleOfALiteralLeavesNoFile() throws Exception {
        try (ImapTestClient client = server.login("anna")) {
            client.send("a APPEND INBOX {900000+}\r\n" + "x".repeat(500_000));
            await().until(() -> spooledFiles().size() == 1);
        }
        await().until(() -> spooledFiles().isEmpty());
        assertNoSpooledFile();
        await().until(() -> server.server().connections() == 0);
    }

    @Test
    void messageThatCannotBeSpooledIsRefusedAndTheConnectionLives() throws Exception {
        String lures = "x CREATE lured\r\n".repeat(30_000);
        try (ImapTestClient client = server.login("anna")) {
            Files.delete(spool);
            client.send("a APPEND INBOX {" + lures.length() + "+}\r\n" + lures + "\r\nb NOOP\r\n");
            assertThat(client.line()).startsWith("a NO [UNAVAILABLE] ");
            assertThat(client.line()).startsWith("b OK ");
            assertThat(client.ok("LIST \"\" *")).noneMatch(line -> line.contains("lured"));
        }
    }

    private void assertNoSpooledFile() throws IOException {
        await().until(() -> spooledFiles().isEmpty());
        try (Stream<Path> left = Files.list(spool)) {
            assertThat(left).isEmpty();
        }
    }

    /** The open files of this process that once had a name in the spool folder. */
    private List<String> spooledFiles() throws IOException {
        try (Stream<Path> descriptors = Files.list(Path.of("/proc/self/fd"))) {
            return descriptors
                    .map(LiteralLimitsTest::target)
                    .filter(target -> target.startsWith(spool.toString()))
                    .toList();
        }
    }

    private static String target(Path descriptor) {
        try {
            return Files.readSymbolicLink(descriptor).toString();
        } catch (IOException e) {
            return "closed since";
        }
    }
}
