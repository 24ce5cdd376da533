package org.understudy.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.understudy.storage.StoreKit.ALICE;
import static org.understudy.storage.StoreKit.message;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.TreeSet;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.understudy.storage.fsck.Fsck;
import org.understudy.storage.guard.Trees;
import org.understudy.storage.keyspace.Flags;
import org.understudy.storage.keyspace.MailboxId;
import org.understudy.storage.keyspace.MailboxPath;

/** A damaged store is opened for reading beside its damaged tables, and none of its rows is absent without a word. */
class MailStoreRescueTest {
    private static final int MESSAGES = 20;

    @TempDir
    Path temp;

    private Path folder = Path.of("");
    private MailboxId inbox = new MailboxId(1);
    private MailboxId other = new MailboxId(2);
    private String firstRows = "";

    @BeforeEach
    void makeStore() {
        folder = temp.resolve("store");
        try (MailStore store = StoreKit.open(folder)) {
            inbox = filled(store, "INBOX");
            firstRows = store.checkpoint(temp.resolve("first")).files().stream()
                    .filter(file -> file.columnFamily().equals("message"))
                    .findFirst()
                    .orElseThrow()
                    .name();
            other = filled(store, "Other");
            store.checkpoint(temp.resolve("second"));
        }
    }

    private static MailboxId filled(MailStore store, String name) {
        MailboxId id = store.mailboxes()
                .create(MailboxPath.of("alice", name), 42, ALICE)
                .id();
        for (int i = 0; i < MESSAGES; i++) {
            store.messages().append(id, List.of(message("Subject: " + i + "\r\n\r\nbody of " + i, Flags.NONE)), ALICE);
        }
        return id;
    }

    @ParameterizedTest
    @ValueSource(strings = {"missing", "cut", "flipped"})
    void rowsOfALostTableAreErrorsThatNameThemAndOthersAreRead(String how) throws IOException {
        Path table = folder.resolve(firstRows);
        byte[] all = Files.readAllBytes(table);
        switch (how) {
            case "missing" -> Files.delete(table);
            case "cut" -> Files.write(table, Arrays.copyOf(all, all.length / 2));
            default -> {
                all[all.length - 3] ^= 1;
                Files.write(table, all);
            }
        }
        assertThatThrownBy(() -> StoreKit.open(folder))
                .isInstanceOfSatisfying(
                        OperatorException.class, e -> assertThat(e.hint()).contains("understudy server --rescue"));
        var before = Trees.listing(folder);
        try (MailStore store = MailStore.openForRescue(folder, MailStore.Options.defaults())) {
            assertThatThrownBy(() -> store.messages().facts(inbox, 1)).isInstanceOf(CorruptionException.class);
            assertThatThrownBy(() -> store.messages().scan(inbox, 1, 0xFFFF_FFFFL, facts -> {}))
                    .isInstanceOf(CorruptionException.class);
            assertThat(store.mailboxes().state(inbox).messages()).isEqualTo(MESSAGES);
            MailboxDamage damage = MailboxDamage.of(store, inbox);
            assertThat(damage.owner()).isEqualTo("alice");
            assertThat(damage.name()).isEqualTo("INBOX");
            assertThat(damage.lostUids()).isEqualTo("1:" + MESSAGES);
            assertThat(damage.why()).contains(".sst");
            // Both tables are of the lowest level, all of whose tables a scan opens; single rows are found without.
            assertThat(MailboxDamage.of(store, other).lost()).isEmpty();
            var body = store.messages().facts(other, MESSAGES).orElseThrow().body();
            assertThat(store.bodies().read(body)).isNotEmpty();
            assertThat(store.health().state()).isEqualTo(StoreHealth.State.READ_ONLY);
            assertThat(store.fsck(Fsck.Depth.BODIES).findings())
                    .anySatisfy(finding -> assertThat(finding.mailbox()).isEqualTo("INBOX"));
            assertThatThrownBy(() -> store.messages().append(other, List.of(message("x", Flags.NONE)), ALICE))
                    .isInstanceOfSatisfying(
                            OperatorException.class, e -> assertThat(e.reason()).isEqualTo(Reason.STORE_REFUSED));
        }
        assertThat(Trees.listing(folder)).isEqualTo(before);
    }

    @Test
    void storesWhoseRowsCouldBeMissingWithoutAWordAreNotOpened() throws IOException {
        Path manifest = folder.resolve(
                "db/" + Files.readString(folder.resolve("db/CURRENT")).strip());
        byte[] all = Files.readAllBytes(manifest);
        Files.write(manifest, Arrays.copyOf(all, all.length - 20));
        assertThatThrownBy(() -> MailStore.openForRescue(folder, MailStore.Options.defaults()))
                .isInstanceOfSatisfying(
                        OperatorException.class, e -> assertThat(e.reason()).isEqualTo(Reason.STORE_REFUSED));
    }

    @Test
    void lostUidsAreWordedAsRanges() {
        assertThat(new MailboxDamage(inbox, "", "", new TreeSet<>(List.of(1L, 2L, 3L, 7L, 9L, 10L)), "").lostUids())
                .isEqualTo("1:3,7,9:10");
        assertThat(new MailboxDamage(inbox, "", "", new TreeSet<>(), "").lostUids())
                .isEmpty();
    }
}
