package org.understudy.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.understudy.storage.StoreKit.ALICE;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.understudy.storage.keyspace.ExpungeReason;
import org.understudy.storage.keyspace.Flags;
import org.understudy.storage.keyspace.MailboxId;
import org.understudy.storage.keyspace.MailboxPath;
import org.understudy.storage.keyspace.MessageFlags;

/** Summaries and changes over random histories, against the flags read one by one. */
final class SummaryTest {
    @TempDir
    Path folder;

    /** What a client that looks at the mailbox knows: MODSEQ by UID. */
    private record Seen(long highestModSeq, Map<Long, Long> modSeqs) {}

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6})
    void summariesAndChangesAreTheDifferenceOfStates(long seed) {
        Random random = new Random(seed);
        MailStore store = StoreKit.open(folder.resolve("store"));
        MailboxId id = store.mailboxes()
                .create(MailboxPath.of("alice", "INBOX"), 1, ALICE)
                .id();
        List<Seen> history = new ArrayList<>();
        history.add(seen(store, id));
        for (int step = 0; step < 120; step++) {
            String what = "seed " + seed + ", step " + step;
            change(store, id, random);
            if (random.nextInt(3) == 0) {
                compareSummary(store, id, what);
            }
            if (random.nextInt(60) == 0) {
                store.close();
                store = StoreKit.open(folder.resolve("store"));
            }
            Seen now = seen(store, id);
            compareChanges(store, id, history.get(random.nextInt(history.size())), now, what);
            history.add(now);
        }
        StoreKit.closeSound(store);
    }

    private static void change(MailStore store, MailboxId id, Random random) {
        List<Long> uids = store.messages().flags(id, 1, 0xFFFF_FFFFL).stream()
                .map(MessageFlags::uid)
                .filter(uid -> random.nextInt(6) == 0)
                .toList();
        int bit = 1 << random.nextInt(6);
        switch (random.nextInt(6)) {
            case 0, 1, 2 -> {
                List<NewMessage> messages = new ArrayList<>();
                int count = random.nextInt(10) == 0 ? 150 : 1 + random.nextInt(3);
                for (int i = 0; i < count; i++) {
                    messages.add(StoreKit.message(
                            "Subject: " + random.nextLong() + "\r\n\r\n",
                            new Flags(random.nextInt(64), java.util.Set.of())));
                }
                store.messages().append(id, messages, ALICE);
            }
            case 3 -> store.messages().updateFlags(id, uids, flags -> flags.with(bit), ALICE);
            case 4 -> store.messages().updateFlags(id, uids, flags -> flags.without(bit), ALICE);
            default -> store.messages().expunge(id, uids, ExpungeReason.USER, ALICE);
        }
    }

    private static Seen seen(MailStore store, MailboxId id) {
        Map<Long, Long> modSeqs = new HashMap<>();
        store.messages().flags(id, 1, 0xFFFF_FFFFL).forEach(f -> modSeqs.put(f.uid(), f.modSeq()));
        return new Seen(store.mailboxes().state(id).highestModSeq(), modSeqs);
    }

    private static void compareSummary(MailStore store, MailboxId id, String what) {
        MailboxSummary summary = store.messages().summary(id);
        List<MessageFlags> flags = store.messages().flags(id, 1, 0xFFFF_FFFFL);
        assertThat(summary.state()).as(what).isEqualTo(store.mailboxes().state(id));
        assertThat(summary.uids()).as(what).isEqualTo(where(flags, 0, 0));
        assertThat(summary.unseen()).as(what).isEqualTo(where(flags, Flags.SEEN, 0));
        assertThat(summary.recent()).as(what).isEqualTo(where(flags, Flags.RECENT, Flags.RECENT));
        assertThat(summary.deleted()).as(what).isEqualTo(where(flags, Flags.DELETED, Flags.DELETED));
    }

    private static UidRanges where(List<MessageFlags> flags, int mask, int bits) {
        return UidRanges.of(flags.stream()
                .filter(f -> (f.flags().system() & mask) == bits)
                .mapToLong(MessageFlags::uid)
                .toArray());
    }

    private static void compareChanges(MailStore store, MailboxId id, Seen then, Seen now, String what) {
        UidChanges changes = store.messages().uidChanges(id, then.highestModSeq());
        assertThat(changes.highestModSeq()).as(what).isEqualTo(now.highestModSeq());
        assertThat(changes.changed())
                .as(what + ": came or changed")
                .isEqualTo(UidRanges.of(now.modSeqs().keySet().stream()
                        .filter(uid ->
                                !now.modSeqs().get(uid).equals(then.modSeqs().get(uid)))
                        .mapToLong(Long::longValue)
                        .sorted()
                        .toArray()));
        UidRanges before = all(then);
        assertThat(changes.vanished().and(before)).as(what + ": vanished").isEqualTo(before.minus(all(now)));
        assertThat(changes.vanished().and(all(now))).as(what).isEqualTo(UidRanges.EMPTY);
    }

    private static UidRanges all(Seen seen) {
        return UidRanges.of(seen.modSeqs().keySet().stream()
                .mapToLong(Long::longValue)
                .sorted()
                .toArray());
    }
}
