package org.understudy.server.imap;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.Base64;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Logins over SASL against the real server. */
final class SaslTest {
    private static final byte[] UNBOUND = new byte[0];

    @TempDir
    private Path folder;

    @Test
    void scramLogsInAndProvesTheServerToo() throws Exception {
        try (StoreServer server = StoreServer.start(folder).with("anna");
                ImapTestClient client = ImapTestClient.tls(server.imaps(), null)) {
            assertThat(client.line()).contains("AUTH=SCRAM-SHA-256 ", "AUTH=SCRAM-SHA-256-PLUS");
            assertThat(scram("anna", StoreServer.PASSWORD, "n,,").authenticate(client, "SCRAM-SHA-256"))
                    .startsWith("OK [CAPABILITY IMAP4rev1 ");
            client.ok("SELECT INBOX");
        }
    }

    @Test
    void scramRefusesAWrongPasswordAndNobodyAlike() throws Exception {
        try (StoreServer server = StoreServer.start(folder).with("anna");
                ImapTestClient client = server.connect()) {
            String wrong = scram("anna", "wrong", "n,,").authenticate(client, "SCRAM-SHA-256");
            assertThat(wrong).startsWith("NO [AUTHENTICATIONFAILED] ");
            assertThat(scram("nobody", "wrong", "n,,").authenticate(client, "SCRAM-SHA-256"))
                    .isEqualTo(wrong);
        }
    }

    @Test
    void scramBoundToTheCertificateLogsInAndToAnotherDoesNot() throws Exception {
        try (StoreServer server = StoreServer.start(folder).with("anna");
                ImapTestClient client = server.connect()) {
            byte[] certificate = MessageDigest.getInstance("SHA-256")
                    .digest(client.certificate().getEncoded());
            byte[] another = certificate.clone();
            another[0] ^= 1;
            String header = "p=tls-server-end-point,,";
            assertThat(new ScramTestClient("anna", StoreServer.PASSWORD, header, another)
                            .authenticate(client, "SCRAM-SHA-256-PLUS"))
                    .startsWith("NO [AUTHENTICATIONFAILED] ");
            assertThat(new ScramTestClient("anna", StoreServer.PASSWORD, header, certificate)
                            .authenticate(client, "SCRAM-SHA-256-PLUS"))
                    .startsWith("OK ");
        }
    }

    @Test
    void clientThatWasNotOfferedBindingThoughItCouldIsRefused() throws Exception {
        try (StoreServer server = StoreServer.start(folder).with("anna");
                ImapTestClient client = server.connect()) {
            assertThat(scram("anna", StoreServer.PASSWORD, "y,,").authenticate(client, "SCRAM-SHA-256"))
                    .startsWith("NO [AUTHENTICATIONFAILED] ");
            client.ok("LOGIN anna " + StoreServer.PASSWORD);
        }
    }

    @Test
    void scramIsOfferedOnceEveryAccountHasKeysWhichALoginMakes() throws Exception {
        try (StoreServer server = StoreServer.start(folder).withOld("anna")) {
            try (ImapTestClient client = ImapTestClient.tls(server.imaps(), null)) {
                assertThat(client.line()).contains("AUTH=PLAIN").doesNotContain("SCRAM");
                assertThat(client.status("AUTHENTICATE SCRAM-SHA-256 " + base64("n,,n=anna,r=abc")))
                        .startsWith("NO ");
                client.ok("LOGIN anna " + StoreServer.PASSWORD);
            }
            assertThat(server.live().accounts().find("anna").orElseThrow().scramKeys())
                    .startsWith("SCRAM-SHA-256$10000:");
        }
    }

    @Test
    void plainTakesItsResponseWithTheCommandOrAfterIt() throws Exception {
        try (StoreServer server = StoreServer.start(folder).with("anna")) {
            try (ImapTestClient client = server.connect()) {
                client.ok("AUTHENTICATE PLAIN " + base64("\0anna\0" + StoreServer.PASSWORD));
            }
            try (ImapTestClient client = server.connect()) {
                client.send("a AUTHENTICATE PLAIN\r\n");
                assertThat(client.line()).startsWith("+");
                client.send(base64("anna\0anna\0" + StoreServer.PASSWORD) + "\r\n");
                assertThat(client.line()).startsWith("a OK ");
            }
        }
    }

