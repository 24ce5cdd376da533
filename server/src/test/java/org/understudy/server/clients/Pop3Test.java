package org.understudy.server.clients;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Set;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509TrustManager;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.understudy.restore.RestoreOperations;
import org.understudy.restore.workflow.UndoRestore;
import org.understudy.server.config.Configuration.Listener;
import org.understudy.server.config.DeliverySettings;
import org.understudy.storage.UniqueIds;
import org.understudy.storage.keyspace.Author;

/** POP3 as mail programs speak it. */
class Pop3Test {
    @TempDir
    Path folder;

    private ServerUnderClients server;

    static DeliverySettings settings() {
        DeliverySettings none = DeliverySettings.NONE;
        Listener any = new Listener(true, "127.0.0.1", 0);
        return new DeliverySettings(
                none.lmtp(), null, none.lmtpClients(), 100, any, any, Map.of(), "+", Set.of(), false);
    }

    @BeforeEach
    void start() throws Exception {
        server = ServerUnderClients.start(folder.resolve("data"), settings(), "anna", "bert");
    }

    @AfterEach
    void stop() {
        server.close();
    }

    static SSLContext trusting() throws Exception {
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(
                null,
                new TrustManager[] {
                    new X509TrustManager() {
                        @Override
                        public void checkClientTrusted(X509Certificate[] chain, String type) {}

                        @Override
                        public void checkServerTrusted(X509Certificate[] chain, String type) {}

                        @Override
                        public X509Certificate[] getAcceptedIssuers() {
                            return new X509Certificate[0];
                        }
                    }
                },
                null);
        return context;
    }

    private LineClient connect() throws Exception {
        InetSocketAddress address = server.listener("pop3s");
        Socket socket = trusting().getSocketFactory().createSocket(address.getAddress(), address.getPort());
        LineClient client = LineClient.over(socket);
        assertThat(client.line()).startsWith("+OK ").endsWith(" Understudy POP3");
        return client;
    }

    private LineClient login(String user) throws Exception {
        LineClient client = connect();
        assertThat(client.ask("USER " + user)).startsWith("+OK");
        assertThat(client.ask("PASS " + ServerUnderClients.PASSWORD)).startsWith("+OK");
        return client;
    }

    private static List<String> many(LineClient client, String command) throws IOException {
        assertThat(client.ask(command)).startsWith("+OK");
        return client.lines();
    }

    private void append(String message) throws Exception {
        try (WireClient imap = server.login("anna")) {
            imap.await(imap.sendAppend("INBOX", "() ", message.getBytes(StandardCharsets.ISO_8859_1)));
        }
    }

    @Test
    void listsAndGivesMessagesInOctets() throws Exception {
        append("Subject: one\r\n\r\n.dot\r\n..\r\n.\r\nend");
        append("Subject: two\n\nbare\n.\nlines\n");
        try (LineClient client = login("anna")) {
            assertThat(client.ask("STAT")).isEqualTo("+OK 2 64");
            assertThat(many(client, "LIST")).containsExactly("1 32", "2 32");
            assertThat(client.ask("LIST 2")).isEqualTo("+OK 2 32");
            assertThat(client.ask("LIST 3")).startsWith("-ERR");
            assertThat(many(client, "RETR 1")).containsExactly("Subject: one", "", "..dot", "...", "..", "end");
            assertThat(many(client, "RETR 2")).containsExactly("Subject: two", "", "bare", "..", "lines");
            assertThat(many(client, "TOP 1 0")).containsExactly("Subject: one", "");
            assertThat(many(client, "TOP 1 2")).containsExactly("Subject: one", "", "..dot", "...");
            assertThat(many(client, "TOP 2 99")).hasSize(5);
            assertThat(client.ask("TOP 1")).startsWith("-ERR");
            assertThat(client.ask("RETR 0")).startsWith("-ERR");
            assertThat(client.ask("RETR 99999999999999999999")).startsWith("-ERR");
        }
    }

    @Test
    void givesALargeMessageWhole() throws Exception {
        String lines = (".x" + "y".repeat(70) + "\r\n").repeat(40_000);
        append("Subject: large\r\n\r\n" + lines);
        try (LineClient client = login("anna")) {
            List<String> got = many(client, "RETR 1");
            assertThat(got).hasSize(40_002);
            assertThat(got.subList(2, got.size())).allMatch(("..x" + "y".repeat(70))::equals);
            assertThat(client.ask("LIST 1")).isEqualTo("+OK 1 " + (18 + lines.length()));
        }
    }

    @Test
    void deletesAtQuitAndNotBefore() throws Exception {
        append("Subject: one\r\n\r\n1\r\n");
        append("Subject: two\r\n\r\n2\r\n");
        append("Subject: three\r\n\r\n3\r\n");
        try (LineClient client = login("anna")) {
            assertThat(client.ask("DELE 1")).startsWith("+OK");
            assertThat(client.ask("DELE 1")).startsWith("-ERR");
            assertThat(client.ask("RETR 1")).startsWith("-ERR");
            assertThat(many(client, "LIST")).hasSize(2);
        }
        assertThat(server.state("anna", "INBOX").messages()).isEqualTo(3);
        try (LineClient client = loginWhenFree()) {
            client.raw("DELE 1\r\nDELE 3\r\nRSET\r\nDELE 2\r\nSTAT\r\nQUIT\r\n");
            for (String expected : List.of("+OK", "+OK", "+OK 3", "+OK", "+OK 2 ", "+OK Bye")) {
                assertThat(client.line()).startsWith(expected);
            }
            assertThat(client.closed()).isTrue();
        }
        assertThat(server.state("anna", "INBOX").messages()).isEqualTo(2);
        try (LineClient client = loginWhenFree()) {
            assertThat(many(client, "TOP 2 0")).contains("Subject: three");
        }
    }

