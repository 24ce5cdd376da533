package org.understudy.server.clients;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.understudy.server.account.Aliases;
import org.understudy.server.config.Configuration.Listener;
import org.understudy.server.config.DeliverySettings;
import org.understudy.storage.keyspace.Author;
import org.understudy.storage.keyspace.Flags;
import org.understudy.storage.keyspace.MailboxPath;
import org.understudy.storage.keyspace.MailboxRow;
import org.understudy.storage.keyspace.MessageFacts;

/** LMTP as transfer agents speak it, and as they should not. */
class LmtpTest {
    private static final String MAIL = "Subject: x\r\n\r\nhello\r\n";

    @TempDir
    Path folder;

    private ServerUnderClients server;
    private LineClient client;

    @BeforeEach
    void start() throws Exception {
        server = ServerUnderClients.start(folder.resolve("data"), settings(false), "anna", "bert", "eva@example.org");
        client = connect();
    }

    private DeliverySettings settings(boolean each) {
        DeliverySettings none = DeliverySettings.NONE;
        return new DeliverySettings(
                new Listener(true, "127.0.0.1", 0),
                folder.resolve("lmtp.sock"),
                none.lmtpClients(),
                100,
                none.pop3s(),
                none.pop3(),
                none.proxies(),
                "+",
                Set.of("here.example"),
                each);
    }

    private LineClient connect() throws IOException {
        LineClient made = LineClient.connect(server.listener("lmtp"));
        assertThat(made.line()).startsWith("220 ").endsWith(" Understudy LMTP");
        return made;
    }

    @AfterEach
    void stop() throws Exception {
        client.close();
        server.close();
    }

    private void hello() throws IOException {
        client.say("LHLO mx.example");
        assertThat(client.reply()).last().asString().startsWith("250 ");
    }

    /** A transaction that is expected to go well. @return the replies after the message */
    private List<String> send(String message, String... recipients) throws IOException {
        assertThat(client.ask("MAIL FROM:<sender@example.net>")).startsWith("250 2.1.0 ");
        for (String recipient : recipients) {
            assertThat(client.ask("RCPT TO:<" + recipient + ">")).startsWith("250 2.1.5 ");
        }
        assertThat(client.ask("DATA")).startsWith("354 ");
        client.raw(message + ".\r\n");
        List<String> replies = new ArrayList<>();
        for (String recipient : recipients) {
            replies.add(client.line());
        }
        return replies;
    }

    private List<MessageFacts> mail(String user, String mailbox) {
        MailboxRow row =
                server.live().mailboxes().find(MailboxPath.of(user, mailbox)).orElseThrow();
        List<MessageFacts> facts = new ArrayList<>();
        server.live().messages().scan(row.id(), 1, 0xFFFF_FFFFL, facts::add);
        return facts;
    }

    private String text(MessageFacts message) {
        return new String(server.live().bodies().read(message.body()), StandardCharsets.ISO_8859_1);
    }

    private String only(String user) {
        assertThat(mail(user, "INBOX")).hasSize(1);
        return text(mail(user, "INBOX").getFirst());
    }

    @Test
    void deliversWithTraceFieldsAndTheRestUnchanged() throws Exception {
        client.say("LHLO mx.example");
        assertThat(client.reply().stream().map(line -> line.substring(4)))
                .contains(
                        "PIPELINING",
                        "8BITMIME",
                        "SMTPUTF8",
                        "SIZE 67108864",
                        "ENHANCEDSTATUSCODES",
                        "CHUNKING",
                        "STARTTLS");
        Instant before = Instant.now();
        String message = "Subject: gr\u00fc\u00dfe\r\n\r\n..one\r\n...\r\na bare\nline\n.\nand a\rcr\r\n\t \r\n";
        assertThat(send(message, "anna@here.example").getFirst())
                .matches("250 2\\.0\\.0 Stored for <anna@here\\.example> as [0-9a-f]{20}");
        assertThat(only("anna"))
                .matches("(?s)Return-Path: <sender@example.net>\r\nDelivered-To: anna@here.example\r\n"
                        + "Received: from mx.example \\(\\[127.0.0.1]\\)\r\n\tby \\S+ with LMTP id [0-9a-f]{20}\r\n"
                        + "\tfor <anna@here.example>;\r\n\t\\w{3}, \\d+ \\w{3} \\d{4} [0-9:]{8} \\+0000\r\n"
                        + "Subject: .*")
                .endsWith("Subject: gr\u00fc\u00dfe\r\n\r\n.one\r\n..\r\na bare\nline\n.\nand a\rcr\r\n\t \r\n");
        MessageFacts facts = mail("anna", "INBOX").getFirst();
        assertThat(facts.internalDate())
                .isAfterOrEqualTo(before.minusMillis(1))
                .isBefore(Instant.now().plusMillis(1));
        MailboxRow inbox =
                server.live().mailboxes().find(MailboxPath.of("anna", "INBOX")).orElseThrow();
        assertThat(server.live()
                        .messages()
                        .flags(inbox.id(), facts.uid())
                        .orElseThrow()
                        .flags())
                .isEqualTo(Flags.NONE.with(Flags.RECENT));
    }

