package org.understudy.server.imap;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Masters in other users' mailboxes, and what the audit log has of it. */
@Timeout(120)
final class MasterLoginTest {
    @TempDir
    private Path folder;

    private StoreServer start(String... more) throws Exception {
        return StoreServer.start(
                        folder,
                        "roles { masters = [\"boss\", \"m@example.org\"], engineers = [\"erin\"] }\n"
                                + String.join("\n", more))
                .with("anna")
                .with("anna@example.org")
                .with("boss")
                .with("m@example.org")
                .with("erin");
    }

    private static String plain(String actingAs, String user) {
        return "AUTHENTICATE PLAIN "
                + Base64.getEncoder()
                        .encodeToString((actingAs + "\0" + user + "\0" + StoreServer.PASSWORD)
                                .getBytes(StandardCharsets.UTF_8));
    }

    private static String login(String name) {
        return "LOGIN \"" + name + "\" " + StoreServer.PASSWORD;
    }

    private static String status(StoreServer server, String command) throws Exception {
        try (ImapTestClient client = server.connect()) {
            return client.status(command);
        }
    }

    private static List<String> audit(StoreServer server) throws IOException {
        try (Stream<Path> files = Files.list(server.dataFolder().resolve("audit"))) {
            return Files.readAllLines(files.findFirst().orElseThrow());
        }
    }

    private static void append(ImapTestClient client) throws Exception {
        client.send("a APPEND INBOX {23+}\r\nSubject: one\r\n\r\nbody\r\n\r\n\r\n");
        client.until("a");
    }

    @Test
    void masterReadsAndChangesNothing() throws Exception {
        try (StoreServer server = start()) {
            try (ImapTestClient anna = server.login("anna")) {
                append(anna);
            }
            try (ImapTestClient master = server.connect()) {
                master.ok(login("anna*boss"));
                master.ok("ID (\"name\" \"Support Desk\")");
                assertThat(master.ok("SELECT INBOX"))
                        .anyMatch(line -> line.equals("* 1 EXISTS"))
                        .anyMatch(line -> line.contains("[READ-ONLY]"));
                assertThat(master.ok("FETCH 1 BODY[]")).anyMatch(line -> line.contains("Subject: one"));
                for (String change : List.of(
                        "STORE 1 +FLAGS (\\Deleted)",
                        "EXPUNGE",
                        "COPY 1 Trash",
                        "MOVE 1 Trash",
                        "CREATE Other",
                        "DELETE Sent",
                        "RENAME Sent Gone",
                        "SUBSCRIBE Other",
                        "UNSUBSCRIBE Sent",
                        "SETACL INBOX boss lrs")) {
                    assertThat(master.status(change)).as(change).startsWith("NO [NOPERM] Masters may only read");
                }
                assertThat(server.accounts().counts().seen().mastersNow()).isEqualTo(1);
            }
            try (ImapTestClient anna = server.login("anna")) {
                assertThat(anna.ok("SELECT INBOX")).anyMatch(line -> line.equals("* 1 EXISTS"));
                assertThat(anna.ok("FETCH 1 FLAGS")).noneMatch(line -> line.contains("\\Seen"));
            }
            await().atMost(Duration.ofSeconds(30))
                    .untilAsserted(() -> assertThat(audit(server))
                            .anySatisfy(line -> assertThat(line)
                                    .contains(
                                            "\"kind\":\"master\"",
                                            "\"actor\":\"user:boss\"",
                                            "\"from\":\"127.0.0.1\"",
                                            "\"action\":\"master.close\"",
                                            "\"client\":\"name Support Desk\"",
                                            "\"read-only\":\"true\"",
                                            "\"seconds\":\"",
                                            "\"user\":\"anna\"")));
            assertThat(audit(server)).anyMatch(line -> line.contains("\"action\":\"master.open\""));
            assertThat(server.accounts().counts().seen().mastersNow()).isZero();
            assertThat(server.accounts().counts().seen().masters()).isEqualTo(1);
            assertThat(String.join("", audit(server))).doesNotContain(StoreServer.PASSWORD);
        }
    }

    @Test
    void bothWaysOfAskingWorkWithAddressesToo() throws Exception {
        try (StoreServer server = start("accounts.masters.read-only = false")) {
            assertThat(status(server, plain("anna", "boss"))).startsWith("OK ");
            assertThat(status(server, plain("", "anna*boss"))).startsWith("OK ");
            assertThat(status(server, login("anna@example.org*m@example.org"))).startsWith("OK ");
            try (ImapTestClient master = server.connect()) {
                master.ok(plain("ANNA", "boss"));
                master.ok("CREATE Made");
            }
            try (ImapTestClient anna = server.login("anna")) {
                anna.ok("SELECT Made");
            }
        }
    }

    @Test
    void othersAreRefusedAndEachAttemptIsNoted() throws Exception {
        try (StoreServer server = start()) {
            String forbidden = "NO [AUTHORIZATIONFAILED] ";
            assertThat(status(server, plain("boss", "anna"))).startsWith(forbidden);
            assertThat(status(server, plain("nobody", "anna"))).startsWith(forbidden);
            assertThat(status(server, login("erin*boss"))).startsWith(forbidden);
            assertThat(status(server, login("m@example.org*boss"))).startsWith(forbidden);
            assertThat(status(server, login("nobody*boss"))).startsWith(forbidden);
            assertThat(status(server, "LOGIN \"anna*boss\" wrong")).startsWith("NO [AUTHENTICATIONFAILED] ");
            assertThat(status(server, login("boss*anna"))).startsWith(forbidden);
            List<String> refused = audit(server).stream()
                    .filter(line -> line.contains("\"action\":\"master.refused\""))
                    .toList();
            assertThat(refused).hasSize(6);
            assertThat(refused.get(2)).contains("\"user\":\"erin\"", "of-staff is false");
            assertThat(audit(server))
                    .anySatisfy(line -> assertThat(line)
                            .contains("\"kind\":\"login\"", "\"actor\":\"user:boss\"", "\"outcome\":\"refused\""));
            assertThat(server.accounts().counts().seen().mastersRefused()).isEqualTo(7);
        }
    }

    @Test
    void staffMayBeEnteredWhereTheConfigurationSaysSoAndTheirOwnLoginsAreNoted() throws Exception {
        try (StoreServer server = start("accounts.masters { of-staff = true, separator = \"%\" }")) {
            assertThat(status(server, login("erin%boss"))).startsWith("OK ");
            assertThat(status(server, login("erin*boss"))).startsWith("NO [AUTHENTICATIONFAILED] ");
            assertThat(status(server, login("erin"))).startsWith("OK ");
            assertThat(status(server, login("anna"))).startsWith("OK ");
            assertThat(audit(server).stream().filter(line -> line.contains("\"kind\":\"login\"")))
                    .singleElement()
                    .satisfies(line -> assertThat(line).contains("\"actor\":\"user:erin\"", "\"outcome\":\"done\""));
        }
    }

    @Test
    void withoutMastersNobodyIsOne() throws Exception {
        try (StoreServer server = StoreServer.start(folder, "roles.engineers = [\"boss\"]")
                .with("anna")
                .with("boss")) {
            assertThat(status(server, login("anna*boss"))).startsWith("NO [AUTHENTICATIONFAILED] ");
            assertThat(status(server, plain("anna", "boss"))).startsWith("NO [AUTHORIZATIONFAILED] ");
        }
    }
}
