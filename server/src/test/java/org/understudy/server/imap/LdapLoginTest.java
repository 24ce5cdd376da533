package org.understudy.server.imap;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.understudy.server.account.Presence;
import org.understudy.server.ldap.TestDirectory;
import org.understudy.storage.keyspace.MailboxPath;

/** Users of a directory over IMAP, beside those of the store. */
@Timeout(120)
final class LdapLoginTest {
    @TempDir
    private Path folder;

    private TestDirectory directory;

    @BeforeEach
    void start() throws Exception {
        directory = TestDirectory.start(folder)
                .with("dora", "mail: dora@example.org", "mailAlternateAddress: d.alt@example.org", "mailQuota: 3072000")
                .with("anna", "mail: other.anna@example.org")
                .with("emil");
    }

    @AfterEach
    void stop() {
        directory.close();
    }

    private static String login(StoreServer server, String user, String password) throws Exception {
        try (ImapTestClient client = server.connect()) {
            return client.status("LOGIN " + user + " " + password);
        }
    }

    @Test
    void usersOfTheDirectoryLogInByAnyOfTheirNamesAndFindTheirMailboxes() throws Exception {
        try (StoreServer server =
                StoreServer.start(folder, directory.configuration()).with("anna")) {
            try (ImapTestClient client = server.connect()) {
                client.ok("LOGIN dora@example.org " + TestDirectory.PASSWORD);
                assertThat(client.ok("GETQUOTAROOT INBOX")).anyMatch(line -> line.contains("STORAGE 0 3000"));
                client.ok("CREATE Mine");
            }
            try (ImapTestClient client = server.connect()) {
                String plain = Base64.getEncoder()
                        .encodeToString(("\0DORA\0" + TestDirectory.PASSWORD).getBytes(StandardCharsets.UTF_8));
                assertThat(client.status("AUTHENTICATE PLAIN " + plain)).startsWith("OK ");
                client.ok("SELECT Mine");
                client.ok("SELECT Sent");
            }
            assertThat(login(server, "dora", "wrong")).startsWith("NO [AUTHENTICATIONFAILED] ");
            assertThat(login(server, "nobody", "wrong")).startsWith("NO [AUTHENTICATIONFAILED] ");
        }
    }

    @Test
    void theStoresAccountCountsWhereBothHaveOne() throws Exception {
        try (StoreServer server =
                StoreServer.start(folder, directory.configuration()).with("emil")) {
            directory
                    .server()
                    .modify(
                            "dn: uid=emil,ou=people," + TestDirectory.BASE,
                            "changetype: modify",
                            "replace: userPassword",
                            "userPassword: ldap-only");
            assertThat(login(server, "emil", StoreServer.PASSWORD)).startsWith("OK ");
            assertThat(login(server, "emil", "ldap-only")).startsWith("NO [AUTHENTICATIONFAILED] ");
        }
    }

    /** The directory's other.anna would get the mailboxes of the store's anna. */
    @Test
    void addressInTheDirectoryOpensNoAccountOfTheStore() throws Exception {
        try (StoreServer server =
                StoreServer.start(folder, directory.configuration()).with("anna")) {
            assertThat(login(server, "other.anna@example.org", TestDirectory.PASSWORD))
                    .startsWith("NO [AUTHENTICATIONFAILED] ");
            assertThat(server.accounts().presence("other.anna@example.org")).isEqualTo(new Presence.No());
        }
    }

    @Test
    void scramIsNotOfferedSinceItCannotWorkForAll() throws Exception {
        try (StoreServer server =
                        StoreServer.start(folder, directory.configuration()).with("anna");
                ImapTestClient client = ImapTestClient.tls(server.imaps(), null)) {
            assertThat(client.line()).contains(" AUTH=PLAIN ").doesNotContain("SCRAM");
            assertThat(client.status("AUTHENTICATE SCRAM-SHA-256")).startsWith("NO ");
        }
    }