    @Test
    void plainForSomebodyElseIsRefusedAndTheConnectionLives() throws Exception {
        try (StoreServer server = StoreServer.start(folder).with("anna").with("bert");
                ImapTestClient client = server.connect()) {
            assertThat(client.status("AUTHENTICATE PLAIN " + base64("bert\0anna\0" + StoreServer.PASSWORD)))
                    .startsWith("NO [AUTHORIZATIONFAILED] ");
            assertThat(client.status("AUTHENTICATE PLAIN " + base64("\0bert*anna\0" + StoreServer.PASSWORD)))
                    .startsWith("NO [AUTHENTICATIONFAILED] ");
            assertThat(client.status("AUTHENTICATE PLAIN !")).startsWith("BAD ");
            client.ok("LOGIN anna " + StoreServer.PASSWORD);
        }
    }

    @Test
    void loginMechanismAsksForNameAndPassword() throws Exception {
        try (StoreServer server = StoreServer.start(folder).with("anna");
                ImapTestClient client = server.connect()) {
            client.send("a AUTHENTICATE LOGIN\r\n");
            assertThat(client.line()).isEqualTo("+ " + base64("Username:"));
            client.send(base64("anna") + "\r\n");
            assertThat(client.line()).isEqualTo("+ " + base64("Password:"));
            client.send("*\r\n");
            assertThat(client.line()).startsWith("a BAD ");
            client.send("b AUTHENTICATE LOGIN " + base64("anna") + "\r\n");
            client.line();
            client.send(base64(StoreServer.PASSWORD) + "\r\n");
            assertThat(client.line()).startsWith("b OK ");
        }
    }

    @Test
    void noMechanismIsOfferedOrWorksBeforeTls() throws Exception {
        try (StoreServer server = StoreServer.start(folder).with("anna");
                ImapTestClient client = ImapTestClient.plain(server.imap())) {
            assertThat(client.line())
                    .contains(" LOGINDISABLED")
                    .doesNotContain("AUTH=")
                    .doesNotContain("SASL-IR");
            for (String mechanism : new String[] {"PLAIN", "LOGIN", "SCRAM-SHA-256", "SCRAM-SHA-256-PLUS"}) {
                assertThat(client.status("AUTHENTICATE " + mechanism + " AAAA"))
                        .as(mechanism)
                        .startsWith("NO [PRIVACYREQUIRED] ");
            }
            client.ok("STARTTLS");
            client.startTls(server.imap());
            assertThat(scram("anna", StoreServer.PASSWORD, "n,,").authenticate(client, "SCRAM-SHA-256"))
                    .startsWith("OK ");
        }
    }

    @Test
    void usersHaveSoManyConnectionsAndNoMore() throws Exception {
        try (StoreServer server = StoreServer.start(folder, "limits.connections-per-user = 2")
                        .with("anna")
                        .with("bert");
                ImapTestClient one = server.login("anna");
                ImapTestClient two = server.login("anna");
                ImapTestClient three = server.connect();
                ImapTestClient other = server.login("bert")) {
            assertThat(three.status("LOGIN anna " + StoreServer.PASSWORD)).startsWith("NO [LIMIT] ");
            one.ok("LOGOUT");
            one.untilClosed();
            await().untilAsserted(() -> assertThat(three.status("LOGIN anna " + StoreServer.PASSWORD))
                    .startsWith("OK "));
            two.ok("NOOP");
            other.ok("NOOP");
        }
    }

    @Test
    @SuppressWarnings("try")
    void addressesHaveSoManyConnectionsAndNoMore() throws Exception {
        try (StoreServer server = StoreServer.start(folder, "limits.connections-per-address = 2")
                        .with("anna");
                ImapTestClient one = server.login("anna");
                ImapTestClient two = server.login("anna");
                ImapTestClient three = ImapTestClient.plain(server.imap())) {
            assertThat(three.untilClosed()).singleElement().asString().startsWith("* BYE [LIMIT] ");
            two.close();
            one.ok("NOOP");
        }
    }

    private static ScramTestClient scram(String user, String password, String header) {
        return new ScramTestClient(user, password, header, UNBOUND);
    }

    private static String base64(String text) {
        return Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8));
    }
}
