package org.understudy.server.clients;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** imapflow on Node.js. The session itself is in {@code src/test/clients/imapflow_session.mjs}. */
class ImapflowTest {
    @TempDir
    Path folder;

    @Test
    void fetchesIdlesMovesAndSearches() throws Exception {
        ExternalProgram node = ExternalProgram.installed("node", "Debian package nodejs", folder);
        ExternalProgram.assume(
                Files.isDirectory(ExternalProgram.scripts().resolve("node_modules/imapflow")),
                "imapflow is not installed: run 'npm ci' in server/src/test/clients (npm package imapflow)");
        try (ServerUnderClients server = ServerUnderClients.start(folder.resolve("data"), "anna", "bert")) {
            String printed = node.ok(
                    ExternalProgram.scripts().resolve("imapflow_session.mjs").toString(),
                    ServerUnderClients.HOST,
                    String.valueOf(server.imaps().getPort()),
                    server.certificate().toString(),
                    "anna",
                    ServerUnderClients.PASSWORD);
            assertThat(printed).endsWith("done\n");
        }
    }
}