    @Test
    void directoryThatIsAwayIsATemporaryRefusalAndRememberedLoginsGoOn() throws Exception {
        try (StoreServer server =
                StoreServer.start(folder, directory.configuration()).with("bert")) {
            assertThat(login(server, "dora", TestDirectory.PASSWORD)).startsWith("OK ");
            assertThat(server.accounts().presence("emil")).isEqualTo(new Presence.Yes("emil"));
            directory.away();
            assertThat(login(server, "dora", TestDirectory.PASSWORD)).startsWith("OK ");
            assertThat(login(server, "dora", "wrong")).startsWith("NO [UNAVAILABLE] ");
            assertThat(login(server, "nobody", "wrong")).startsWith("NO [UNAVAILABLE] ");
            assertThat(login(server, "bert", StoreServer.PASSWORD)).startsWith("OK ");
            assertThat(login(server, "bert", "wrong")).startsWith("NO [AUTHENTICATIONFAILED] ");
            assertThat(server.accounts().presence("nobody")).isInstanceOf(Presence.Unknown.class);
            assertThat(server.accounts().presence("bert")).isEqualTo(new Presence.Yes("bert"));
            assertThat(server.accounts().counts().seen().refused()).isEqualTo(1);
            directory.back();
            await().atMost(Duration.ofSeconds(30))
                    .untilAsserted(() ->
                            assertThat(server.accounts().presence("nobody")).isEqualTo(new Presence.No()));
            assertThat(login(server, "emil", TestDirectory.PASSWORD)).startsWith("OK ");
        }
    }

    @Test
    void usersWithoutMailboxesAreRefusedWhereNoneShallBeMade() throws Exception {
        try (StoreServer server = StoreServer.start(folder, directory.configuration("create-mailboxes = false"))) {
            assertThat(login(server, "dora", TestDirectory.PASSWORD))
                    .isEqualTo("NO [AUTHORIZATIONFAILED] LOGIN failed. There are no mailboxes for you on this server;"
                            + " ask who runs it.");
        }
    }

    /** Mail for those who have never logged in, and for nobody, and while the directory is away. */
    @Test
    void mailIsTakenForUsersOfTheDirectory() throws Exception {
        String configuration =
                directory.configuration("recipient-filter = \"(|(mail={user})(mailAlternateAddress={user}))\"")
                        + "\nlisteners.lmtp { enabled = true, port = 0 }\n";
        try (StoreServer server = StoreServer.start(folder, configuration).with("anna");
                Socket socket = new Socket(
                        server.listener("lmtp").getAddress(),
                        server.listener("lmtp").getPort())) {
            socket.setSoTimeout(60_000);
            BufferedReader in =
                    new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.UTF_8));
            OutputStream out = socket.getOutputStream();
            assertThat(in.readLine()).startsWith("220 ");
            assertThat(ask(in, out, "LHLO mx.example")).startsWith("250 ");
            assertThat(ask(in, out, "MAIL FROM:<s@example.net>")).startsWith("250 ");
            assertThat(ask(in, out, "RCPT TO:<dora@example.org>")).startsWith("250 2.1.5 ");
            assertThat(ask(in, out, "RCPT TO:<D.Alt+lists@example.org>")).startsWith("250 2.1.5 ");
            assertThat(ask(in, out, "RCPT TO:<nobody@example.org>")).startsWith("550 5.1.1 ");
            assertThat(login(server, "d.alt@example.org", TestDirectory.PASSWORD))
                    .as("an address for mail alone is no name to log in by")
                    .startsWith("NO [AUTHENTICATIONFAILED] ");
            assertThat(ask(in, out, "DATA")).startsWith("354 ");
            assertThat(ask(in, out, "Subject: x\r\n\r\nhello\r\n.")).startsWith("250 ");
            assertThat(in.readLine()).as("for the second recipient").startsWith("250 ");
            directory.away();
            assertThat(ask(in, out, "MAIL FROM:<s@example.net>")).startsWith("250 ");
            assertThat(ask(in, out, "RCPT TO:<someone@example.org>")).startsWith("451 4.4.3 ");
            assertThat(server.live().mailboxes().ofOwner(MailboxPath.PRIVATE, "dora"))
                    .anySatisfy(row -> assertThat(
                                    server.live().mailboxes().state(row.id()).messages())
                            .isEqualTo(1));
        }
    }

    private static String ask(BufferedReader in, OutputStream out, String line) throws IOException {
        out.write((line + "\r\n").getBytes(StandardCharsets.UTF_8));
        String answer = in.readLine();
        while (answer != null && answer.length() > 3 && answer.charAt(3) == '-') {
            answer = in.readLine();
        }
        return String.valueOf(answer);
    }
}
