package org.understudy.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.understudy.storage.StoreKit.ALICE;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.understudy.storage.keyspace.Author;
import org.understudy.storage.keyspace.ExpungeReason;
import org.understudy.storage.keyspace.ExpungedMessage;
import org.understudy.storage.keyspace.Flags;
import org.understudy.storage.keyspace.MailboxId;
import org.understudy.storage.keyspace.MailboxPath;
import org.understudy.storage.keyspace.MailboxState;
import org.understudy.storage.keyspace.MessageFlags;

/** Effects on sets of messages come to the same as the changes of their single messages, in one effect each. */
final class BulkEffectsTest {
    private static final int MESSAGES = 2_600;
    private static final List<List<String>> KEYWORDS = List.of(List.of(), List.of("$A"), List.of("b", "C"));

    @TempDir
    Path folder;

    private MailStore store;
    private MailboxId inbox;
    private MailboxId other;

    @BeforeEach
    void open() {
        store = StoreKit.open(folder.resolve("store"));
        inbox = create("INBOX");
        other = create("Other");
    }

    @AfterEach
    void closeSound() {
        StoreKit.closeSound(store);
    }

    private MailboxId create(String name) {
        return store.mailboxes().create(MailboxPath.of("alice", name), 1, ALICE).id();
    }

    private void fill(MailboxId mailbox, int count) {
        List<NewMessage> messages = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            messages.add(StoreKit.message("the same", i % 3 == 0 ? Flags.NONE.with(Flags.SEEN) : Flags.NONE));
        }
        store.messages().append(mailbox, messages, ALICE);
    }

    private SortedMap<Long, Flags> flags(MailboxId mailbox) {
        SortedMap<Long, Flags> flags = new TreeMap<>();
        store.messages().flags(mailbox, 1, UidSet.MAX_UID).forEach(m -> flags.put(m.uid(), m.flags()));
        return flags;
    }

    private static UidSet some(Random random) {
        List<UidSet.Range> ranges = new ArrayList<>();
        int count = random.nextInt(4) == 0 ? 40 : 1 + random.nextInt(3);
        for (int i = 0; i < count; i++) {
            long from = 1 + random.nextInt(MESSAGES + 50);
            ranges.add(new UidSet.Range(from, from + (count == 40 ? random.nextInt(3) : random.nextInt(1_500))));
        }
        return new UidSet(ranges);
    }

    private static boolean has(UidSet set, long uid) {
        return set.ranges().stream().anyMatch(range -> range.from() <= uid && uid <= range.to());
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void editsComeToWhatTheyComeToMessageByMessage(long seed) {
        Random random = new Random(seed);
        fill(inbox, MESSAGES);
        SortedMap<Long, Flags> expected = flags(inbox);
        for (int step = 0; step < 40; step++) {
            String where = "seed " + seed + ", step " + step;
            if (step == 20) {
                store.close();
                store = StoreKit.open(folder.resolve("store"));
            }
            UidSet set = some(random);
            FlagEdit.Mode mode = FlagEdit.Mode.values()[random.nextInt(3)];
            FlagEdit edit =
                    new FlagEdit(mode, Flags.of(1 << random.nextInt(5), KEYWORDS.get(random.nextInt(KEYWORDS.size()))));
            MailboxState before = store.mailboxes().state(inbox);
            Messages.Edited edited = store.messages().editFlags(inbox, set, edit, Long.MAX_VALUE, ALICE, told -> {});

            List<Long> changed = new ArrayList<>();
            for (FlagsChange change : edited.changes()) {
                assertThat(change.before()).as(where).isEqualTo(expected.get(change.uid()));
                assertThat(change.after()).as(where).isEqualTo(edit.apply(change.before()));
                if (change.changed()) {
                    changed.add(change.uid());
                }
            }
            assertThat(edited.changes().stream().map(FlagsChange::uid))
                    .as(where)
                    .containsExactlyElementsOf(expected.keySet().stream()
                            .filter(uid -> has(set, uid))
                            .toList());
            expected.replaceAll((uid, flags) -> has(set, uid) ? edit.apply(flags) : flags);
            assertThat(flags(inbox)).as(where).isEqualTo(expected);
            assertThat(store.messages()
                            .changesSince(inbox, before.highestModSeq())
                            .changed())
                    .as(where)
                    .isEqualTo(changed);
            MailboxState after = store.mailboxes().state(inbox);
            assertThat(after.highestModSeq() - before.highestModSeq())
                    .as("one MODSEQ for the whole set; %s", where)
                    .isEqualTo(changed.isEmpty() ? 0 : 1);
            assertThat(after.unseen())
                    .as(where)
                    .isEqualTo(expected.values().stream()
                            .filter(flags -> !flags.has(Flags.SEEN))
                            .count());
        }
    }

    @Test
    void editsOfMessagesWithMoreKeywordsThanArePackedKeepThemAll() {
        fill(inbox, 200);
        List<String> many = new ArrayList<>();
        for (int i = 0; i < 80; i++) {
            many.add("k" + i);
        }
        UidSet half = new UidSet(List.of(new UidSet.Range(1, 100)));
        edit(half, FlagEdit.Mode.ADD, Flags.of(0, many));
        edit(UidSet.ALL, FlagEdit.Mode.ADD, Flags.of(Flags.FLAGGED, List.of()));
        edit(UidSet.ALL, FlagEdit.Mode.REMOVE, Flags.of(0, List.of("K79", "unknown")));

        assertThat(flags(inbox).get(1L).keywords()).hasSize(79).contains("k78").doesNotContain("k79");
        assertThat(flags(inbox).get(101L).keywords()).isEmpty();
        assertThat(flags(inbox).values()).allMatch(flags -> flags.has(Flags.FLAGGED));
        assertThat(store.mailboxes().keywords(inbox)).doesNotContain("unknown");
    }

    private void edit(UidSet set, FlagEdit.Mode mode, Flags flags) {
        store.messages().editFlags(inbox, set, new FlagEdit(mode, flags), Long.MAX_VALUE, ALICE, told -> {});
    }

    @Test
    void editsLeaveWhatHasChangedSince() {
        fill(inbox, 300);
        long since = store.mailboxes().state(inbox).highestModSeq();
        edit(new UidSet(List.of(new UidSet.Range(10, 12))), FlagEdit.Mode.ADD, Flags.NONE.with(Flags.FLAGGED));

        Messages.Edited edited = store.messages()
                .editFlags(
                        inbox,
                        UidSet.ALL,
                        new FlagEdit(FlagEdit.Mode.ADD, Flags.NONE.with(Flags.DELETED)),
                        since,
                        ALICE,
                        told -> {});

        assertThat(edited.left()).containsExactly(10L, 11L, 12L);
        assertThat(edited.changes()).hasSize(297);
        assertThat(flags(inbox).entrySet().stream()
                        .filter(entry -> !entry.getValue().has(Flags.DELETED))
                        .map(java.util.Map.Entry::getKey))
                .containsExactly(10L, 11L, 12L);
    }

    @ParameterizedTest
    @ValueSource(longs = {4, 5})
    void setsAreCopiedMovedAndExpungedAsTheirMessagesAre(long seed) {
        Random random = new Random(seed);
        fill(inbox, MESSAGES);
        SortedMap<Long, Flags> here = flags(inbox);
        SortedMap<Long, Flags> there = new TreeMap<>();
        for (int step = 0; step < 9; step++) {
            String where = "seed " + seed + ", step " + step;
            UidSet set = some(random);
            List<Long> named =
                    here.keySet().stream().filter(uid -> has(set, uid)).toList();
            long next = store.mailboxes().state(other).uidNext();
            if (step % 3 == 2) {
                edit(set, FlagEdit.Mode.ADD, Flags.NONE.with(Flags.DELETED));
                here.replaceAll((uid, flags) -> has(set, uid) ? flags.with(Flags.DELETED) : flags);
                List<Long> marked = here.keySet().stream()
                        .filter(uid -> here.get(uid).has(Flags.DELETED))
                        .toList();
                List<ExpungedMessage> gone = store.messages()
                        .expunge(inbox, UidSet.ALL, Flags.DELETED, ExpungeReason.USER, ALICE, told -> {});
                assertThat(gone.stream().map(one -> one.facts().uid()))
                        .as(where)
                        .containsExactlyElementsOf(marked);
                marked.forEach(here::remove);
            } else {
                boolean move = step % 3 == 1;
                Messages.Moved moved = move
                        ? store.messages().move(inbox, set, other, ALICE, told -> {})
                        : store.messages().copy(inbox, set, other, ALICE, told -> {});
                assertThat(moved.originals().stream().map(one -> one.facts().uid()))
                        .as(where)
                        .containsExactlyElementsOf(named);
                for (int i = 0; i < named.size(); i++) {
                    assertThat(moved.to().get(i).uid()).as(where).isEqualTo(next + i);
                    there.put(next + i, here.get(named.get(i)).with(Flags.RECENT));
                }
                if (move) {
                    named.forEach(here::remove);
                }
            }
            assertThat(flags(inbox)).as(where).isEqualTo(here);
            assertThat(flags(other)).as(where).isEqualTo(there);
        }
    }

    @Test
    void effectsAreToldInTheirOrderWhoeverCausesThem() throws Exception {
        List<Long> told = new CopyOnWriteArrayList<>();
        store.addObserver(new CommitObserver() {
            @Override
            public void appended(MailboxId mailbox, List<Appended> messages, Author author) {
                if (author instanceof Author.Restore) {
                    messages.forEach(message -> told.add(message.uid()));
                }
            }

            @Override
            public void flagsChanged(MailboxId mailbox, List<FlagsChange> changes, Author author) {}

            @Override
            public void expunged(MailboxId mailbox, List<ExpungedMessage> messages, Author author) {}
        });
        ExecutorService threads = Executors.newFixedThreadPool(8);
        List<Future<?>> all = new ArrayList<>();
        for (int thread = 0; thread < 8; thread++) {
            boolean restore = thread % 2 == 0;
            all.add(threads.submit(() -> {
                for (int i = 0; i < 40; i++) {
                    List<NewMessage> one = List.of(StoreKit.message("the same", Flags.NONE));
                    if (restore) {
                        store.messages().append(inbox, one, new Author.Restore("r1"));
                    } else {
                        store.messages()
                                .append(
                                        inbox,
                                        one,
                                        ALICE,
                                        appended -> List.of(),
                                        appended -> appended.forEach(message -> told.add(message.uid())));
                    }
                }
            }));
        }
        for (Future<?> one : all) {
            one.get(2, TimeUnit.MINUTES);
        }
        threads.shutdown();

        assertThat(told).hasSize(320).isSorted();
    }

    @Test
    void setsAreDrawnTogether() {
        UidSet set = UidSet.of(List.of(5L, 1L, 2L, 9L, 3L));

        assertThat(set.ranges())
                .containsExactly(new UidSet.Range(1, 3), new UidSet.Range(5, 5), new UidSet.Range(9, 9));
        assertThat(new UidSet(List.of()).isEmpty()).isTrue();
        assertThat(store.messages()
                        .copy(inbox, new UidSet(List.of()), other, ALICE, told -> {})
                        .to())
                .isEmpty();
        assertThat(store.messages().flags(inbox, 1, 10)).map(MessageFlags::uid).isEmpty();
    }
}