    @Test
    void answersForEachRecipientInOrderAndStoresTheBodyOnce() throws Exception {
        hello();
        client.raw(
                "MAIL FROM:<>\r\nRCPT TO:<anna>\r\nRCPT TO:<nobody@here.example>\r\nRCPT TO:<BERT@Here.Example>\r\nDATA\r\n");
        assertThat(client.line()).startsWith("250 2.1.0 ");
        assertThat(client.line()).startsWith("250 2.1.5 ");
        assertThat(client.line()).startsWith("550 5.1.1 ");
        assertThat(client.line()).startsWith("250 2.1.5 ");
        assertThat(client.line()).startsWith("354 ");
        client.raw(MAIL + ".\r\n");
        assertThat(client.line()).startsWith("250 2.0.0 Stored for <anna>");
        assertThat(client.line()).startsWith("250 2.0.0 Stored for <BERT@Here.Example>");
        assertThat(only("anna")).startsWith("Return-Path: <>\r\nReceived: ").doesNotContain("Delivered-To", "for <");
        assertThat(mail("anna", "INBOX").getFirst().body())
                .isEqualTo(mail("bert", "INBOX").getFirst().body());
    }

    @Test
    void canGiveEachRecipientItsOwnDeliveredTo() throws Exception {
        client.close();
        server.close();
        server = ServerUnderClients.start(folder.resolve("other"), settings(true), "anna", "bert");
        client = connect();
        hello();
        send(MAIL, "anna", "bert");
        assertThat(only("anna"))
                .contains("\r\nDelivered-To: anna\r\n")
                .endsWith(MAIL)
                .doesNotContain("bert");
        assertThat(only("bert"))
                .contains("\r\nDelivered-To: bert\r\n")
                .endsWith(MAIL)
                .doesNotContain("anna");
    }

    @Test
    void anIdleSessionSeesNewMailAtOnce() throws Exception {
        try (WireClient imap = server.login("anna")) {
            imap.ok("SELECT INBOX");
            String idle = imap.send("IDLE");
            imap.untilContinuation();
            hello();
            send(MAIL, "anna");
            assertThat(imap.untilText("EXISTS")).isEqualTo("* 1 EXISTS");
            imap.done(idle);
        }
    }

    @Test
    void theDetailOfAnAddressNamesAMailbox() throws Exception {
        try (WireClient imap = server.login("anna")) {
            imap.ok("CREATE Lists");
        }
        hello();
        send(MAIL, "anna+lists@here.example");
        send(MAIL, "anna+nowhere@here.example");
        assertThat(mail("anna", "Lists")).hasSize(1);
        assertThat(mail("anna", "INBOX")).hasSize(1);
    }

    @Test
    void aliasesLeadToUsersEachOnce() throws Exception {
        Aliases aliases = new Aliases(server.live().settings());
        Author author = new Author.Housekeeping("test");
        aliases.add("info@example.org", List.of("anna", "sales@example.org"), author);
        aliases.add("sales@example.org", List.of("bert", "info@example.org", "anna"), author);
        aliases.add("@example.org", List.of("eva@example.org"), author);
        hello();
        assertThat(send(MAIL, "Info@Example.Org", "anna", "whoever+x@example.org"))
                .hasSize(3);
        assertThat(mail("anna", "INBOX")).hasSize(1);
        assertThat(mail("bert", "INBOX")).hasSize(1);
        assertThat(mail("eva@example.org", "INBOX")).hasSize(1);
        assertThat(client.ask("MAIL FROM:<a@b>")).startsWith("250");
        assertThat(client.ask("RCPT TO:<whoever@example.net>")).startsWith("550 5.1.1");
    }

    @Test
    void aFullMailboxIsATemporaryError() throws Exception {
        hello();
        send(MAIL, "anna");
        server.quota("anna", 700);
        assertThat(client.ask("MAIL FROM:<a@b> SIZE=900")).startsWith("250");
        assertThat(client.ask("RCPT TO:<anna>")).startsWith("452 4.2.2 ");
        assertThat(client.ask("RCPT TO:<bert>")).startsWith("250");
        assertThat(client.ask("RSET")).startsWith("250");
        assertThat(client.ask("MAIL FROM:<a@b>")).startsWith("250");
        assertThat(client.ask("RCPT TO:<anna>")).startsWith("250");
        assertThat(client.ask("RCPT TO:<bert>")).startsWith("250");
        assertThat(client.ask("DATA")).startsWith("354");
        client.raw("Subject: y\r\n\r\n" + "z".repeat(800) + "\r\n.\r\n");
        assertThat(client.line()).startsWith("452 4.2.2 ");
        assertThat(client.line()).startsWith("250 2.0.0 ");
        assertThat(mail("anna", "INBOX")).hasSize(1);
    }

