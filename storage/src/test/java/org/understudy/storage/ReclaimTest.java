package org.understudy.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.understudy.storage.ReclaimKit.FREE;
import static org.understudy.storage.ReclaimKit.UNPACED;
import static org.understudy.storage.ReclaimKit.WINDOW;
import static org.understudy.storage.ReclaimKit.append;
import static org.understudy.storage.ReclaimKit.expunge;
import static org.understudy.storage.ReclaimKit.mailbox;
import static org.understudy.storage.ReclaimKit.round;
import static org.understudy.storage.ReclaimKit.text;

import java.io.File;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.understudy.storage.fsck.Fsck;
import org.understudy.storage.keyspace.BodyId;
import org.understudy.storage.keyspace.Flags;
import org.understudy.storage.keyspace.MailboxId;
import org.understudy.storage.reclaim.Reclaim;

class ReclaimTest {
    @TempDir
    Path folder;

    private ReclaimKit kit;
    private MailStore store;
    private MailboxId alice;
    private MailboxId bob;

    @BeforeEach
    void open() {
        kit = new ReclaimKit(folder.resolve("store"));
        store = kit.open();
        alice = mailbox(store, "alice");
        bob = mailbox(store, "bob");
    }

    private void close() {
        StoreKit.closeSound(store);
    }

    @Test
    void aBodyStaysForTheWindowAndGoesAfterIt() {
        Appended message = append(store, alice, "mail");
        Appended kept = append(store, alice, "kept");
        expunge(store, alice, message.uid());
        kit.pass(WINDOW.minusSeconds(1));
        Reclaim.Round before = round(store, WINDOW);
        assertThat(before.rowsInWindow()).isEqualTo(1);
        assertThat(before.due()).isZero();
        assertThat(text(store, message)).isEqualTo("mail");

        kit.pass(Duration.ofSeconds(1));
        Reclaim.Round after = round(store, WINDOW);
        assertThat(after.reclaimed()).isEqualTo(1);
        assertThat(after.octets()).isEqualTo(4);
        assertThat(store.bodies().exists(message.body())).isFalse();
        assertThat(store.reclaim().isGone(message.body())).isTrue();
        assertThat(text(store, kept)).isEqualTo("kept");
        assertThat(round(store, WINDOW).rowsReclaimedBefore()).isEqualTo(1);

        Fsck.Report report = store.fsck(Fsck.Depth.BODIES);
        assertThat(report.findings()).isEmpty();
        assertThat(report.expunged()).isEqualTo(1);
        assertThat(report.reclaimed()).isEqualTo(1);
        close();
    }

    @Test
    void whatAnotherMessageNamesStays() {
        Appended first = append(store, alice, "to all");
        Appended equal = append(store, bob, "to all");
        assertThat(equal.body()).isEqualTo(first.body());
        Appended copied = append(store, alice, "copied");
        store.messages().copy(alice, List.of(copied.uid()), bob, StoreKit.ALICE);
        Appended moved = append(store, alice, "moved");
        store.messages().move(alice, List.of(moved.uid()), bob, StoreKit.ALICE);
        expunge(store, alice, first.uid(), copied.uid());
        kit.pass(WINDOW);
        Reclaim.Round round = round(store, WINDOW);
        assertThat(round.rows()).isEqualTo(3);
        assertThat(round.bodiesLive()).isEqualTo(3);
        assertThat(round.due()).isZero();
        assertThat(text(store, equal)).isEqualTo("to all");
        close();
    }

    @Test
    void theLastExpungeOfABodyCounts() {
        Appended first = append(store, alice, "to all");
        Appended equal = append(store, bob, "to all");
        expunge(store, alice, first.uid());
        kit.pass(WINDOW);
        expunge(store, bob, equal.uid());
        kit.pass(Duration.ofDays(29));
        assertThat(round(store, WINDOW).bodiesInWindow()).isEqualTo(1);
        assertThat(text(store, equal)).isEqualTo("to all");
        kit.pass(Duration.ofDays(1));
        assertThat(round(store, WINDOW).reclaimed()).isEqualTo(1);
        close();
    }

