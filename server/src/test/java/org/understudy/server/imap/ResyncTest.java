package org.understudy.server.imap;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** SELECT and EXAMINE on the wire: what a client that was away is told, and what EXAMINE forbids. */
final class ResyncTest {
    private static final byte[] MESSAGE = "Subject: a\r\n\r\nb\r\n".getBytes(StandardCharsets.US_ASCII);

    private ImapTestServer server;

    @BeforeEach
    void start(@TempDir Path folder) {
        server = ImapTestServer.start(folder.resolve("spool"));
    }

    @AfterEach
    void stop() {
        server.close();
    }

    private static long code(List<String> lines, String name) {
        Pattern pattern = Pattern.compile("\\* OK \\[" + name + " (\\d+)\\].*");
        return lines.stream()
                .map(pattern::matcher)
                .filter(Matcher::matches)
                .map(m -> Long.parseLong(m.group(1)))
                .findFirst()
                .orElseThrow(() -> new AssertionError(name + " is missing in " + lines));
    }

    private static List<String> run(ImapTestClient client, String tag, String command) throws Exception {
        client.send(tag + " " + command + "\r\n");
        return client.until(tag);
    }

    @Test
    void aClientThatWasAwayIsToldTheDifference() throws Exception {
        try (ImapTestClient away = server.login("anna");
                ImapTestClient other = server.login("anna")) {
            for (int i = 0; i < 6; i++) {
                server.deliver("anna", MESSAGE);
            }
            List<String> selected = run(away, "a", "SELECT INBOX");
            long validity = code(selected, "UIDVALIDITY");
            long modSeq = code(selected, "HIGHESTMODSEQ");
            run(away, "b", "UNSELECT");
            run(other, "a", "SELECT INBOX");
            run(other, "b", "STORE 2,3,5 +FLAGS.SILENT (\\Deleted)");
            run(other, "c", "EXPUNGE");
            run(other, "d", "UID STORE 4 +FLAGS (\\Flagged)");
            server.deliver("anna", MESSAGE);
            run(away, "c", "ENABLE QRESYNC");
            List<String> resync = run(away, "d", "SELECT INBOX (QRESYNC (" + validity + " " + modSeq + "))");
            assertThat(resync).contains("* 4 EXISTS", "* VANISHED (EARLIER) 2:3,5");
            assertThat(resync)
                    .anyMatch(
                            line -> line.matches("\\* 2 FETCH \\(MODSEQ \\(\\d+\\) FLAGS \\(\\\\Flagged\\) UID 4\\)"));
            assertThat(resync)
                    .anyMatch(line -> line.matches("\\* 4 FETCH \\(MODSEQ \\(\\d+\\) FLAGS \\(.*\\) UID 7\\)"));
            assertThat(resync.stream().filter(line -> line.contains(" FETCH "))).hasSize(2);
            assertThat(resync.getLast()).startsWith("d OK [READ-WRITE]");
            List<String> known = run(away, "e", "SELECT INBOX (QRESYNC (" + validity + " " + modSeq + " 1:3))");
            assertThat(known).contains("* VANISHED (EARLIER) 2:3");
            assertThat(known.get(0)).startsWith("* OK [CLOSED]");
            List<String> other2 = run(away, "f", "SELECT INBOX (QRESYNC (" + (validity + 1) + " " + modSeq + "))");
            assertThat(other2).noneMatch(line -> line.contains("VANISHED") || line.contains("FETCH"));
        }
    }

    @Test
    void resynchronisationMustBeEnabled() throws Exception {
        try (ImapTestClient client = server.login("anna")) {
            assertThat(run(client, "a", "SELECT INBOX (QRESYNC (1 1))").getLast())
                    .startsWith("a BAD");
        }
    }

    @Test
    void examineChangesNothing() throws Exception {
        try (ImapTestClient client = server.login("anna")) {
            server.deliver("anna", MESSAGE);
            assertThat(run(client, "a", "EXAMINE INBOX")).contains("* 1 RECENT");
            assertThat(run(client, "b", "STORE 1 +FLAGS (\\Deleted)").getLast()).startsWith("b NO");
            assertThat(run(client, "c", "EXPUNGE").getLast()).startsWith("c NO");
            assertThat(run(client, "d", "CLOSE").getLast()).startsWith("d OK");
            List<String> selected = run(client, "e", "SELECT INBOX");
            assertThat(selected).contains("* 1 EXISTS", "* 1 RECENT");
            assertThat(code(selected, "HIGHESTMODSEQ")).isPositive();
            run(client, "f", "STORE 1 +FLAGS (\\Deleted)");
            assertThat(run(client, "g", "CLOSE")).hasSize(1);
            assertThat(run(client, "h", "SELECT INBOX")).contains("* 0 EXISTS", "* 0 RECENT");
        }
    }

    @Test
    void aMailboxThatWasNeverChangedHasAHighestModSeq() throws Exception {
        try (ImapTestClient client = server.login("anna")) {
            long modSeq = code(run(client, "a", "SELECT INBOX"), "HIGHESTMODSEQ");
            assertThat(modSeq).isPositive();
            server.deliver("anna", MESSAGE);
            assertThat(code(run(client, "b", "SELECT INBOX"), "HIGHESTMODSEQ")).isGreaterThan(modSeq);
        }
    }
}