    @Test
    void chunksAreTakenAsTheyCome() throws Exception {
        hello();
        client.raw("MAIL FROM:<a@b> BODY=8BITMIME\r\nRCPT TO:<anna>\r\nBDAT 14\r\nSubject: x\r\n\r\n"
                + "BDAT 9 LAST\r\n.\r\nQUIT\r\n");
        for (String expected : List.of("250 2.1.0", "250 2.1.5", "250 2.0.0 Octets", "250 2.0.0 Stored")) {
            assertThat(client.line()).startsWith(expected);
        }
        assertThat(only("anna")).endsWith("Subject: x\r\n\r\n.\r\nQUIT\r\n");
        client.raw("BDAT 12\r\nMAIL FROM:<>RSET\r\n");
        assertThat(client.line()).startsWith("503 5.5.1");
        assertThat(client.line()).startsWith("250 2.0.0");
    }

    @Test
    void largeMessagesGoThroughTheSpoolAndTooLargeOnesAreReadToTheirEnd() throws Exception {
        hello();
        String large = "Subject: l\r\n\r\n" + (".." + "x".repeat(996) + "\r\n").repeat(300);
        send(large, "anna", "bert");
        assertThat(only("anna")).endsWith(large.replace("\r\n..", "\r\n."));
        assertThat(folder.resolve("data/spool")).isEmptyDirectory();
        assertThat(client.ask("MAIL FROM:<a@b> SIZE=70000000")).startsWith("552 5.3.4");
        assertThat(client.ask("MAIL FROM:<a@b>")).startsWith("250");
        assertThat(client.ask("RCPT TO:<anna>")).startsWith("250");
        assertThat(client.ask("DATA")).startsWith("354");
        byte[] mebibyte = ("y".repeat(1022) + "\r\n").repeat(1024).getBytes(StandardCharsets.US_ASCII);
        for (int i = 0; i < 65; i++) {
            client.raw(mebibyte);
        }
        client.raw(".\r\n");
        assertThat(client.line()).startsWith("552 5.3.4");
        assertThat(client.ask("NOOP")).startsWith("250");
        assertThat(mail("anna", "INBOX")).hasSize(1);
    }

    @Test
    void endsOfDataThatAreNoneAreText() throws Exception {
        hello();
        assertThat(client.ask("MAIL FROM:<a@b>")).startsWith("250");
        assertThat(client.ask("RCPT TO:<anna>")).startsWith("250");
        assertThat(client.ask("DATA")).startsWith("354");
        String tricks = "Subject: t\r\n\r\na\n.\nMAIL FROM:<evil@x>\r\nb\n.\r\nc\r\n.\nd\r.\re\r\n.\r.\r\n";
        for (byte one : (tricks + ".\r\n").getBytes(StandardCharsets.US_ASCII)) {
            client.raw(new byte[] {one});
        }
        assertThat(client.line()).startsWith("250 2.0.0 Stored");
        assertThat(only("anna"))
                .endsWith("Subject: t\r\n\r\na\n.\nMAIL FROM:<evil@x>\r\nb\n.\r\nc\r\n\nd\r.\re\r\n\r.\r\n");
        assertThat(client.ask("NOOP")).startsWith("250");
    }

    @Test
    void refusesWhatIsNoLmtp() throws Exception {
        assertThat(client.ask("MAIL FROM:<a@b>")).startsWith("503 5.5.1");
        assertThat(client.ask("EHLO x")).startsWith("500 5.5.1");
        assertThat(client.ask("LHLO")).startsWith("501 5.5.4");
        hello();
        assertThat(client.raw("NOOP\n").line()).startsWith("500 5.5.2");
        assertThat(client.ask("MAIL FROM:a@b")).startsWith("501 5.1.7");
        assertThat(client.ask("MAIL FROM:<a@b> FOO=1")).startsWith("555 5.5.4");
        assertThat(client.ask("MAIL FROM:<\u00fc@b>")).startsWith("501 5.1.7");
        assertThat(client.ask("RCPT TO:<anna>")).startsWith("503 5.5.1");
        assertThat(client.ask("DATA")).startsWith("503 5.5.1");
        assertThat(client.ask("MAIL FROM:<@x,@y:a@b>")).startsWith("250");
        assertThat(client.ask("RCPT TO:<\"anna\"@here.example>")).startsWith("250");
        assertThat(client.ask("RCPT TO:<>")).startsWith("501 5.1.3");
        assertThat(client.ask("MAIL FROM:<a@b>")).startsWith("503 5.5.1");
        assertThat(client.ask("WHAT")).startsWith("500 5.5.2");
        client.raw("RSET\r\nMAIL FROM:<a@b>\r\nDATA\r\nSubject: not a command\r\n");
        assertThat(client.line()).startsWith("250");
        assertThat(client.line()).startsWith("250");
        assertThat(client.line()).startsWith("503 5.5.1");
        assertThat(client.closed()).isTrue();
    }