    @Test
    void aClockThatLeapsAheadReclaimsNothing() {
        Appended message = append(store, alice, "mail");
        expunge(store, alice, message.uid());
        kit.set(Duration.ofDays(400));
        assertThat(round(store, WINDOW).rowsInWindow()).isEqualTo(1);
        store.reclaim().keepTime();
        store.close();
        store = kit.open();
        assertThat(round(store, WINDOW).rowsInWindow()).isEqualTo(1);
        assertThat(text(store, message)).isEqualTo("mail");
        close();
    }

    @Test
    void anExpungeUnderAClockThatWasYearsBackIsNotOld() {
        kit.set(Duration.ofDays(-9_000));
        Appended message = append(store, alice, "mail");
        expunge(store, alice, message.uid());
        kit.set(Duration.ofDays(9_000));
        assertThat(round(store, WINDOW).rowsInWindow()).isEqualTo(1);
        assertThat(text(store, message)).isEqualTo("mail");
        kit.pass(WINDOW);
        assertThat(round(store, WINDOW).reclaimed()).isEqualTo(1);
        close();
    }

    @Test
    void timeInWhichTheStoreWasClosedDoesNotCount() {
        Appended message = append(store, alice, "mail");
        expunge(store, alice, message.uid());
        kit.pass(Duration.ofDays(20));
        store.reclaim().keepTime();
        store.close();
        kit.pass(Duration.ofDays(400));
        store = kit.open();
        assertThat(store.reclaim().observed()).isEqualTo(Duration.ofDays(20));
        assertThat(round(store, WINDOW).rowsInWindow()).isEqualTo(1);
        kit.pass(Duration.ofDays(10));
        assertThat(round(store, WINDOW).reclaimed()).isEqualTo(1);
        assertThat(store.bodies().exists(message.body())).isFalse();
        close();
    }

    @Test
    void timeThatACrashForgotOnlyLengthensTheWindow() {
        kit.pass(Duration.ofDays(20));
        Appended message = append(store, alice, "mail");
        expunge(store, alice, message.uid());
        // Nobody kept the time: it begins anew.
        store.close();
        store = kit.open();
        kit.pass(WINDOW.plusDays(19));
        assertThat(round(store, WINDOW).rowsInWindow()).isEqualTo(1);
        kit.pass(Duration.ofDays(1));
        assertThat(round(store, WINDOW).reclaimed()).isEqualTo(1);
        assertThat(store.bodies().exists(message.body())).isFalse();
        close();
    }

    @Test
    void equalMailThatComesLaterIsStoredAnew() {
        Appended message = append(store, alice, "mail");
        expunge(store, alice, message.uid());
        kit.pass(WINDOW);
        assertThat(round(store, WINDOW).reclaimed()).isEqualTo(1);
        Appended again = append(store, alice, "mail");
        assertThat(again.body()).isNotEqualTo(message.body());
        assertThat(text(store, again)).isEqualTo("mail");
        assertThat(append(store, bob, "mail").body()).isEqualTo(again.body());
        close();
    }

    @Test
    void mailThatComesInTheMomentOfItsDeletionKeepsItsBody() {
        Appended old = append(store, alice, "mail");
        expunge(store, alice, old.uid());
        kit.pass(WINDOW);
        List<Reclaim.Round> rounds = new ArrayList<>();
        Appended again = store.messages()
                .append(bob, List.of(StoreKit.message("mail", Flags.NONE)), StoreKit.ALICE, appended -> {
                    // The equal body was found, and the message is not submitted yet.
                    rounds.add(CompletableFuture.supplyAsync(() -> round(store, WINDOW))
                            .join());
                    return List.of();
                })
                .getFirst();
        assertThat(again.body()).isEqualTo(old.body());
        assertThat(rounds).first().satisfies(round -> {
            assertThat(round.due()).isEqualTo(1);
            assertThat(round.inUse()).isEqualTo(1);
            assertThat(round.reclaimed()).isZero();
        });
        assertThat(text(store, again)).isEqualTo("mail");
        close();
    }

