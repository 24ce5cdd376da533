package org.understudy.server.shadow;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.understudy.restore.canary.CanaryOperations;
import org.understudy.restore.drill.DrillResult;
import org.understudy.restore.drill.DrillResult.UserDrill;
import org.understudy.restore.drill.DrillResult.Verdict;
import org.understudy.restore.drill.RunDrill;
import org.understudy.restore.message.MessageReader;
import org.understudy.restore.message.MessageReading;
import org.understudy.restore.progress.Progress;
import org.understudy.restore.repository.TakeSnapshot;
import org.understudy.server.account.UserName;
import org.understudy.server.admin.AdminClient;
import org.understudy.server.imap.ImapTestClient;
import org.understudy.storage.Content;
import org.understudy.storage.MailStore;
import org.understudy.storage.NewMessage;
import org.understudy.storage.keyspace.Author;
import org.understudy.storage.keyspace.Flags;
import org.understudy.storage.keyspace.MailboxId;
import org.understudy.storage.keyspace.MailboxPath;

class DrillOverImapTest {
    private static final Author DELIVERY = new Author.Session("delivery", "test");

    @TempDir
    Path folder;

    private static void deliver(MailStore store, String user, String mailbox, int from, int count) throws IOException {
        MailboxId id = store.mailboxes()
                .find(MailboxPath.of(user, mailbox))
                .orElseGet(() -> store.mailboxes().create(MailboxPath.of(user, mailbox), 77, DELIVERY))
                .id();
        for (int i = from; i < from + count; i++) {
            byte[] bytes = ("From: a@example.org\r\nSubject: " + mailbox.length() + " " + i + "\r\n\r\n"
                            + "\u00e4 8 bit\r\n".repeat(i * 40 % 9000) + "end of " + i)
                    .getBytes(StandardCharsets.ISO_8859_1);
            MessageReading reading = MessageReader.read(Content.of(bytes));
            store.messages()
                    .append(
                            id,
                            List.of(new NewMessage(
                                    0,
                                    null,
                                    null,
                                    new NewMessage.Body.Bytes(reading.canonical(), reading.rawDigest()),
                                    bytes.length,
                                    reading.headerSize(),
                                    reading.digest(),
                                    reading.mime(),
                                    Instant.parse("2024-03-09T10:11:12.345Z").plusSeconds(i),
                                    null,
                                    Flags.of(i % 2, Set.of("Work")))),
                            DELIVERY);
        }
    }

    /** Asks the running server, as the command line does. */
    private static DrillResult drill(ServerWithShadows server, int users) throws Exception {
        Optional<AdminClient> client = AdminClient.connect(server.workplace().dataFolder());
        try (AdminClient admin = client.orElseThrow()) {
            return admin.run(
                    new RunDrill(Optional.empty()), new RunDrill.Request(users, RunDrill.LATEST, 4L), Progress.SILENT);
        }
    }

    @Test
    void aMailProgramReadsWhatARestoreWouldBringBack() throws Exception {
        try (ServerWithShadows server = ServerWithShadows.start(folder)) {
            MailStore store = server.workplace().live();
            for (String mailbox :
                    List.of("INBOX", "Work.Projects", "Entw\u00fcrfe & Mehr", "a \"b\" \\c", "\u65e5\u672c")) {
                deliver(store, ServerWithShadows.ANNA, mailbox, 0, 60);
                deliver(store, ServerWithShadows.BRUNO, mailbox, 100, 3);
            }
            store.mailboxes().create(MailboxPath.of(ServerWithShadows.ANNA, "Empty"), 5, DELIVERY);
            server.run(new CanaryOperations.Add(), new CanaryOperations.Named(ServerWithShadows.MALLORY));
            server.run(new TakeSnapshot(), new TakeSnapshot.Request(false));

            DrillResult result = drill(server, 3);

            assertThat(result.allFaults()).isEmpty();
            assertThat(result.verdict()).isEqualTo(Verdict.GOOD);
            Map<String, Long> read = new java.util.TreeMap<>();
            result.users().forEach(user -> read.put(user.user(), user.imap().messages()));
            assertThat(read)
                    .containsEntry(ServerWithShadows.ANNA, 300L)
                    .containsEntry(ServerWithShadows.BRUNO, 15L)
                    .containsEntry(ServerWithShadows.MALLORY, 12L);
            for (UserDrill user : result.users()) {
                assertThat(user.imap().exercised()).isTrue();
                assertThat(user.imap().different()).isZero();
                assertThat(user.imap().left()).isZero();
                assertThat(user.imap().bytes()).isEqualTo(user.bytes());
            }
            try (var left =
                    Files.list(server.workplace().dataFolder().resolve("drills").resolve(result.id()))) {
                assertThat(left.map(path -> path.getFileName().toString())).containsExactly("result.json");
            }
        }
    }

    @Test
    void theDrillsLoginIsNoOneElses() throws Exception {
        try (ServerWithShadows server = ServerWithShadows.start(folder)) {
            deliver(server.workplace().live(), ServerWithShadows.ANNA, "INBOX", 0, 3);
            server.run(new TakeSnapshot(), new TakeSnapshot.Request(false));
            assertThat(drill(server, 1).verdict()).isEqualTo(Verdict.GOOD);
            for (String password : List.of("\"\"", ServerWithShadows.PASSWORD)) {
                try (ImapTestClient client = server.connect()) {
                    assertThat(client.status("LOGIN ~drill/r-20260527-0000/" + ServerWithShadows.ANNA + " " + password))
                            .startsWith("NO");
                }
            }
        }
    }

    @Test
    void onlyTheDrillsOwnNameIsAVisitors() {
        assertThat(ShadowName.parse("~drill/r-20260527-0001/anna").map(ShadowVisits::isVisitor))
                .contains(true);
        assertThat(ShadowName.parse("drill/r-20260527-0001/anna").map(ShadowVisits::isVisitor))
                .contains(false);
        assertThatThrownBy(() -> UserName.normalise("~drill")).hasMessageContaining("cannot be a user name");
    }
}
