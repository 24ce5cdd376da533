package org.understudy.server.imap;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.TreeSet;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Greeting, capabilities, login and the replies of single commands. */
final class ImapBasicsTest {
    private ImapTestServer server;

    @BeforeEach
    void start(@TempDir Path folder) {
        server = ImapTestServer.start(folder.resolve("spool"));
    }

    @AfterEach
    void stop() {
        server.close();
    }

    @Test
    void greetingCarriesTheCapabilitiesOfTheListener() throws Exception {
        try (ImapTestClient secure = ImapTestClient.tls(server.imaps(), null);
                ImapTestClient open = ImapTestClient.plain(server.imap())) {
            assertThat(secure.line())
                    .startsWith("* OK [CAPABILITY IMAP4rev1 ")
                    .contains(" AUTH=PLAIN ")
                    .contains(" SASL-IR ")
                    .doesNotContain("STARTTLS")
                    .doesNotContain("COMPRESS")
                    .doesNotContain("LOGINDISABLED");
            assertThat(open.line())
                    .contains(" STARTTLS")
                    .contains(" LOGINDISABLED ")
                    .doesNotContain("AUTH=")
                    .doesNotContain("SASL-IR");
        }
    }

    @Test
    void loginReplyCarriesTheCapabilitiesThatCapabilityTells() throws Exception {
        try (ImapTestClient client = server.connect()) {
            List<String> login = client.ok("LOGIN anna secret");
            String reply = login.get(login.size() - 1);
            String inReply = reply.substring(reply.indexOf("[CAPABILITY ") + 12, reply.indexOf(']'));
            String told = client.ok("CAPABILITY").get(0).substring("* CAPABILITY ".length());
            assertThat(inReply).isEqualTo(told);
            assertThat(told.split(" "))
                    .contains(
                            "IMAP4rev1",
                            "CONDSTORE",
                            "QRESYNC",
                            "IDLE",
                            "COMPRESS=DEFLATE",
                            "LITERAL+",
                            "UIDPLUS",
                            "MOVE",
                            "APPENDLIMIT=" + (64 << 20))
                    .doesNotContain("STARTTLS", "LOGINDISABLED", "AUTH=PLAIN", "IMAP4REV1");
            assertThat(new TreeSet<>(Arrays.asList(told.split(" ")))).hasSize(told.split(" ").length);
        }
    }

    @Test
    void enabledExtensionsAreTold() throws Exception {
        try (ImapTestClient client = server.login("anna")) {
            assertThat(client.ok("ENABLE QRESYNC").get(0)).isEqualTo("* ENABLED QRESYNC");
            assertThat(client.ok("CAPABILITY").get(0)).startsWith("* CAPABILITY IMAP4rev1 ");
        }
    }

    @Test
    void loginIsRefusedWithoutTls() throws Exception {
        try (ImapTestClient client = ImapTestClient.plain(server.imap())) {
            client.line();
            assertThat(client.status("LOGIN anna secret")).startsWith("NO ");
            assertThat(client.status("AUTHENTICATE PLAIN " + plain("anna", "secret")))
                    .startsWith("NO ");
            assertThat(client.status("AUTHENTICATE PLAIN")).startsWith("NO ");
            assertThat(client.status("SELECT INBOX")).startsWith("NO ");
        }
    }

    @Test
    void authenticatePlainWorksWithAndWithoutInitialResponse() throws Exception {
        try (ImapTestClient client = server.connect()) {
            assertThat(client.status("AUTHENTICATE PLAIN " + plain("anna", "secret")))
                    .startsWith("OK [CAPABILITY ");
        }
        try (ImapTestClient client = server.connect()) {
            client.send("a AUTHENTICATE PLAIN\r\n");
            assertThat(client.line()).startsWith("+");
            client.send(plain("anna", "secret") + "\r\nb SELECT INBOX\r\n");
            assertThat(client.line()).startsWith("a OK [CAPABILITY ");
            assertThat(client.until("b").getLast()).startsWith("b OK ");
        }
    }

    @Test
    void authenticateCanBeCancelled() throws Exception {
        try (ImapTestClient client = server.connect()) {
            client.send("a AUTHENTICATE PLAIN\r\n");
            assertThat(client.line()).startsWith("+");
            client.send("*\r\n");
            assertThat(client.line()).startsWith("a BAD ");
            client.ok("LOGIN anna secret");
        }
    }

    @Test
    void thirdWrongPasswordEndsTheConnection() throws Exception {
        try (ImapTestClient client = server.connect()) {
            assertThat(client.status("LOGIN anna wrong")).startsWith("NO ");
            assertThat(client.status("LOGIN anna wrong")).startsWith("NO ");
            client.send("c LOGIN anna wrong\r\n");
            assertThat(client.untilClosed()).hasSize(1).allMatch(line -> line.startsWith("* BYE "));
        }
    }

    @Test
    void namesInBrokenModifiedUtf7AreBadAndTheConnectionLives() throws Exception {
        try (ImapTestClient client = server.login("anna")) {
            for (String name : List.of("&foo", "&AOQ", "\"&Jjo!\"")) {
                assertThat(client.status("CREATE " + name)).as(name).matches("(BAD|NO) .*");
                assertThat(client.status("SELECT " + name)).as(name).matches("(BAD|NO) .*");
                assertThat(client.status("APPEND " + name + " {4+}\r\na: b"))
                        .as(name)
                        .matches("(BAD|NO) .*");
            }
            client.ok("NOOP");
        }
    }

    @Test
    void tooManyBadCommandsEndTheConnection() throws Exception {
        try (ImapTestClient client = server.login("anna")) {
            client.ok("SELECT INBOX");
            for (int i = 0; i < 9; i++) {
                assertThat(client.status("FETCH")).startsWith("BAD ");
            }
            client.ok("NOOP");
            for (int i = 0; i < 9; i++) {
                assertThat(client.status("SELECT INBOX )(")).startsWith("BAD ");
            }
            client.send("z FETCH\r\n");
            assertThat(client.untilClosed())
                    .satisfiesExactly(
                            line -> assertThat(line).startsWith("z BAD "),
                            line -> assertThat(line).startsWith("* BYE "));
        }
    }

    @Test
    void logoutSaysByeThenOkThenCloses() throws Exception {
        try (ImapTestClient client = server.login("anna")) {
            client.send("a NOOP\r\nb LOGOUT\r\nc CREATE never\r\n");
            assertThat(client.untilClosed())
                    .satisfiesExactly(
                            line -> assertThat(line).startsWith("a OK "),
                            line -> assertThat(line).startsWith("* BYE "),
                            line -> assertThat(line).startsWith("b OK "));
        }
        try (ImapTestClient client = server.login("anna")) {
            assertThat(String.join(" ", client.ok("LIST \"\" *"))).doesNotContain("never");
        }
    }

    private static String plain(String user, String password) {
        return Base64.getEncoder().encodeToString(("\0" + user + "\0" + password).getBytes(StandardCharsets.UTF_8));
    }
}
