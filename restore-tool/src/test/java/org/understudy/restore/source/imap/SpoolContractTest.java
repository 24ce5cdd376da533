package org.understudy.restore.source.imap;

import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.Set;
import org.junit.jupiter.api.io.TempDir;
import org.understudy.restore.progress.Progress;
import org.understudy.restore.source.BackupSource;
import org.understudy.restore.source.BackupSourceContract;
import org.understudy.restore.source.Sources;

/** The contract over an account that was fetched, with what a server may refuse. */
final class SpoolContractTest implements BackupSourceContract {
    @TempDir
    Path folder;

    @Override
    public Input layOut() throws Exception {
        try (ScriptedServer server = new ScriptedServer()) {
            server.box("INBOX")
                    .mail(1, "\\Seen", AccountFetchTest.text(1))
                    .mail(2, "", AccountFetchTest.text(2))
                    .mail(3, "work", AccountFetchTest.text(3));
            server.box("Sent").mail(1, "", AccountFetchTest.text(4));
            server.box("Archive").listLine = "(\\Noselect) \"/\" \"Archive\"";
            server.box("Archive/2025").mail(7, "", AccountFetchTest.text(5));
            server.script = (session, tag, command) -> {
                if (command.contains("BODY.PEEK[")
                        && ScriptedServer.asked(command, session.selected()).contains(2L)) {
                    session.send(tag + " NO gone wrong\r\n");
                    return true;
                }
                return false;
            };
            Path run = AccountFetch.run(
                    server.address(),
                    ImapLogin.password("secret"),
                    ImapSettings.STANDARD
                            .allowingPlaintext(true)
                            .waiting(Duration.ofSeconds(5), Duration.ofSeconds(5), Duration.ofMillis(1)),
                    folder.resolve("spool"),
                    Clock.systemUTC(),
                    Progress.SILENT);
            return new Input(
                    java.util.Objects.requireNonNull(run.getParent()),
                    Set.of("INBOX/1", "INBOX/2", "INBOX/3", "Sent/1", "Archive", "Archive.2025/7"));
        }
    }

    @Override
    public BackupSource open(Path root) {
        return Sources.open(root);
    }
}
