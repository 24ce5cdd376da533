package org.understudy.server.clients;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.understudy.restore.progress.Progress;
import org.understudy.restore.source.BackupSource;
import org.understudy.restore.source.SourceItem;
import org.understudy.restore.source.Sources;
import org.understudy.restore.source.imap.AccountFetch;
import org.understudy.restore.source.imap.ImapAddress;
import org.understudy.restore.source.imap.ImapLogin;
import org.understudy.restore.source.imap.ImapSettings;
import org.understudy.storage.OperatorException;
import org.understudy.storage.keyspace.Flags;

/** An account of this server as a source, over TLS from the first octet on and by STARTTLS. */
class AccountSourceTest {
    @TempDir
    Path folder;

    private Map<String, SourceItem.Message> fetch(ServerUnderClients server, boolean tls, String spool)
            throws Exception {
        int port = (tls ? server.imaps() : server.imap()).getPort();
        Path run = AccountFetch.run(
                ImapAddress.parse((tls ? "imaps" : "imap") + "://anna@" + ServerUnderClients.HOST + ":" + port),
                ImapLogin.password(ServerUnderClients.PASSWORD),
                ImapSettings.STANDARD.trusting(server.certificate()),
                folder.resolve(spool),
                Clock.systemUTC(),
                Progress.SILENT);
        Map<String, SourceItem.Message> messages = new TreeMap<>();
        try (BackupSource source = Sources.open(run)) {
            source.read(0, item -> {
                if (item instanceof SourceItem.Message message) {
                    messages.put(message.ref().path(), message);
                }
            });
        }
        return messages;
    }

    private static byte[] bytes(SourceItem.Message message) throws IOException {
        try (InputStream in = message.content().open()) {
            return in.readAllBytes();
        }
    }

    @Test
    void givesWhatTheServerHasAndLeavesItUnread() throws Exception {
        try (ServerUnderClients server = ServerUnderClients.start(folder.resolve("data"), "anna")) {
            try (WireClient client = server.login("anna")) {
                client.ok("CREATE Reports.2026");
                client.await(client.sendAppend("INBOX", "(\\Flagged work)", SampleMessages.message(0)));
                client.await(client.sendAppend("INBOX", "()", SampleMessages.message(1)));
                client.await(client.sendAppend("Reports.2026", "(\\Seen)", SampleMessages.message(2)));
            }
            for (boolean tls : new boolean[] {true, false}) {
                Map<String, SourceItem.Message> messages = fetch(server, tls, "spool-" + tls);
                assertThat(messages).containsOnlyKeys("INBOX/1", "INBOX/2", "Reports.2026/1");
                assertThat(bytes(messages.get("INBOX/1"))).isEqualTo(SampleMessages.message(0));
                assertThat(bytes(messages.get("Reports.2026/1"))).isEqualTo(SampleMessages.message(2));
                assertThat(messages.get("INBOX/1").flags()).isEqualTo(Flags.of(Flags.FLAGGED, Set.of("work")));
                assertThat(messages.get("INBOX/2").flags()).as("still unread").isEqualTo(Flags.NONE);
            }
            try (WireClient client = server.login("anna")) {
                client.ok("SELECT INBOX");
                client.ok("UID STORE 2 +FLAGS (\\Seen)");
                client.ok("UID STORE 1 +FLAGS (\\Deleted)");
                client.ok("EXPUNGE");
                client.await(client.sendAppend("INBOX", "()", SampleMessages.message(3)));
            }
            Map<String, SourceItem.Message> later = fetch(server, true, "spool-true");
            assertThat(later).containsOnlyKeys("INBOX/2", "INBOX/3", "Reports.2026/1");
            assertThat(later.get("INBOX/2").flags()).isEqualTo(Flags.of(Flags.SEEN, Set.of()));
        }
    }

    @Test
    void refusesAServerThatNobodyVouchesFor() throws Exception {
        try (ServerUnderClients server = ServerUnderClients.start(folder.resolve("data"), "anna")) {
            assertThatThrownBy(() -> AccountFetch.run(
                            ImapAddress.parse("imaps://anna@" + ServerUnderClients.HOST + ":"
                                    + server.imaps().getPort()),
                            ImapLogin.password(ServerUnderClients.PASSWORD),
                            ImapSettings.STANDARD,
                            folder.resolve("spool"),
                            Clock.systemUTC(),
                            Progress.SILENT))
                    .isInstanceOf(OperatorException.class)
                    .hasMessageContaining("nobody vouches for")
                    .hasMessageContaining("localhost");
        }
    }
}
