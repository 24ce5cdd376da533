package org.understudy.server.clients;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Several sections of one part in one FETCH, as mail programs ask for to save an attachment. */
class FetchSectionsTest {
    private static final String MESSAGE = """
            Subject: outer
            MIME-Version: 1.0
            Content-Type: multipart/mixed; boundary=edge

            --edge
            Content-Type: text/plain

            first
            --edge
            Content-Type: application/octet-stream; name="a.bin"
            Content-Transfer-Encoding: base64

            QUJDREVGRw==
            --edge
            Content-Type: message/rfc822

            Subject: inner
            From: carla@example.org

            inner text
            --edge--
            """.replace("\n", "\r\n");

    @TempDir
    Path folder;

    @Test
    void answersEachSectionOfTheSamePart() throws Exception {
        try (ServerUnderClients server = ServerUnderClients.start(folder.resolve("data"), "anna");
                WireClient client = server.login("anna")) {
            client.await(client.sendAppend("INBOX", "", MESSAGE.getBytes(StandardCharsets.US_ASCII)));
            client.ok("SELECT INBOX");
            assertThat(fetch(client, "BODY.PEEK[2.MIME] BODY.PEEK[2] BODY.PEEK[2]<0.4> BODY.PEEK[1]"))
                    .containsExactly(
                            "Content-Type: application/octet-stream; name=\"a.bin\"\r\n"
                                    + "Content-Transfer-Encoding: base64\r\n\r\n",
                            "QUJDREVGRw==",
                            "QUJD",
                            "first");
            assertThat(fetch(
                            client,
                            "BODY.PEEK[3.TEXT] BODY.PEEK[3.HEADER.FIELDS (SUBJECT)] BODY.PEEK[3.HEADER] BODY.PEEK[4]"))
                    .containsExactly(
                            "inner text",
                            "Subject: inner\r\n\r\n",
                            "Subject: inner\r\nFrom: carla@example.org\r\n\r\n",
                            "");
        }
    }

    private static List<String> fetch(WireClient client, String sections) throws Exception {
        return client.ok("FETCH 1 (" + sections + ")").get(0).literals().stream()
                .map(octets -> new String(octets, StandardCharsets.US_ASCII))
                .toList();
    }
}
