package org.understudy.restore.repair;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.understudy.restore.operation.Workplace;
import org.understudy.restore.progress.Progress;
import org.understudy.restore.repository.MailFixture;
import org.understudy.restore.repository.MailFixture.Spot;
import org.understudy.restore.repository.TakeSnapshot;
import org.understudy.restore.repository.backend.RepositoryPlace;
import org.understudy.storage.MailStore;
import org.understudy.storage.OperatorException;
import org.understudy.storage.Reason;
import org.understudy.storage.StoreSnapshot;
import org.understudy.storage.fsck.Fsck;
import org.understudy.storage.keyspace.Author;
import org.understudy.storage.keyspace.Digest;
import org.understudy.storage.keyspace.Flags;
import org.understudy.storage.keyspace.MailboxPath;
import org.understudy.storage.keyspace.MailboxRow;
import org.understudy.storage.keyspace.MessageFacts;

@Timeout(180)
class RepairStoreTest {
    private static final Author AUTHOR = new Author.Housekeeping("test");

    @TempDir
    private Path root;

    private MailFixture mail;
    private String snapshot = "";
    private StoreSnapshot before;
    private Set<String> olderTables = Set.of();
    private final Map<Spot, String> inSnapshot = new TreeMap<>();

    @BeforeEach
    void makeStore() throws Exception {
        mail = new MailFixture(root);
        mail.store().accounts().add("anna", "$old", AUTHOR);
        mail.store().accounts().add("gone", "$x", AUTHOR);
        mail.deliver("anna", "INBOX", 120, 4_000);
        mail.deliver("anna", "Archive", 40, 4_000);
        mail.deliver("ben", "INBOX", 60, 4_000);
        mail.deliver("ben", "Old", 5, 1_000);
        mail.expunge("anna", "INBOX", List.of(3L, 4L));
        snapshot = mail.take().id();
        mail.ledger.forEach((spot, one) -> inSnapshot.put(spot, hex(one.bytes())));
        before = mail.store().checkpoint(root.resolve("before"));
        olderTables = names(before);
        // Since then mail came, was read and expunged; mailboxes and accounts came, changed names and went.
        mail.deliver("anna", "INBOX", 30, 4_000);
        mail.deliver("carl", "INBOX", 10, 2_000);
        mail.flag("anna", "INBOX", List.of(7L, 8L), Flags.ANSWERED);
        mail.expunge("ben", "INBOX", List.of(1L, 2L, 60L));
        mail.store().mailboxes().rename(mail.id("anna", "Archive"), MailboxPath.of("anna", "Kept"), AUTHOR);
        mail.store().mailboxes().delete(mail.id("ben", "Old"), AUTHOR);
        mail.store().accounts().setPasswordHash("anna", "$new", AUTHOR);
        mail.store().accounts().delete("gone", AUTHOR);
        mail.store().subscriptions().write("anna", Map.of("Kept", new byte[0]), AUTHOR);
    }

    @AfterEach
    void close() {
        mail.close();
    }

    private static Set<String> names(StoreSnapshot snapshot) {
        Set<String> names = new TreeSet<>();
        snapshot.files().forEach(file -> names.add(file.name()));
        return names;
    }

    private static String hex(byte[] bytes) {
        return HexFormat.of().formatHex(bytes);
    }

    private Path store() {
        return mail.data().resolve("store");
    }

    private RepairStore.Result repair(boolean dryRun, boolean swap) throws InterruptedException {
        return new RepairStore(
                        mail.data(), RepositoryPlace.folder(mail.repository()), Clock.systemUTC(), Progress.SILENT)
                .run(new RepairStore.Request(snapshot, false, dryRun, swap));
    }

    /** What the ledger says there is, by the names that mailboxes have now. */
    private Map<Spot, String> expected() {
        Map<Spot, String> all = new TreeMap<>();
        mail.ledger.forEach((spot, one) -> {
            if (spot.user().equals("ben") && spot.mailbox().equals("Old")) {
                return;
            }
            String name = spot.mailbox().equals("Archive") ? "Kept" : spot.mailbox();
            all.put(new Spot(spot.user(), name, spot.uid()), hex(one.bytes()));
        });
        return all;
    }