    @Test
    void mailThatCameSinceTheRoundLookedKeepsItsBody() throws Exception {
        Appended old = append(store, alice, "mail");
        Appended gone = append(store, alice, "gone");
        expunge(store, alice, old.uid(), gone.uid());
        kit.pass(WINDOW);
        List<Appended> again = new ArrayList<>();
        Reclaim.Round round = store.reclaim()
                .round(
                        WINDOW,
                        false,
                        () -> {
                            if (again.isEmpty()) {
                                // The view is closed, and the first batch is about to begin.
                                again.add(append(store, bob, "mail"));
                            }
                            return Optional.empty();
                        },
                        UNPACED);
        assertThat(again.getFirst().body()).isEqualTo(old.body());
        assertThat(round.inUse()).isEqualTo(1);
        assertThat(round.reclaimed()).isEqualTo(1);
        assertThat(text(store, again.getFirst())).isEqualTo("mail");
        close();
    }

    @Test
    void aReclaimedBodyCannotBeNamed() {
        Appended old = append(store, alice, "mail");
        expunge(store, alice, old.uid());
        kit.pass(WINDOW);
        round(store, WINDOW);
        NewMessage named = StoreKit.message("mail", Flags.NONE);
        NewMessage stored = new NewMessage(
                0,
                null,
                null,
                new NewMessage.Body.Stored(old.body()),
                4,
                4,
                named.digest(),
                StoreKit.PLAIN,
                named.internalDate(),
                null,
                Flags.NONE);
        assertThatThrownBy(() -> store.messages().append(bob, List.of(stored), StoreKit.ALICE))
                .isInstanceOfSatisfying(
                        OperatorException.class, e -> assertThat(e.reason()).isEqualTo(Reason.CONFLICT));
        close();
    }

    @Test
    void aSegmentBringsAReclaimedBodyBack() throws Exception {
        BodyId id = store.reserveBodyIds(10);
        Path file = folder.resolve("segment.sst");
        byte[] bytes = "from a shadow".getBytes(java.nio.charset.StandardCharsets.UTF_8);
        BodySegment segment;
        try (BodySegmentWriter writer = store.writeSegment(file)) {
            writer.add(
                    id,
                    Content.of(bytes),
                    StoreKit.digest(bytes),
                    StoreKit.digest(bytes),
                    new BodySegmentWriter.Origin(alice, 1, 1, java.time.Instant.EPOCH, Flags.NONE));
            segment = writer.finish();
        }
        NewMessage adopted = new NewMessage(
                0,
                null,
                null,
                new NewMessage.Body.Adopted(id),
                bytes.length,
                4,
                StoreKit.digest(bytes),
                StoreKit.PLAIN,
                java.time.Instant.EPOCH,
                null,
                Flags.NONE);
        for (int i = 0; i < 3; i++) {
            store.adoptUnread(List.of(segment), 1);
            Appended merged = store.messages()
                    .append(alice, List.of(adopted), StoreKit.ALICE)
                    .getFirst();
            assertThat(text(store, merged)).isEqualTo("from a shadow");
            expunge(store, alice, merged.uid());
            kit.pass(WINDOW);
            assertThat(round(store, WINDOW).reclaimed()).isEqualTo(1);
            assertThat(store.bodies().exists(id)).isFalse();
        }
        close();
    }

