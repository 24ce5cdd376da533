package org.understudy.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.understudy.storage.StoreKit.ALICE;
import static org.understudy.storage.StoreKit.message;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.understudy.storage.keyspace.ExpungeReason;
import org.understudy.storage.keyspace.ExpungedMessage;
import org.understudy.storage.keyspace.Flags;
import org.understudy.storage.keyspace.MailboxId;
import org.understudy.storage.keyspace.MailboxPath;
import org.understudy.storage.keyspace.MailboxRow;
import org.understudy.storage.keyspace.MailboxState;
import org.understudy.storage.keyspace.MessageFlags;

class MailStoreTest {
    private static final long LAST = 0xFFFF_FFFFL;

    @TempDir
    Path folder;

    private MailStore store;
    private MailboxId inbox;

    @BeforeEach
    void open() {
        store = StoreKit.open(folder.resolve("store"));
        inbox = store.mailboxes()
                .create(MailboxPath.of("alice", "INBOX"), 42, ALICE)
                .id();
    }

    @AfterEach
    void closeSound() {
        StoreKit.closeSound(store);
    }

    private void reopen() {
        store.close();
        store = StoreKit.open(folder.resolve("store"));
    }

    private Appended append(String text, Flags flags) {
        return store.messages()
                .append(inbox, List.of(message(text, flags)), ALICE)
                .get(0);
    }

    private static String text(byte[] bytes) {
        return new String(bytes, StandardCharsets.UTF_8);
    }

    @Test
    void appendedMessageIsThereAfterReopening() {
        Appended appended = append("A: b\r\n\r\nhello", Flags.of(Flags.SEEN, List.of("$Work")));
        reopen();
        assertThat(appended.uid()).isEqualTo(1);
        assertThat(text(store.bodies().read(appended.body()))).isEqualTo("A: b\r\n\r\nhello");
        assertThat(store.messages().flags(inbox, 1))
                .contains(new MessageFlags(1, 1, Flags.of(Flags.SEEN, List.of("$Work"))));
        assertThat(store.mailboxes().state(inbox)).isEqualTo(new MailboxState(2, 1, 1, 0, 13));
    }

    @Test
    void uidsGrowAcrossReopeningAndExpunge() {
        append("one", Flags.NONE);
        append("two", Flags.NONE);
        store.messages().expunge(inbox, List.of(2L), ExpungeReason.USER, ALICE);
        reopen();
        assertThat(append("three", Flags.NONE).uid()).isEqualTo(3);
    }

    @Test
    void idsAreNeverGivenOutTwice() {
        long first = append("one", Flags.NONE).messageId().value();
        reopen();
        assertThat(append("two", Flags.NONE).messageId().value()).isGreaterThan(first);
        long reserved = store.reserveBodyIds(1000).value();
        long three = append("three", Flags.NONE).body().value();
        assertThat(three).isGreaterThanOrEqualTo(reserved + 1000);
        long many = store.reserveBodyIds(200_000).value();
        assertThat(many).isGreaterThan(three);
        assertThat(append("four", Flags.NONE).body().value()).isGreaterThanOrEqualTo(many + 200_000);
    }

    @Test
    void equalBodiesAreStoredOnce() {
        Appended one = append("same bytes", Flags.NONE);
        Appended two = append("same bytes", Flags.NONE);
        assertThat(two.body()).isEqualTo(one.body());
        assertThat(two.messageId()).isNotEqualTo(one.messageId());
    }

    @Test
    void largeBodyIsReadBackWholeAndInRanges() throws IOException {
        byte[] bytes = new byte[9 << 20];
        new Random(1).nextBytes(bytes);
        Appended appended = store.messages()
                .append(inbox, List.of(message(bytes, Flags.NONE)), ALICE)
                .get(0);
        assertThat(store.bodies().read(appended.body())).isEqualTo(bytes);
        assertThat(store.bodies().open(appended.body()).readAllBytes()).isEqualTo(bytes);
        int from = (1 << 20) - 3;
        assertThat(store.bodies().read(appended.body(), from, 7))
                .isEqualTo(java.util.Arrays.copyOfRange(bytes, from, from + 7));
        assertThat(store.bodies().read(appended.body(), bytes.length - 2, 100)).hasSize(2);
        assertThat(store.bodies().read(appended.body(), bytes.length, 100)).isEmpty();
    }

    @Test
    void emptyBodyIsABody() {
        Appended appended = append("", Flags.NONE);
        assertThat(store.bodies().read(appended.body())).isEmpty();
    }