    private static Map<Spot, String> found(MailStore store) {
        Map<Spot, String> all = new TreeMap<>();
        for (MailboxRow row : store.mailboxes().all()) {
            List<MessageFacts> facts = new ArrayList<>();
            store.messages().scan(row.id(), 1, 0xFFFF_FFFFL, facts::add);
            facts.forEach(one -> all.put(
                    new Spot(row.path().owner(), row.path().name(), one.uid()),
                    hex(store.bodies().read(one.body()))));
        }
        return all;
    }

    private void damage(Path table, String how) throws IOException {
        byte[] all = Files.readAllBytes(table);
        switch (how) {
            case "missing" -> Files.delete(table);
            case "cut" -> Files.write(table, Arrays.copyOf(all, all.length / 2));
            case "flipped" -> {
                all[all.length / 3] ^= 1;
                Files.write(table, all);
            }
            default -> {
                // In the footer: the whole table cannot be read.
                all[all.length - 3] ^= 1;
                Files.write(table, all);
            }
        }
    }

    private Map<String, Digest> tree() throws IOException {
        return tree(store());
    }

    private static Map<String, Digest> tree(Path folder) throws IOException {
        Map<String, Digest> files = new TreeMap<>();
        try (Stream<Path> all = Files.walk(folder)) {
            for (Path path : all.filter(Files::isRegularFile).toList()) {
                files.put(
                        folder.relativize(path).toString(),
                        Digest.of(Digest.sha256().digest(Files.readAllBytes(path))));
            }
        }
        return files;
    }

    @ParameterizedTest
    @CsvSource({
        "body, flipped",
        "body, footer",
        "body, missing",
        "body, cut",
        "message, flipped",
        "message, missing",
        "message, cut",
        "flag-chunk, missing",
        "mailbox-state, footer",
        "mailbox, missing",
        "path, missing",
        "account, cut",
        "change, missing",
        "place, missing",
        "structure, cut"
    })
    void everythingThatWasInTheSnapshotComesBackAndWhatIsNewerIsKept(String family, String how) throws Exception {
        // Of the tables that the snapshot has, so that all that they hold is in it.
        List<String> older = mail.store().checkpoint(root.resolve("after")).files().stream()
                .filter(file -> file.columnFamily().equals(family) && olderTables.contains(file.name()))
                .map(StoreSnapshot.File::name)
                .toList();
        assertThat(older)
                .as("tables of %s that were there at the snapshot", family)
                .isNotEmpty();
        mail.close();
        for (String name : older) {
            damage(store().resolve(name), how);
        }
        Map<String, Digest> was = tree();

        RepairStore.Result dry = repair(true, false);
        assertThat(Path.of(dry.store())).doesNotExist();
        RepairStore.Result result = repair(false, true);

        assertThat(result.mailboxes()).isEqualTo(dry.mailboxes());
        assertThat(result.damage())
                .anySatisfy(one -> assertThat(one)
                        .contains(Path.of(older.getFirst()).getFileName().toString()));
        assertThat(result.messages()).isEqualTo(result.same() + result.fromSnapshot() + result.fromDamaged());
        assertThat(tree(Path.of(result.kept())))
                .as("the damaged store, which is kept")
                .isEqualTo(was);
        try (MailStore repaired = MailStore.open(store(), MailFixture.options())) {
            assertThat(repaired.fsck(Fsck.Depth.BODIES).findings()).isEmpty();
            Map<Spot, String> found = found(repaired);
            assertThat((long) found.size()).isEqualTo(result.messages());
            Map<Spot, String> expected = expected();
            if (family.equals("mailbox")) {
                // The rows of mailboxes say their names; those of the snapshot hold where they cannot be read.
                assertThat(new TreeSet<>(found.values())).containsAll(new TreeSet<>(expected.values()));
                return;
            }
            assertThat(found).isEqualTo(expected);
            assertThat(result.lost()).isZero();
            if (family.equals("body") || family.equals("message")) {
                assertThat(result.fromSnapshot())
                        .as("taken from the snapshot alone")
                        .isPositive();
            } else {
                assertThat(result.fromSnapshot()).isZero();
            }
            assertThat(result.fromDamaged()).isEqualTo(40);
            for (MailboxRow row : repaired.mailboxes().all()) {
                assertThat(repaired.mailboxes().state(row.id()).uidNext())
                        .as("UIDNEXT of %s never falls", row.path())
                        .isGreaterThan(found.keySet().stream()
                                .filter(spot -> spot.user().equals(row.path().owner())
                                        && spot.mailbox().equals(row.path().name()))
                                .mapToLong(Spot::uid)
                                .max()
                                .orElse(0));
            }
            if (!family.startsWith("flag")) {
                var inbox = repaired.mailboxes()
                        .find(MailboxPath.of("anna", "INBOX"))
                        .orElseThrow();
                assertThat(repaired.messages()
                                .flags(inbox.id(), 7)
                                .orElseThrow()
                                .flags()
                                .has(Flags.ANSWERED))
                        .isTrue();
            }
            if (!family.equals("account")) {
                assertThat(repaired.accounts().find("anna").orElseThrow().passwordHash())
                        .isEqualTo("$new");
                assertThat(repaired.accounts().find("gone")).isEmpty();
            }
            assertThat(repaired.subscriptions().get("anna", "Kept")).isPresent();
            // The chain of snapshots goes on.
            TakeSnapshot.Result next = new TakeSnapshot()
                    .run(
                            new TakeSnapshot.Request(false),
                            new Workplace(repaired, mail.data(), mail.repository(), Clock.systemUTC()),
                            Progress.SILENT);
            assertThat(next.messages()).isEqualTo(result.messages());
        }
    }

