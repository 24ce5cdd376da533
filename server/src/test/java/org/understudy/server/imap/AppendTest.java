package org.understudy.server.imap;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** APPEND as clients send it. */
final class AppendTest {
    private static final String ONE = "Subject: one\r\n\r\n1\r\n";
    private static final String TWO = "Subject: two\r\n\r\n22\r\n";

    private ImapTestServer server;
    private ImapTestClient client;

    @BeforeEach
    void start(@TempDir Path folder) throws Exception {
        server = ImapTestServer.start(folder.resolve("spool"));
        client = server.login("anna");
    }

    @AfterEach
    void stop() throws Exception {
        client.close();
        server.close();
    }

    private static String literal(String message) {
        return "{" + message.length() + "+}\r\n" + message;
    }

    @Test
    void severalMessagesBecomeSeveral() throws Exception {
        client.send("a APPEND INBOX (\\Seen $Work) \"01-Feb-2020 10:11:12 +0130\" " + literal(ONE) + " (\\Flagged) "
                + literal(TWO) + " " + literal(ONE) + "\r\n");

        assertThat(client.line()).matches("a OK \\[APPENDUID \\d+ 1:3] .*");
        client.ok("SELECT INBOX");
        assertThat(client.ok("FETCH 1:3 (FLAGS INTERNALDATE RFC822.SIZE)"))
                .satisfiesExactly(
                        line -> assertThat(line)
                                .contains("\\Seen", "$Work")
                                .containsPattern("INTERNALDATE \"(01-Feb-2020 08:41:12 \\+0000|.*)\"")
                                .contains("RFC822.SIZE " + ONE.length()),
                        line -> assertThat(line).contains("\\Flagged").contains("RFC822.SIZE " + TWO.length()),
                        line -> assertThat(line).doesNotContain("\\Seen").contains("RFC822.SIZE " + ONE.length()),
                        line -> assertThat(line).contains(" OK "));
    }

    @Test
    void allMessagesAreStoredOrNone() throws Exception {
        client.send("a APPEND INBOX " + literal(ONE) + " " + literal("") + "\r\n");
        assertThat(client.line()).startsWith("a NO ");
        client.send("b APPEND INBOX " + literal(ONE) + " (\\Nonsense " + literal(TWO) + "\r\n");
        assertThat(client.line()).startsWith("b BAD ");
        client.send("c APPEND INBOX " + literal(ONE) + " nonsense\r\n");
        assertThat(client.line()).startsWith("c BAD ");

        assertThat(client.ok("STATUS INBOX (MESSAGES)")).contains("* STATUS \"INBOX\" (MESSAGES 0)");
    }

    @Test
    void aLargeMessageAmongOthersIsStoredByteForByte() throws Exception {
        String large = "Subject: large\r\n\r\n" + "0123456789abcde\n".repeat(20_000);
        client.send("a APPEND INBOX " + literal(ONE) + " " + literal(large) + " " + literal(TWO) + "\r\n");
        assertThat(client.line()).matches("a OK \\[APPENDUID \\d+ 1:3] .*");

        client.ok("SELECT INBOX");
        assertThat(String.join("\n", client.ok("FETCH 2 BODY.PEEK[]"))).contains(large);
        assertThat(client.ok("FETCH 3 RFC822.SIZE").getFirst()).contains("RFC822.SIZE " + TWO.length());
    }

    @Test
    void manyMessagesThatTogetherAreTooLargeForMemoryAreStored() throws Exception {
        String message = "Subject: many\r\n\r\n" + "0123456789abcde\n".repeat(700);
        StringBuilder command = new StringBuilder("a APPEND \"INBOX\"");
        for (int i = 0; i < 60; i++) {
            command.append(" \" 1-Jun-2024 10:11:12 +0000\" ").append(literal(message + i));
        }
        client.send(command + "\r\n");
        assertThat(client.line()).matches("a OK \\[APPENDUID \\d+ 1:60] .*");
    }

    @Test
    void binaryAndUtf8LiteralsAreMessages() throws Exception {
        byte[] message = "Subject: gr\u00fc\u00dfe\r\n\r\n\0\r\n".getBytes(StandardCharsets.UTF_8);
        send("a APPEND INBOX ~{" + message.length + "+}\r\n", message, "\r\n");
        assertThat(client.line()).matches("a OK \\[APPENDUID \\d+ 1] .*");
        send("b APPEND INBOX UTF8 (~{" + message.length + "+}\r\n", message, ")\r\n");
        assertThat(client.line()).matches("b OK \\[APPENDUID \\d+ 2] .*");
        send("c APPEND INBOX UTF8 ({" + message.length + "+}\r\n", message, ")\r\n");
        assertThat(client.line()).startsWith("c BAD ");

        client.ok("SELECT INBOX");
        assertThat(client.ok("FETCH 1:2 RFC822.SIZE"))
                .filteredOn(line -> line.contains("RFC822.SIZE " + message.length))
                .hasSize(2);
    }

    private void send(String before, byte[] message, String after) throws Exception {
        client.send(before);
        client.send(message);
        client.send(after);
    }

    @Test
    void whatCannotBeStoredIsSaidWhy() throws Exception {
        client.send("a APPEND missing " + literal(ONE) + "\r\n");
        assertThat(client.line()).startsWith("a NO [TRYCREATE] ");
        client.send("b APPEND INBOX \"31-Feb-2020 10:11:12 +0000\" " + literal(ONE) + "\r\n");
        assertThat(client.line()).startsWith("b BAD ");
        client.send("c APPEND INBOX (\\Recent) " + literal(ONE) + "\r\n");
        assertThat(client.line()).startsWith("c BAD ");
        client.send("d APPEND INBOX\r\n");
        assertThat(client.line()).startsWith("d BAD ");

        assertThat(client.ok("STATUS INBOX (MESSAGES)")).contains("* STATUS \"INBOX\" (MESSAGES 0)");
    }

    @Test
    void theSessionThatAppendsToItsOwnMailboxIsToldAtOnce() throws Exception {
        client.ok("SELECT INBOX");
        client.send("a APPEND INBOX " + literal(ONE) + " " + literal(TWO) + "\r\n");

        List<String> told = client.until("a");
        assertThat(told).contains("* 2 EXISTS", "* 2 RECENT");
        assertThat(told.getLast()).matches("a OK \\[APPENDUID \\d+ 1:2] .*");
    }
}
