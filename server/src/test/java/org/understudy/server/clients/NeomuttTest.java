package org.understudy.server.clients;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** neomutt in a terminal of its own (script(1)), driven by keys, with QRESYNC and a header cache. */
class NeomuttTest {
    @TempDir
    Path folder;

    @Test
    void copiesFlagsAndExpunges() throws Exception {
        ExternalProgram.installed("neomutt", "Debian package neomutt", folder);
        ExternalProgram terminal = ExternalProgram.installed("script", "Debian package bsdutils", folder, "-qec");
        try (ServerUnderClients server = ServerUnderClients.start(folder.resolve("data"), "anna")) {
            try (WireClient client = server.login("anna")) {
                client.ok("CREATE Copied");
                for (int number = 0; number < 25; number++) {
                    client.await(client.sendAppend("INBOX", "()", SampleMessages.message(number)));
                }
            }
            keys(
                    terminal,
                    server,
                    "<tag-pattern>~A<enter><tag-prefix><copy-message>=Copied<enter>"
                            + "<untag-pattern>~A<enter><first-entry><flag-message>"
                            + "<delete-pattern>~i number-3@<enter><sync-mailbox><quit>");
            assertThat(server.state("anna", "Copied").messages()).isEqualTo(25);
            assertThat(server.state("anna", "INBOX").messages()).isEqualTo(24);
            try (WireClient client = server.login("anna")) {
                client.ok("SELECT INBOX");
                assertThat(answer(client, "SEARCH FLAGGED")).isEqualTo("* SEARCH 1");
                assertThat(answer(client, "SEARCH HEADER Message-ID number-3@")).isEqualTo("* SEARCH");
                client.ok("STORE 2 +FLAGS (\\Deleted)");
                client.ok("EXPUNGE");
                client.await(client.sendAppend("INBOX", "()", SampleMessages.message(99)));
            }
            // Comes back with what it cached, and is told what has changed.
            keys(
                    terminal,
                    server,
                    "<delete-pattern>~i 'number-(2|99)@'<enter><last-entry>"
                            + "<undelete-message><flag-message><sync-mailbox><quit>");
            try (WireClient client = server.login("anna")) {
                client.ok("SELECT INBOX");
                assertThat(answer(client, "SEARCH HEADER Message-ID number-2@")).isEqualTo("* SEARCH");
                assertThat(answer(client, "SEARCH FLAGGED HEADER Message-ID number-99@"))
                        .isEqualTo("* SEARCH 23");
            }
        }
    }

    private static String answer(WireClient client, String command) throws Exception {
        List<WireClient.Response> responses = client.ok(command);
        return responses.stream()
                .map(WireClient.Response::text)
                .filter(text -> text.startsWith("* SEARCH"))
                .findFirst()
                .orElse("* SEARCH")
                .strip();
    }

    private void keys(ExternalProgram terminal, ServerUnderClients server, String keys) throws Exception {
        Path configuration = Files.writeString(folder.resolve("neomuttrc"), """
            set imap_user=anna imap_pass="%s" folder="imaps://anna@%s:%d/"
            set spoolfile="imaps://anna@%s:%d/INBOX"
            set certificate_file="%s" ssl_force_tls=yes
            set imap_condstore=yes imap_qresync=yes header_cache="%s"
            set confirmappend=no confirmcreate=no delete=yes quit=yes wait_key=no mail_check=0 timeout=1
            set sort=mailbox-order move=no mark_old=no
            """.formatted(
                        ServerUnderClients.PASSWORD,
                        ServerUnderClients.HOST,
                        server.imaps().getPort(),
                        ServerUnderClients.HOST,
                        server.imaps().getPort(),
                        server.certificate(),
                        Files.createDirectories(folder.resolve("cache"))));
        Path pushed = Files.writeString(folder.resolve("keys"), "push \"" + keys + "\"\n");
        // In the foreground: whatever shell script(1) takes, a program in another process group is stopped at its first
        // key.
        terminal.ok(
                "exec env TERM=xterm timeout --foreground --kill-after=10 120 neomutt -n -F " + configuration
                        + " -e 'source " + pushed + "'",
                "/dev/null");
    }
}
