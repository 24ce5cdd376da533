package org.understudy.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.understudy.storage.StoreKit.ALICE;
import static org.understudy.storage.StoreKit.message;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.understudy.storage.keyspace.Flags;
import org.understudy.storage.keyspace.MailboxId;
import org.understudy.storage.keyspace.MailboxPath;

class StoreFiguresTest {
    @TempDir
    Path folder;

    private static StoreFigures of(MailStore store) {
        return store.figures().orElseThrow();
    }

    @Test
    void tellsWhatWasWrittenAndWhereItLies() {
        MailStore store = StoreKit.open(folder.resolve("store"));
        MailboxId inbox = store.mailboxes()
                .create(MailboxPath.of("alice", "INBOX"), 42, ALICE)
                .id();
        StoreFigures before = of(store);
        store.messages().append(inbox, List.of(message(new byte[50_000], Flags.NONE)), ALICE);
        StoreFigures after = of(store);
        assertThat(after.counts().logSyncs()).isGreaterThan(before.counts().logSyncs());
        assertThat(after.counts().logBytes() - before.counts().logBytes()).isGreaterThan(50_000);
        assertThat(after.counts().written() - before.counts().written()).isGreaterThan(50_000);
        assertThat(after.logBytes()).isGreaterThan(50_000);
        assertThat(after.memory().writeBuffers()).isGreaterThan(50_000);
        assertThat(after.memory().cacheUsed()).isPositive();
        assertThat(after.compaction().stopped()).isFalse();
        assertThat(after.compaction().errors()).isZero();
        assertThat(after.levels()).containsKeys(0, 1, 6);
        assertThat(after.families()).containsKeys("body", "message", "flag-chunk");
        StoreKit.closeSound(store);

        MailStore again = StoreKit.open(folder.resolve("store"));
        StoreFigures reopened = of(again);
        long bytes = reopened.levels().values().stream()
                .mapToLong(StoreFigures.Level::bytes)
                .sum();
        assertThat(bytes).isPositive();
        assertThat(reopened.families().values().stream()
                        .mapToLong(Long::longValue)
                        .sum())
                .isEqualTo(bytes);
        long misses = reopened.counts().cacheMisses();
        long hits = reopened.counts().cacheHits();
        again.messages().scan(inbox, 1, 10, facts -> {});
        again.messages().scan(inbox, 1, 10, facts -> {});
        assertThat(of(again).counts().cacheMisses() + of(again).counts().cacheHits())
                .isGreaterThan(misses + hits);
        again.close();
        assertThat(again.figures()).isEmpty();
    }

    @Test
    void tellsOfAStoreThatWasOpenedForReading() {
        Path place = folder.resolve("store");
        StoreKit.closeSound(StoreKit.open(place));
        try (MailStore reading = MailStore.openReadOnly(place, MailStore.Options.defaults(), false)) {
            assertThat(of(reading).counts().logSyncs()).isZero();
            assertThat(of(reading).memory().cacheCapacity()).isEqualTo(256L << 20);
        }
    }
}
