package org.understudy.server.clients;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** curl, which trusts nothing but the server's own certificate. */
class CurlTest {
    private static final int PEER_UNTRUSTED = 60;
    private static final int LOGIN_DENIED = 67;

    @TempDir
    Path folder;

    @Test
    void uploadsListsExaminesAndFetches() throws Exception {
        ExternalProgram bare = ExternalProgram.installed(
                "curl", "Debian package curl", folder, "--silent", "--show-error", "--max-time", "60");
        try (ServerUnderClients server = ServerUnderClients.start(folder.resolve("data"), "anna", "bert")) {
            String url =
                    "imaps://" + ServerUnderClients.HOST + ":" + server.imaps().getPort();
            String user = "anna:" + ServerUnderClients.PASSWORD;
            bare.ends(PEER_UNTRUSTED, "--user", user, url);
            bare.ends(LOGIN_DENIED, "--cacert", server.certificate().toString(), "--user", "anna:wrong", url);
            ExternalProgram curl = ExternalProgram.installed(
                    "curl",
                    "Debian package curl",
                    folder,
                    "--silent",
                    "--show-error",
                    "--max-time",
                    "60",
                    "--cacert",
                    server.certificate().toString(),
                    "--user",
                    user);
            for (int number = 0; number < 3; number++) {
                Path file = Files.write(folder.resolve("up.eml"), SampleMessages.message(number));
                curl.ok("--upload-file", file.toString(), url + "/INBOX");
            }
            curl.ok("--request", "CREATE Reports", url);
            assertThat(curl.ok(url)).contains("\"INBOX\"", "\"Reports\"");
            assertThat(curl.ok("--request", "EXAMINE INBOX", url)).contains("* 3 EXISTS", "UIDNEXT 4");
            for (int number = 0; number < 3; number++) {
                Path down = folder.resolve("down.eml");
                curl.ok("--output", down.toString(), url + "/INBOX;UID=" + (number + 1));
                assertThat(Files.readAllBytes(down)).isEqualTo(SampleMessages.message(number));
            }
            assertThat(curl.ok(url + "/INBOX;UID=2;SECTION=HEADER.FIELDS%20(SUBJECT)"))
                    .startsWith("Subject: number 1\r\n");
            assertThat(curl.ok(url + "/INBOX?SUBJECT%20%22number%202%22")).contains("* SEARCH 3");
            byte[] utf8 = "Subject: caf\u00e9\r\n\r\nna\u00efve\r\n".getBytes(StandardCharsets.UTF_8);
            Path file = Files.write(folder.resolve("up.eml"), utf8);
            curl.ok("--upload-file", file.toString(), url + "/Reports");
            Path down = folder.resolve("down.eml");
            curl.ok(
                    "--ssl-reqd",
                    "--output",
                    down.toString(),
                    "imap://" + ServerUnderClients.HOST + ":" + server.imap().getPort() + "/Reports;UID=1");
            assertThat(Files.readAllBytes(down)).isEqualTo(utf8);
        }
    }
}