    @Test
    void whatIsNewerThanTheSnapshotAndCannotBeReadIsListedByUid() throws Exception {
        String newer = mail.store().checkpoint(root.resolve("after")).files().stream()
                .filter(file -> file.columnFamily().equals("body") && !olderTables.contains(file.name()))
                .map(StoreSnapshot.File::name)
                .findFirst()
                .orElseThrow();
        mail.close();
        Files.delete(store().resolve(newer));

        RepairStore.Result result = repair(false, true);

        assertThat(result.lost()).isEqualTo(40);
        assertThat(result.mailboxes()).anySatisfy(one -> {
            assertThat(one.user() + "/" + one.mailbox()).isEqualTo("anna/INBOX");
            assertThat(one.lostUids()).isEqualTo("121:150");
            assertThat(one.messages()).isEqualTo(118);
        });
        try (MailStore repaired = MailStore.open(store(), MailFixture.options())) {
            Map<Spot, String> found = found(repaired);
            assertThat(inSnapshot.values()).containsAll(found.values());
            var inbox =
                    repaired.mailboxes().find(MailboxPath.of("anna", "INBOX")).orElseThrow();
            assertThat(repaired.mailboxes().state(inbox.id()).uidNext())
                    .as("UIDs of lost messages are not given out again")
                    .isGreaterThanOrEqualTo(151);
        }
    }

    @Test
    void withoutSwapNothingButTheNewStoreIsMade() throws Exception {
        mail.close();
        Map<String, Digest> was = tree();
        RepairStore.Result result = repair(false, false);
        assertThat(tree()).isEqualTo(was);
        assertThat(result.swapped()).isFalse();
        assertThat(Path.of(result.store())).isDirectory();
        try (MailStore repaired = MailStore.open(Path.of(result.store()), MailFixture.options())) {
            assertThat(found(repaired)).isEqualTo(expected());
        }
    }

    @Test
    void runningServerIsLeftAlone() {
        assertThatThrownBy(() -> repair(false, true))
                .isInstanceOfSatisfying(
                        OperatorException.class, e -> assertThat(e.reason()).isEqualTo(Reason.BUSY));
    }

    @Test
    void gapBetweenTheTwoRenamesIsNotTakenForANewServer() throws Exception {
        mail.close();
        StoreFolders.requireNoGap(mail.data());
        Files.move(store(), mail.data().resolve("store.damaged-20260101T000000Z"));
        assertThatThrownBy(() -> StoreFolders.requireNoGap(mail.data()))
                .isInstanceOfSatisfying(
                        OperatorException.class, e -> assertThat(e.reason()).isEqualTo(Reason.STORE_REFUSED));
        Files.move(mail.data().resolve("store.damaged-20260101T000000Z"), store());
        StoreFolders.requireNoGap(mail.data());
    }
}
