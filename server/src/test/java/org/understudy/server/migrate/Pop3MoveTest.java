package org.understudy.server.migrate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.understudy.restore.migrate.MemberState;
import org.understudy.server.imap.ImapTestClient;
import org.understudy.server.imap.StoreServer;

/** Programs that leave mail on Debian's Dovecot, and fetch from here after their user has moved. */
final class Pop3MoveTest {
    private static final String USER = "anna";

    @TempDir
    Path folder;

    @BeforeEach
    void programs() throws Exception {
        assumeTrue(OldDovecot.isInstalled(), "Debian's Dovecot 2.3 or openssl is not installed");
        assumeTrue(OldDovecot.servesPop3(), "Debian's dovecot-pop3d is not installed");
    }

    private static void deliver(OldDovecot old, int number) throws Exception {
        try (ImapTestClient client = ImapTestClient.plain(old.plain())) {
            client.line();
            client.ok("LOGIN " + USER + " " + OldDovecot.PASSWORD);
            String message = "From: ben@example.org\r\nSubject: number " + number + "\r\n\r\ntext " + number + "\r\n";
            client.send("a APPEND INBOX {" + message.length() + "}\r\n");
            client.line();
            client.send(message + "\r\n");
            assertThat(client.until("a").getLast()).startsWith("a OK");
        }
    }

    /** Numbers 1 to 6, the third gone, the sixth octet for octet the fifth. */
    private static void furnish(OldDovecot old) throws Exception {
        for (int number : List.of(1, 2, 3, 4, 5, 5)) {
            deliver(old, number);
        }
        try (ImapTestClient client = ImapTestClient.plain(old.plain())) {
            client.line();
            client.ok("LOGIN " + USER + " " + OldDovecot.PASSWORD);
            client.ok("SELECT INBOX");
            client.ok("UID STORE 3 +FLAGS (\\Deleted)");
            client.ok("EXPUNGE");
        }
    }

    /** What UIDL says. */
    private static List<String> ids(InetSocketAddress server) throws Exception {
        try (ImapTestClient client = ImapTestClient.tls(server, null)) {
            assertThat(client.line()).startsWith("+OK");
            for (String command : List.of("USER " + USER, "PASS " + OldDovecot.PASSWORD, "UIDL")) {
                client.send(command + "\r\n");
                assertThat(client.line()).as(command).startsWith("+OK");
            }
            List<String> ids = new ArrayList<>();
            for (String line = client.line(); !line.equals("."); line = client.line()) {
                ids.add(line.substring(line.indexOf(' ') + 1));
            }
            client.send("QUIT\r\n");
            assertThat(client.line()).startsWith("+OK");
            return ids;
        }
    }

    /** Our server with the certificate of the old one, at its port. */
    private StoreServer start(OldDovecot old) throws Exception {
        return StoreServer.start(
                folder.resolve("new"),
                "listeners.pop3s { enabled = true, host = 127.0.0.1, port = "
                        + old.pop3s().getPort() + " }",
                "tls { certificate = \"" + old.certificate() + "\", key = \""
                        + old.certificate().resolveSibling("key.pem") + "\" }");
    }

    private static void cutOver(House house) throws Exception {
        assertThat(House.only(house.round()).why()).isEmpty();
        assertThat(House.only(house.cutOver()).state()).isEqualTo(MemberState.CUT_OVER);
    }

    private List<String> fetched() throws IOException {
        List<String> numbers = new ArrayList<>();
        try (Stream<Path> files = Files.list(folder.resolve("fetched"))) {
            for (Path file : (Iterable<Path>) files::iterator) {
                Files.readString(file, StandardCharsets.ISO_8859_1)
                        .lines()
                        .filter(line -> line.startsWith("Subject: number "))
                        .forEach(line -> numbers.add(line.substring("Subject: number ".length())));
            }
        }
        return numbers;
    }

    private Path script() throws IOException {
        Path to = Files.createDirectories(folder.resolve("fetched"));
        Path script = folder.resolve("deliver");
        Files.writeString(script, "#!/bin/sh\nexec cat > \"$(mktemp " + to + "/mail.XXXXXXXX)\"\n");
        Files.setPosixFilePermissions(script, PosixFilePermissions.fromString("rwx------"));
        return script;
    }