    @Test
    void nothingIsDeletedWhileSomethingStandsInTheWay() throws Exception {
        Appended message = append(store, alice, "mail");
        expunge(store, alice, message.uid());
        kit.pass(WINDOW);
        Reclaim.Round held = store.reclaim().round(WINDOW, false, () -> Optional.of("a hold is on"), UNPACED);
        assertThat(held.obstacle()).isEqualTo("a hold is on");
        assertThat(held.left()).isEqualTo(1);
        try (Reclaim.Bar bar = store.reclaim().bar()) {
            assertThat(bar).isNotNull();
            assertThat(round(store, WINDOW).obstacle()).contains("merge");
        }
        assertThat(text(store, message)).isEqualTo("mail");
        Reclaim.Round dry = store.reclaim().round(WINDOW, true, FREE, UNPACED);
        assertThat(dry.due()).isEqualTo(1);
        assertThat(dry.left()).isEqualTo(1);
        assertThat(dry.octets()).isEqualTo(4);
        assertThat(text(store, message)).isEqualTo("mail");
        assertThat(round(store, WINDOW).reclaimed()).isEqualTo(1);
        close();
    }

    @Test
    void aWindowOfZeroIsAWord() {
        Appended message = append(store, alice, "mail");
        expunge(store, alice, message.uid());
        assertThat(round(store, Duration.ZERO).reclaimed()).isEqualTo(1);
        close();
    }

    @Test
    void largeBodiesGoWithAllTheirChunks() {
        Appended large = append(store, alice, "x".repeat(5 << 20));
        expunge(store, alice, large.uid());
        kit.pass(WINDOW);
        assertThat(round(store, WINDOW).octets()).isEqualTo(5 << 20);
        assertThat(store.log().body(large.body())).isEmpty();
        assertThat(store.fsck(Fsck.Depth.BODIES).bodies()).isZero();
        close();
    }

    @Test
    void theRoomOfDeletedBodiesIsGivenBack() throws Exception {
        Random random = new Random(5);
        int count = 3_000;
        List<Long> uids = new ArrayList<>();
        for (int i = 0; i < count; i += 100) {
            List<NewMessage> batch = new ArrayList<>();
            for (int k = 0; k < 100; k++) {
                byte[] bytes = new byte[20_000];
                random.nextBytes(bytes);
                batch.add(StoreKit.message(bytes, Flags.NONE));
            }
            store.messages().append(alice, batch, StoreKit.ALICE).forEach(one -> uids.add(one.uid()));
        }
        // Ids of the first row, up to 1,023, lose nearly nine of ten, the others few or none.
        List<Long> gone = uids.stream()
                .filter(uid -> uid <= 1_000 ? uid % 10 != 0 : uid <= 2_000 && uid % 20 == 0)
                .toList();
        store.messages().expunge(alice, gone, org.understudy.storage.keyspace.ExpungeReason.USER, StoreKit.ALICE);
        store.close();
        store = kit.open();
        long before = tables();
        kit.pass(WINDOW);
        Reclaim.Round round = round(store, WINDOW);
        assertThat(round.reclaimed()).isEqualTo(950);
        Reclaim.Compacted compacted = store.reclaim().compact(FREE, UNPACED);
        assertThat(compacted.ranges()).isEqualTo(1);
        assertThat(compacted.pendingOctets()).isEqualTo(49 * 20_000);
        assertThat(before - tables())
                .as("octets that the tables have less, %s", compacted)
                .isBetween(900L * 20_000, 20_000_000L);
        awaitTablesOnDisk();
        assertThat(store.reclaim().compact(FREE, UNPACED).ranges()).isZero();
        close();
    }

    /** Octets of the tables that the store is made of; files that RocksDB is about to delete are none of them. */
    private long tables() {
        return store.figures().orElseThrow().families().values().stream()
                .mapToLong(Long::longValue)
                .sum();
    }

    /** RocksDB unlinks what a compaction replaced in its own time. */
    private void awaitTablesOnDisk() throws InterruptedException {
        long end = System.nanoTime() + Duration.ofSeconds(30).toNanos();
        long onDisk = Long.MAX_VALUE;
        while (onDisk > tables()) {
            File[] files = folder.resolve("store/db").toFile().listFiles((parent, name) -> name.endsWith(".sst"));
            onDisk = Arrays.stream(files).mapToLong(File::length).sum();
            assertThat(System.nanoTime())
                    .as("%d octets on the disk, of %d", onDisk, tables())
                    .isLessThan(end);
            Thread.sleep(20);
        }
    }
}