    private LineClient loginWhenFree() {
        return Awaitility.await("the maildrop to be free")
                .atMost(Duration.ofSeconds(30))
                .ignoreExceptionsMatching(e -> e instanceof IOException)
                .ignoreExceptionsMatching(
                        e -> e.getMessage() != null && e.getMessage().contains("IN-USE"))
                .until(() -> login("anna"), client -> true);
    }

    @Test
    void aMaildropIsForOneSessionAtATime() throws Exception {
        try (LineClient first = login("anna");
                LineClient second = connect()) {
            assertThat(second.ask("USER anna")).startsWith("+OK");
            assertThat(second.ask("PASS " + ServerUnderClients.PASSWORD)).startsWith("-ERR [IN-USE] ");
            assertThat(first.ask("QUIT")).startsWith("+OK");
            assertThat(second.ask("USER anna")).startsWith("+OK");
            assertThat(second.ask("PASS " + ServerUnderClients.PASSWORD)).startsWith("+OK");
        }
    }

    @Test
    void logsInByAllMechanismsAndTellsWhy() throws Exception {
        try (LineClient client = connect()) {
            assertThat(many(client, "CAPA"))
                    .contains("TOP", "UIDL", "USER", "RESP-CODES", "AUTH-RESP-CODE", "PIPELINING", "UTF8")
                    .anyMatch(line -> line.startsWith("SASL PLAIN LOGIN"));
            assertThat(client.ask("STAT")).startsWith("-ERR");
            assertThat(client.ask("PASS x")).startsWith("-ERR");
            assertThat(client.ask("AUTH NONE")).startsWith("-ERR");
            assertThat(client.ask("AUTH PLAIN")).isEqualTo("+ ");
            assertThat(client.ask("*")).startsWith("-ERR");
            assertThat(client.ask("USER anna")).startsWith("+OK");
            assertThat(client.ask("PASS wrong")).startsWith("-ERR [AUTH] ");
            String plain = Base64.getEncoder()
                    .encodeToString(("\0anna\0" + ServerUnderClients.PASSWORD).getBytes(StandardCharsets.UTF_8));
            assertThat(client.ask("AUTH PLAIN " + plain)).startsWith("+OK 0 messages");
            assertThat(many(client, "CAPA")).doesNotContain("USER").noneMatch(line -> line.startsWith("SASL"));
        }
    }

    @Test
    void theThirdWrongPasswordEndsTheConnection() throws Exception {
        try (LineClient client = connect()) {
            for (int i = 0; i < 3; i++) {
                assertThat(client.ask("USER anna")).startsWith("+OK");
                assertThat(client.ask("PASS wrong" + i)).startsWith("-ERR [AUTH] ");
            }
            assertThat(client.closed()).isTrue();
        }
    }

    @Test
    void withoutTlsNobodyLogsIn() throws Exception {
        try (LineClient client = LineClient.connect(server.listener("pop3"))) {
            assertThat(client.line()).startsWith("+OK");
            assertThat(many(client, "CAPA")).contains("STLS").doesNotContain("USER");
            assertThat(client.ask("USER anna")).startsWith("-ERR");
            assertThat(client.ask("AUTH PLAIN AGFubmEAeA==")).startsWith("-ERR");
            client.raw("STLS\r\nUSER injected\r\n");
            assertThat(client.line()).startsWith("+OK");
            client.goOn(trusting()
                    .getSocketFactory()
                    .createSocket(client.socket(), "localhost", client.socket().getPort(), true));
            assertThat(client.ask("PASS x")).startsWith("-ERR USER comes first");
            assertThat(client.ask("USER anna")).startsWith("+OK");
            assertThat(client.ask("PASS " + ServerUnderClients.PASSWORD)).startsWith("+OK");
        }
    }

    @Test
    void uniqueIdsAreTheSameAfterARestoreAndAfterItIsUndone() throws Exception {
        RestoredMail.fill(server);
        List<String> own = ids();
        new UniqueIds(server.live().settings())
                .keep("anna", Map.of(own.get(1), "0000002a5f", own.get(4), "%~!"), new Author.Housekeeping("test"));
        List<String> before = ids();
        assertThat(before.subList(0, 5)).containsExactly(own.get(0), "0000002a5f", own.get(2), own.get(3), "%~!");
        assertThat(before)
                .hasSize(RestoredMail.MESSAGES)
                .doesNotHaveDuplicates()
                .allMatch(id -> id.matches("[!-~]{1,70}"));
        assertThat(own.get(1)).isEqualTo(own.get(0) + ".2");
        RestoredMail.lose(server);
        List<String> lost = ids();
        assertThat(before).containsAll(lost);
        String restore = RestoredMail.restore(server, folder);
        assertThat(ids()).containsExactlyInAnyOrderElementsOf(before);
        append("Subject: never seen\r\n\r\nnew\r\n");
        assertThat(ids()).hasSize(7).containsAll(before).doesNotHaveDuplicates();
        server.run(RestoreOperations.undo(), new UndoRestore.Request(restore));
        assertThat(ids()).hasSize(4).containsAll(lost);
    }

    private List<String> ids() throws Exception {
        try (LineClient client = loginWhenFree()) {
            List<String> ids = many(client, "UIDL").stream()
                    .map(line -> line.substring(line.indexOf(' ') + 1))
                    .toList();
            assertThat(client.ask("QUIT")).startsWith("+OK");
            return ids;
        }
    }
}