    private void fetchmail(OldDovecot old) throws Exception {
        Path settings = folder.resolve("fetchmailrc");
        Files.writeString(
                settings,
                "set idfile \"" + folder.resolve("fetchids") + "\"\npoll localhost protocol POP3 service "
                        + old.pop3s().getPort() + " uidl\n  user " + USER + " password " + OldDovecot.PASSWORD
                        + " ssl sslcertck sslcertfile " + old.certificate() + " keep mda \"" + script() + "\"\n");
        Files.setPosixFilePermissions(settings, PosixFilePermissions.fromString("rw-------"));
        // 1 says that there was nothing new
        OldDovecot.said(
                List.of("sh", "-c", "HOME=" + folder + " fetchmail --nosyslog -f " + settings + " || test $? = 1"));
    }

    private void getmail(OldDovecot old) throws Exception {
        Path home = Files.createDirectories(folder.resolve("getmail"));
        Files.writeString(home.resolve("getmailrc"), """
                [retriever]
                type = SimplePOP3SSLRetriever
                server = localhost
                port = %d
                username = %s
                password = %s
                ca_certs = %s

                [destination]
                type = MDA_external
                path = %s
                allow_root_commands = true
                unixfrom = false

                [options]
                delete = false
                read_all = false
                delivered_to = false
                received = false
                """.formatted(
                        old.pop3s().getPort(), USER, OldDovecot.PASSWORD, old.certificate(), script()));
        OldDovecot.said(List.of("getmail", "--getmaildir=" + home, "--rcfile=getmailrc"));
    }

    @Test
    void fetchmailAndGetmailFetchNothingAgain() throws Exception {
        for (String program : List.of("fetchmail", "getmail")) {
            assumeTrue(Files.isExecutable(Path.of("/usr/bin", program)), program + " is not installed");
        }
        List<String> twice = List.of("1", "1", "2", "2", "4", "4", "5", "5", "5", "5");
        try (House house = new House(folder.resolve("new/data"))) {
            OldDovecot old = OldDovecot.start(folder.resolve("old"));
            List<String> before;
            try (old) {
                furnish(old);
                fetchmail(old);
                getmail(old);
                assertThat(fetched()).containsExactlyInAnyOrderElementsOf(twice);
                deliver(old, 7);
                before = ids(old.pop3s());
                house.from(old.tls(), true, old.certificate(), OldDovecot.MASTER, OldDovecot.MASTER_PASSWORD)
                        .login(USER, OldDovecot.PASSWORD);
                cutOver(house);
            }
            house.shut();
            try (StoreServer server = start(old)) {
                assertThat(ids(old.pop3s())).isEqualTo(before);
                fetchmail(old);
                getmail(old);
                List<String> all = new ArrayList<>(twice);
                all.addAll(List.of("7", "7"));
                assertThat(fetched()).as("only what had arrived since is new").containsExactlyInAnyOrderElementsOf(all);
                assertThat(server.live().accounts().find(USER)).isPresent();
            }
            house.reopen();
        }
    }

    /** Dovecot notes an id in its list where mail came to it from another server. */
    @Test
    void idsThatDovecotHasNotedForSingleMessagesComeOverFromMaildirs() throws Exception {
        try (House house = new House(folder.resolve("new/data"))) {
            OldDovecot old = OldDovecot.start(folder.resolve("old"));
            List<String> before;
            try (old) {
                furnish(old);
                Path list = old.maildir(USER).resolve("dovecot-uidlist");
                Files.writeString(list, Files.readString(list).replaceFirst("(?m)^2 ", "2 PUID42-1234567 "));
                before = ids(old.pop3s());
                assertThat(before).hasSize(5).contains("UID42-1234567");
                Path maildirs = Files.createDirectory(folder.resolve("vmail"));
                Files.createSymbolicLink(maildirs.resolve(USER), old.maildir(USER));
                house.fromMaildirs(maildirs).login(USER, OldDovecot.PASSWORD);
                cutOver(house);
            }
            house.shut();
            try (StoreServer server = start(old)) {
                assertThat(ids(old.pop3s())).isEqualTo(before);
                assertThat(server.live().accounts().find(USER)).isPresent();
            }
            house.reopen();
        }
    }
}
