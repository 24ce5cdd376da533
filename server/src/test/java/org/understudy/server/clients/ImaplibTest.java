package org.understudy.server.clients;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Python's imaplib. The session itself is in {@code src/test/clients/imaplib_session.py}. */
class ImaplibTest {
    @TempDir
    Path folder;

    @Test
    void worksWithMailAndMailboxes() throws Exception {
        ExternalProgram python = ExternalProgram.installed("python3", "Debian package python3", folder);
        try (ServerUnderClients server = ServerUnderClients.start(folder.resolve("data"), "anna", "bert")) {
            String printed = python.ok(
                    ExternalProgram.scripts().resolve("imaplib_session.py").toString(),
                    ServerUnderClients.HOST,
                    String.valueOf(server.imaps().getPort()),
                    String.valueOf(server.imap().getPort()),
                    server.certificate().toString(),
                    "anna",
                    ServerUnderClients.PASSWORD);
            assertThat(printed).endsWith("done\n");
            assertThat(server.state("anna", "Work").messages()).isEqualTo(191);
            try (WireClient bert = server.login("bert")) {
                assertThat(bert.ok("LIST \"\" \"*\""))
                        .noneMatch(line -> line.text().contains("Work"));
            }
        }
    }
}
