package org.understudy.server.imap;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** COMPRESS=DEFLATE (RFC 4978). */
final class CompressionTest {
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
    void commandsAndLiteralsGoBothWays() throws Exception {
        String message = "Subject: packed\r\n\r\n" + "x DELETE INBOX\r\n".repeat(40_000);
        try (ImapTestClient client = server.login("anna")) {
            client.ok("COMPRESS DEFLATE");
            client.startDeflate();
            client.ok("SELECT INBOX");
            StringBuilder pipelined = new StringBuilder();
            for (int i = 0; i < 10; i++) {
                pipelined.append("a%d APPEND INBOX {%d+}\r\n%s\r\n".formatted(i, message.length(), message));
            }
            client.send(pipelined.toString());
            for (int i = 0; i < 10; i++) {
                assertThat(client.until("a" + i).getLast()).startsWith("a" + i + " OK ");
            }
            List<String> fetched = client.ok("FETCH 1:* BODY.PEEK[]");
            assertThat(fetched).hasSize(11);
            assertThat(fetched.subList(0, 10)).allMatch(line -> line.endsWith("\r\n" + message + ")"));
            assertThat(client.status("COMPRESS DEFLATE")).startsWith("NO ");
            assertThat(client.ok("CAPABILITY").get(0)).doesNotContain("COMPRESS");
            client.send("i IDLE\r\n");
            assertThat(client.line()).startsWith("+");
            server.deliver("anna", new byte[] {'a', ':', 'b', '\r', '\n'});
            assertThat(client.line()).isEqualTo("* 11 EXISTS");
            client.send("DONE\r\n");
            assertThat(client.until("i").getLast()).startsWith("i OK ");
        }
    }

    @Test
    void fewOctetsThatInflateToManyAreBornePatiently() throws Exception {
        byte[] block = "a".repeat(1 << 20).getBytes(StandardCharsets.US_ASCII);
        try (ImapTestClient client = server.login("anna")) {
            client.ok("COMPRESS DEFLATE");
            client.startDeflate();
            client.send("x SEARCH TEXT \"");
            for (int i = 0; i < 200; i++) {
                client.send(block);
            }
            client.send("\"\r\ny NOOP\r\n");
            assertThat(client.line()).startsWith("x BAD ");
            assertThat(client.line()).startsWith("y OK ");
        }
    }

    @Test
    void strangersCannotCompress() throws Exception {
        try (ImapTestClient client = server.connect()) {
            assertThat(client.status("COMPRESS DEFLATE")).startsWith("BAD ");
            client.ok("LOGIN anna secret");
            assertThat(client.status("COMPRESS LZ4")).startsWith("BAD ");
        }
    }

    @Test
    void whatIsNotDeflatedEndsTheConnection() throws Exception {
        try (ImapTestClient client = server.login("anna")) {
            client.ok("COMPRESS DEFLATE");
            client.send("a NOOP\r\n".repeat(10));
            assertThat(client.untilClosed()).isEmpty();
        }
    }
}