    @Test
    void contentThatChangesWhileItIsStoredIsRefused() throws Exception {
        Path file = Files.writeString(folder.resolve("changed.eml"), "xyz");
        NewMessage lie = new NewMessage(
                0,
                null,
                null,
                new NewMessage.Body.Bytes(Content.of(file), StoreKit.digest(new byte[] {1})),
                3,
                3,
                StoreKit.digest(new byte[] {1}),
                StoreKit.PLAIN,
                java.time.Instant.EPOCH,
                null,
                Flags.NONE);
        assertThatThrownBy(() -> store.messages().append(inbox, List.of(lie), ALICE))
                .isInstanceOf(IllegalStateException.class);
        assertThat(store.mailboxes().state(inbox).messages()).isZero();
    }

    @Test
    void changesOfManyMessagesGetOneModSeq() {
        for (int i = 0; i < 300; i++) {
            append("m" + i, Flags.NONE);
        }
        List<FlagsChange> changes = store.messages().updateFlags(inbox, 1, LAST, f -> f.with(Flags.SEEN), ALICE);
        assertThat(changes).hasSize(300).allMatch(FlagsChange::changed);
        assertThat(changes.stream().map(FlagsChange::modSeq).distinct()).containsExactly(301L);
        assertThat(store.mailboxes().state(inbox)).isEqualTo(new MailboxState(301, 301, 300, 0, 1090));
        assertThat(store.messages().changesSince(inbox, 300).changed())
                .containsExactlyElementsOf(
                        LongStream.rangeClosed(1, 300).boxed().toList());
    }

    @Test
    void unchangedFlagsKeepTheirModSeq() {
        append("m", Flags.NONE.with(Flags.SEEN));
        List<FlagsChange> changes = store.messages().updateFlags(inbox, List.of(1L), f -> f.with(Flags.SEEN), ALICE);
        assertThat(changes).hasSize(1).noneMatch(FlagsChange::changed);
        assertThat(store.mailboxes().state(inbox).highestModSeq()).isEqualTo(1);
    }

    @Test
    void keywordsKeepTheirCaseAndAreComparedWithoutIt() {
        append("one", Flags.of(0, List.of("Work")));
        append("two", Flags.of(0, List.of("WORK")));
        assertThat(store.mailboxes().keywords(inbox)).containsExactly("Work");
        assertThat(store.messages().flags(inbox, 2).orElseThrow().flags().keywords())
                .containsExactly("Work");
    }

    @Test
    void moreKeywordsThanFitIntoTheBits() {
        List<String> many = new ArrayList<>();
        for (int i = 0; i < 200; i++) {
            many.add("k" + i);
        }
        append("one", Flags.of(Flags.FLAGGED, many));
        append("two", Flags.of(0, List.of("k199")));
        for (int i = 0; i < 100; i++) {
            append("m" + i, Flags.NONE);
        }
        store.messages().updateFlags(inbox, 1, LAST, f -> f.with(Flags.ANSWERED), ALICE);
        reopen();
        assertThat(store.messages().flags(inbox, 1).orElseThrow().flags())
                .isEqualTo(Flags.of(Flags.FLAGGED | Flags.ANSWERED, many));
        assertThat(store.messages().flags(inbox, 2).orElseThrow().flags().keywords())
                .containsExactly("k199");
    }

    @Test
    void moveLeavesTheExpungeLogAndKeepsTheMessageId() {
        MailboxId archive = store.mailboxes()
                .create(MailboxPath.of("alice", "Archive"), 43, ALICE)
                .id();
        Appended one = append("one", Flags.NONE.with(Flags.FLAGGED));
        append("two", Flags.NONE);
        Messages.Moved moved = store.messages().move(inbox, List.of(2L, 1L, 7L), archive, ALICE);
        assertThat(moved.to()).extracting(Appended::uid).containsExactly(1L, 2L);
        assertThat(moved.to().get(0).messageId()).isEqualTo(one.messageId());
        assertThat(moved.from()).extracting(e -> e.facts().uid()).containsExactly(1L, 2L);
        assertThat(store.messages().places(one.messageId())).containsExactly(new Place(archive, 1));
        assertThat(store.mailboxes().state(inbox).messages()).isZero();
        List<ExpungedMessage> log = new ArrayList<>();
        store.messages().scanExpunged(inbox, log::add);
        assertThat(log).extracting(ExpungedMessage::reason).containsOnly(ExpungeReason.MOVE);
        assertThat(log.get(0).author()).isEqualTo("session:alice:s1");
        assertThat(store.messages().changesSince(inbox, 2).vanished()).containsExactly(1L, 2L);
    }