    @Test
    void boundsLinesErrorsAndRecipients() throws Exception {
        hello();
        assertThat(client.ask("MAIL FROM:<a@b>")).startsWith("250");
        for (int i = 0; i < 100; i++) {
            assertThat(client.ask("RCPT TO:<anna+" + i + ">")).startsWith("250");
        }
        assertThat(client.ask("RCPT TO:<bert>")).startsWith("452 4.5.3");
        try (LineClient other = connect()) {
            other.raw("NOOP " + "x".repeat(9_000));
            assertThat(other.line()).startsWith("500 5.5.6");
            assertThat(other.closed()).isTrue();
        }
        try (LineClient other = connect()) {
            other.raw("BAD\r\n".repeat(20));
            IntStream.range(0, 20).forEach(i -> assertLine(other, "500 "));
            assertLine(other, "421 4.7.0");
            assertThat(other.closed()).isTrue();
        }
    }

    private static void assertLine(LineClient client, String expected) {
        try {
            assertThat(client.line()).startsWith(expected);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void aMessageThatIsCutOffLeavesNothing() throws Exception {
        hello();
        assertThat(client.ask("MAIL FROM:<a@b>")).startsWith("250");
        assertThat(client.ask("RCPT TO:<anna>")).startsWith("250");
        assertThat(client.ask("DATA")).startsWith("354");
        client.raw("Subject: half\r\n\r\n" + "x".repeat(200_000));
        client.close();
        client = connect();
        hello();
        send(MAIL, "anna");
        assertThat(only("anna")).endsWith(MAIL);
        Awaitility.await("the spool to be empty")
                .atMost(Duration.ofSeconds(30))
                .untilAsserted(() -> assertThat(folder.resolve("data/spool")).isEmptyDirectory());
    }

    @Test
    void internationalAddressesNeedSmtputf8() throws Exception {
        server.add("j\u00fcrgen");
        hello();
        String utf8 = new String("j\u00fcrgen".getBytes(StandardCharsets.UTF_8), StandardCharsets.ISO_8859_1);
        assertThat(client.ask("MAIL FROM:<a@b>")).startsWith("250");
        assertThat(client.ask("RCPT TO:<" + utf8 + ">")).startsWith("553 5.6.7");
        assertThat(client.ask("RSET")).startsWith("250");
        assertThat(client.ask("MAIL FROM:<a@b> SMTPUTF8")).startsWith("250");
        assertThat(client.ask("RCPT TO:<" + utf8 + ">")).startsWith("250");
        assertThat(client.ask("DATA")).startsWith("354");
        client.raw(MAIL + ".\r\n");
        assertThat(client.line()).startsWith("250");
        assertThat(only("j\u00fcrgen")).contains("with UTF8LMTP id");
    }

    @Test
    void comesByUnixSocketToo() throws Exception {
        try (SocketChannel socket = SocketChannel.open(UnixDomainSocketAddress.of(folder.resolve("lmtp.sock")))) {
            socket.write(ByteBuffer.wrap(("LHLO x\r\nMAIL FROM:<a@b>\r\nRCPT TO:<anna>\r\nBDAT " + MAIL.length()
                            + " LAST\r\n" + MAIL + "QUIT\r\n")
                    .getBytes(StandardCharsets.US_ASCII)));
            StringBuilder said = new StringBuilder();
            ByteBuffer octets = ByteBuffer.allocate(4096);
            while (socket.read(octets) >= 0) {
                said.append(StandardCharsets.US_ASCII.decode(octets.flip()));
                octets.clear();
            }
            assertThat(said.toString())
                    .contains("250 2.0.0 Stored")
                    .endsWith("221 2.0.0 Bye\r\n")
                    .doesNotContain("STARTTLS");
        }
        assertThat(only("anna")).contains("Received: from x\r\n").endsWith(MAIL);
        assertThat(Files.exists(folder.resolve("lmtp.sock"))).isTrue();
    }
}
