package org.understudy.server.clients;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.understudy.server.schedule.BackupHealth;
import org.understudy.storage.engine.Engine;
import org.understudy.storage.keyspace.MailboxPath;

/** A damaged store is served for reading as far as it can be read, and no mailbox looks emptied. */
class RescueTest {
    private static final int MESSAGES = 5;

    @TempDir
    Path folder;

    private String inboxRows = "";
    private String bodies = "";

    /** What has happened to a table. */
    enum Damage {
        MISSING {
            @Override
            void to(Path table) throws IOException {
                Files.delete(table);
            }
        },
        CUT {
            @Override
            void to(Path table) throws IOException {
                byte[] all = Files.readAllBytes(table);
                Files.write(table, Arrays.copyOf(all, all.length / 2));
            }
        },
        FOOTER_FLIPPED {
            @Override
            void to(Path table) throws IOException {
                byte[] all = Files.readAllBytes(table);
                all[all.length - 3] ^= 1;
                Files.write(table, all);
            }
        };

        abstract void to(Path table) throws IOException;
    }

    /** INBOX and Other, the rows of whose messages are in two tables. */
    @BeforeEach
    void makeStore() throws Exception {
        String inbox;
        try (ServerUnderClients server = ServerUnderClients.start(folder.resolve("data"), "anna");
                WireClient client = server.login("anna")) {
            client.ok("CREATE Other");
            fill(client, "INBOX");
            inbox = HexFormat.of()
                    .toHexDigits(server.live()
                            .mailboxes()
                            .find(MailboxPath.of("anna", "INBOX"))
                            .orElseThrow()
                            .id()
                            .value());
            server.live().checkpoint(folder.resolve("first"));
            fill(client, "Other");
            server.live().checkpoint(folder.resolve("second"));
        }
        try (Engine engine = Engine.openReadOnly(folder.resolve("data/store/db"), 8L << 20, false)) {
            inboxRows = table(engine, "message", inbox);
            bodies = table(engine, "body", HexFormat.of().toHexDigits(1L));
        }
    }

    private static void fill(WireClient client, String mailbox) throws IOException {
        for (int i = 0; i < MESSAGES; i++) {
            client.await(client.sendAppend(mailbox, "", SampleMessages.message(i)));
        }
    }

    /** The table whose rows begin with {@code prefix}. */
    private static String table(Engine engine, String columnFamily, String prefix) {
        List<Engine.Table> all = engine.tables();
        return all.stream()
                .filter(table -> table.columnFamily().equals(columnFamily))
                .filter(table -> table.smallestKey().startsWith(prefix))
                .findFirst()
                .map(table -> "db/" + table.name())
                .orElseThrow(() ->
                        new AssertionError("no table of " + columnFamily + " begins with " + prefix + ": " + all));
    }

    @ParameterizedTest
    @EnumSource(names = {"MISSING", "FOOTER_FLIPPED"})
    void mailboxWithALostTableIsRefusedByNameAndOthersAreServed(Damage damage) throws Exception {
        Path store = folder.resolve("data/store");
        damage.to(store.resolve(inboxRows));
        Map<String, Long> before = listing(store);
        try (ChildServer server = ChildServer.start(folder, Map.of());
                WireClient client = server.login()) {
            String selected = client.status("SELECT INBOX");
            String fetched = selected.startsWith("OK") ? client.status("UID FETCH 1:* (FLAGS ENVELOPE)") : selected;
            assertThat(fetched)
                    .as(server::log)
                    .startsWith("NO [UNAVAILABLE] A part of mailbox INBOX cannot be read: UIDs 1:5.")
                    .contains("Nothing was deleted");
            assertThat(client.status("SELECT Other")).startsWith("OK [READ-ONLY]");
            for (int i = 0; i < MESSAGES; i++) {
                assertThat(client.ok("UID FETCH " + (i + 1) + " (BODY.PEEK[])")
                                .getFirst()
                                .literals())
                        .singleElement()
                        .isEqualTo(SampleMessages.message(i));
            }
            for (String change :
                    List.of("UID STORE 1 +FLAGS (\\Seen)", "CREATE New", "DELETE Other", "UID COPY 1 Other")) {
                assertThat(client.status(change)).as(change).startsWith("NO ");
            }
            assertThat(client.answer(client.sendAppend("Other", "", SampleMessages.message(9)))
                            .getLast()
                            .text())
                    .contains(" NO ");
            assertThat(server.status().backups().alerts())
                    .anyMatch(alert -> alert.kind() == BackupHealth.Kind.STORE
                            && alert.text().contains("the store can only be read"));
            assertThat(server.log())
                    .contains("RESCUE MODE")
                    .contains("user anna, mailbox INBOX: UIDs 1:5 are lost here");
            assertThat(server.stop()).isNotNegative();
        }
        assertThat(listing(store)).isEqualTo(before);
    }

    @Test
    void lostBodiesAreRefusedAndTheirMailboxIsNotEmptied() throws Exception {
        Damage.MISSING.to(folder.resolve("data/store").resolve(bodies));
        try (ChildServer server = ChildServer.start(folder, Map.of(), "--rescue");
                WireClient client = server.login()) {
            assertThat(client.ok("SELECT INBOX").toString()).contains("* " + MESSAGES + " EXISTS");
            assertThat(client.ok("UID FETCH 1:* (FLAGS)")).hasSize(MESSAGES + 1);
            assertThat(client.status("UID FETCH 1 (BODY.PEEK[])")).startsWith("NO [UNAVAILABLE] ");
            client.ok("SELECT Other");
            assertThat(client.status("UID FETCH 1 (FLAGS)")).startsWith("OK");
        }
    }

    @Test
    void storeWhoseListOfTablesIsCutIsNotServed() throws Exception {
        Path db = folder.resolve("data/store/db");
        Path manifest = db.resolve(Files.readString(db.resolve("CURRENT")).strip());
        byte[] all = Files.readAllBytes(manifest);
        Files.write(manifest, Arrays.copyOf(all, all.length - 20));
        Map<String, Long> before = listing(db);
        try (ChildServer server = ChildServer.start(folder, Map.of())) {
            await().atMost(Duration.ofSeconds(60)).until(() -> server.log().contains("HINT"));
            assertThat(server.exit()).isEqualTo(5);
            assertThat(server.log()).contains("holds " + (all.length - 20) + " octets");
        }
        assertThat(listing(db)).isEqualTo(before);
    }

    private static Map<String, Long> listing(Path folder) throws IOException {
        Map<String, Long> sizes = new TreeMap<>();
        List<Path> files = new ArrayList<>();
        try (Stream<Path> all = Files.walk(folder)) {
            all.filter(Files::isRegularFile).forEach(files::add);
        }
        for (Path file : files) {
            sizes.put(folder.relativize(file).toString(), Files.size(file));
        }
        return sizes;
    }
}