    @Test
    void moveWithinOneMailboxGivesNewUids() {
        append("one", Flags.NONE);
        store.messages().move(inbox, List.of(1L), inbox, ALICE);
        assertThat(store.messages().flags(inbox, 1, LAST))
                .extracting(MessageFlags::uid)
                .containsExactly(2L);
    }

    @Test
    void copySharesTheBodyAndIsRecent() {
        Appended one = append("one", Flags.NONE);
        Appended copy = store.messages().copy(inbox, List.of(1L), inbox, ALICE).get(0);
        assertThat(copy.body()).isEqualTo(one.body());
        assertThat(store.messages()
                        .flags(inbox, copy.uid())
                        .orElseThrow()
                        .flags()
                        .has(Flags.RECENT))
                .isTrue();
        assertThat(store.messages().places(one.messageId())).hasSize(2);
    }

    @Test
    void expungeSparesWhatDoesNotMeetTheCondition() {
        append("one", Flags.NONE);
        append("two", Flags.NONE.with(Flags.DELETED));
        List<ExpungedMessage> gone = store.messages()
                .expunge(
                        inbox,
                        List.of(1L, 2L),
                        m -> m.flags().has(Flags.DELETED),
                        ExpungeReason.USER,
                        ALICE,
                        expunged -> List.of(new JournalRow("j", "" + expunged.size())));
        assertThat(gone).extracting(e -> e.facts().uid()).containsExactly(2L);
        assertThat(store.journal().get("j")).contains("1");
    }

    @Test
    void deletedMailboxKeepsItsMessagesInTheExpungeLog() {
        append("one", Flags.NONE);
        store.annotations().write(inbox.toString(), java.util.Map.of("/private/comment", new byte[] {1}), ALICE);
        store.mailboxes().delete(inbox, ALICE);
        assertThat(store.mailboxes().find(MailboxPath.of("alice", "INBOX"))).isEmpty();
        assertThat(store.mailboxes().deleted()).extracting(MailboxRow::id).containsExactly(inbox);
        List<ExpungedMessage> log = new ArrayList<>();
        store.messages().scanExpunged(inbox, log::add);
        assertThat(log).hasSize(1);
        assertThat(store.annotations().list(inbox.toString(), "")).isEmpty();
        assertThatThrownBy(() -> append("two", Flags.NONE))
                .isInstanceOf(OperatorException.class)
                .hasMessageContaining("no mailbox");
        MailboxRow again = store.mailboxes().create(MailboxPath.of("alice", "INBOX"), 44, ALICE);
        assertThat(again.id()).isNotEqualTo(inbox);
    }

    @Test
    void renamedMailboxKeepsIdAndMessages() {
        append("one", Flags.NONE);
        store.mailboxes().rename(inbox, MailboxPath.of("alice", "Old"), ALICE);
        reopen();
        assertThat(store.mailboxes().find(MailboxPath.of("alice", "INBOX"))).isEmpty();
        MailboxRow found =
                store.mailboxes().find(MailboxPath.of("alice", "Old")).orElseThrow();
        assertThat(found.id()).isEqualTo(inbox);
        assertThat(store.usage(MailboxPath.PRIVATE, "alice")).isEqualTo(new Usage(1, 3));
    }

    @Test
    void wantedUidIsKeptWhenItGrowsAndRefusedWhenNot() {
        NewMessage plain = message("x", Flags.NONE);
        NewMessage wanted = new NewMessage(
                17,
                null,
                null,
                plain.body(),
                plain.size(),
                plain.headerSize(),
                plain.digest(),
                plain.mime(),
                plain.internalDate(),
                null,
                plain.flags());
        assertThat(store.messages().append(inbox, List.of(wanted), ALICE).get(0).uid())
                .isEqualTo(17);
        assertThatThrownBy(() -> store.messages().append(inbox, List.of(wanted), ALICE))
                .isInstanceOf(OperatorException.class)
                .hasMessageContaining("UID 17 was given out before");
        assertThat(append("y", Flags.NONE).uid()).isEqualTo(18);
    }

    @Test
    void concurrentAppendsAreAllThereWithDifferentUids() throws Exception {
        Set<Long> uids = java.util.concurrent.ConcurrentHashMap.newKeySet();
        try (ExecutorService threads = Executors.newFixedThreadPool(16)) {
            List<Future<?>> all = new ArrayList<>();
            for (int t = 0; t < 16; t++) {
                int thread = t;
                all.add(threads.submit(() -> {
                    for (int i = 0; i < 200; i++) {
                        uids.add(append("t" + thread + " " + i, Flags.NONE).uid());
                        if (i % 10 == 0) {
                            store.messages().updateFlags(inbox, 1, LAST, f -> f.with(Flags.SEEN), ALICE);
                        }
                    }
                }));
            }
            for (Future<?> one : all) {
                one.get();
            }
        }
        assertThat(uids).hasSize(3200);
        assertThat(store.mailboxes().state(inbox).messages()).isEqualTo(3200);
    }

    @Test
    void observersSeeWhatWasCommitted() {
        List<String> seen = new ArrayList<>();
        store.addObserver(new CommitObserver() {
            @Override
            public void appended(
                    MailboxId mailbox, List<Appended> messages, org.understudy.storage.keyspace.Author author) {
                seen.add("appended " + messages.size() + " by " + author.tag());
            }

            @Override
            public void flagsChanged(
                    MailboxId mailbox, List<FlagsChange> changes, org.understudy.storage.keyspace.Author author) {
                seen.add("flags " + changes.size());
            }

            @Override
            public void expunged(
                    MailboxId mailbox, List<ExpungedMessage> messages, org.understudy.storage.keyspace.Author author) {
                seen.add("expunged " + messages.size());
            }
        });
        append("one", Flags.NONE);
        store.messages().updateFlags(inbox, List.of(1L), f -> f, ALICE);
        store.messages().updateFlags(inbox, List.of(1L), f -> f.with(Flags.SEEN), ALICE);
        store.messages().expunge(inbox, List.of(1L), ExpungeReason.USER, ALICE);
        assertThat(seen).containsExactly("appended 1 by session:alice:s1", "flags 1", "expunged 1");
    }

    @Test
    void accountsAndSmallTables() {
        store.accounts().add("bob", "$argon2id$x", ALICE);
        assertThatThrownBy(() -> store.accounts().add("bob", "y", ALICE)).hasMessageContaining("already");
        assertThatThrownBy(() -> store.accounts().delete("eve", ALICE)).hasMessageContaining("no user eve");
        store.subscriptions().write("bob", java.util.Map.of("INBOX", new byte[0], "Sent", new byte[] {2}), ALICE);
        reopen();
        assertThat(store.accounts().find("bob").map(Accounts.Account::passwordHash))
                .contains("$argon2id$x");
        assertThat(store.subscriptions().list("bob", "").keySet()).containsExactly("INBOX", "Sent");
        assertThat(store.settings().update("area", "n", old -> Optional.of(new byte[] {7}), ALICE))
                .hasValueSatisfying(v -> assertThat(v).containsExactly(7));
        assertThat(store.settings().get("area", "n")).isPresent();
    }

    @Test
    void segmentIsAdoptedAndItsBodiesAreFoundByDigest() throws IOException {
        byte[] bytes = "From: a\r\n\r\nadopted".getBytes(StandardCharsets.UTF_8);
        org.understudy.storage.keyspace.BodyId id = store.reserveBodyIds(10);
        BodySegment segment;
        try (BodySegmentWriter writer = store.writeSegment(folder.resolve("segment.sst"))) {
            writer.add(
                    id,
                    Content.of(bytes),
                    StoreKit.digest(bytes),
                    StoreKit.digest(bytes),
                    new BodySegmentWriter.Origin(inbox, 1, 1, java.time.Instant.EPOCH, Flags.NONE));
            segment = writer.finish();
        }
        store.adopt(segment);
        store.adopt(segment);
        assertThat(store.bodies().read(id)).isEqualTo(bytes);
        assertThat(append("From: a\r\n\r\nadopted", Flags.NONE).body()).isEqualTo(id);
        assertThat(folder.resolve("segment.sst")).exists();
    }

    @Test
    void segmentIsAdoptedUnreadAndItsBodiesSumUp() throws IOException {
        java.util.Random random = new java.util.Random(3);
        List<byte[]> bodies = new java.util.ArrayList<>();
        for (int size : new int[] {0, 17, 70_000, 1 << 20, (2 << 20) + 5}) {
            byte[] body = new byte[size];
            random.nextBytes(body);
            bodies.add(body);
        }
        long first = store.reserveBodyIds(bodies.size()).value();
        BodySegment segment;
        java.util.SortedMap<org.understudy.storage.keyspace.BodyId, org.understudy.storage.keyspace.Digest> digests;
        try (BodySegmentWriter writer = store.writeSegment(folder.resolve("segment.sst"))) {
            for (int i = 0; i < bodies.size(); i++) {
                writer.add(
                        new org.understudy.storage.keyspace.BodyId(first + i),
                        i % 2 == 0 ? Content.of(bodies.get(i)) : streamed(bodies.get(i)),
                        StoreKit.digest(bodies.get(i)),
                        StoreKit.digest(bodies.get(i)),
                        new BodySegmentWriter.Origin(inbox, 1 + i, 1, java.time.Instant.EPOCH, Flags.NONE));
            }
            segment = writer.finish();
            digests = writer.digests();
        }
        store.adopt(segment, digests);
        BodySums sums = store.bodies().sums();
        for (int i = 0; i < bodies.size(); i++) {
            var id = new org.understudy.storage.keyspace.BodyId(first + i);
            assertThat(store.bodies().read(id)).isEqualTo(bodies.get(i));
            assertThat(sums.of(id)).isEqualTo(new BodySums.Sum(bodies.get(i).length, StoreKit.digest(bodies.get(i))));
        }
        List<BodySums.Sum> inOnePass = new ArrayList<>();
        sums.each(
                new org.understudy.storage.keyspace.BodyId(first),
                new org.understudy.storage.keyspace.BodyId(first + bodies.size() - 1),
                (id, sum) -> {
                    assertThat(id.value()).isEqualTo(first + inOnePass.size());
                    inOnePass.add(sum);
                });
        assertThat(inOnePass)
                .isEqualTo(bodies.stream()
                        .map(one -> new BodySums.Sum(one.length, StoreKit.digest(one)))
                        .toList());
        assertThat(store.messages()
                        .append(inbox, List.of(StoreKit.message(bodies.get(2), Flags.NONE)), ALICE)
                        .getFirst()
                        .body()
                        .value())
                .as("an equal body is stored once")
                .isEqualTo(first + 2);
        assertThatThrownBy(() -> sums.of(new org.understudy.storage.keyspace.BodyId(first + bodies.size())))
                .isInstanceOf(CorruptionException.class)
                .hasMessageContaining("missing");
    }

    private static Content streamed(byte[] bytes) {
        return new Content() {
            @Override
            public long size() {
                return bytes.length;
            }

            @Override
            public java.io.InputStream open() {
                return new java.io.ByteArrayInputStream(bytes);
            }
        };
    }

    @Test
    void callsTellWhetherAnybodyUsesTheStore() {
        long before = store.calls();
        append("one", Flags.NONE);
        store.messages().facts(inbox, 1);
        assertThat(store.calls()).isGreaterThan(before + 1);
        long quiet = store.calls();
        assertThat(store.calls()).isEqualTo(quiet);
    }

    @Test
    void checkpointIsAStoreOfItsOwn() {
        append("one", Flags.NONE);
        StoreSnapshot snapshot = store.checkpoint(folder.resolve("copy"));
        append("two", Flags.NONE);
        try (MailStore copy = MailStore.openReadOnly(folder.resolve("copy"), MailStore.Options.defaults(), false)) {
            assertThat(copy.mailboxes().state(inbox).messages()).isEqualTo(1);
            assertThat(copy.storeId()).isEqualTo(store.storeId());
            assertThat(copy.fsck(org.understudy.storage.fsck.Fsck.Depth.BODIES).findings())
                    .isEmpty();
        }
        assertThat(snapshot.files())
                .anyMatch(f -> f.columnFamily().equals("message") && f.entries() == 1)
                .anyMatch(f -> f.name().equals("HEADER"));
    }

    @Test
    void reservedUidsAndModSeqsAreGivenOutOnce() {
        assertThat(store.mailboxes().reserveUid(inbox, ALICE)).isEqualTo(1);
        assertThat(store.mailboxes().reserveUid(inbox, ALICE)).isEqualTo(2);
        assertThat(store.mailboxes().reserveModSeq(inbox, ALICE)).isEqualTo(1);
        reopen();
        Appended appended = append("x", Flags.NONE);
        assertThat(appended.uid()).isEqualTo(3);
        assertThat(appended.modSeq()).isEqualTo(2);
    }

    @Test
    void closedStoreRefusesEachCall() {
        MailStore closed = store;
        reopen();
        assertThatThrownBy(() -> closed.mailboxes().all())
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("the store is closed");
        assertThatThrownBy(() -> closed.messages().append(inbox, List.of(message("x", Flags.NONE)), ALICE))
                .isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> closed.checkpoint(folder.resolve("late"))).isInstanceOf(IllegalStateException.class);
        closed.close();
    }

    @Test
    void secondOpenIsRefusedAsBusy() {
        assertThatThrownBy(() -> StoreKit.open(folder.resolve("store")))
                .isInstanceOfSatisfying(
                        OperatorException.class, e -> assertThat(e.reason()).isEqualTo(Reason.BUSY));
    }
}
