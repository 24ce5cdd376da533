package org.understudy.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.understudy.storage.StoreKit.ALICE;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.understudy.storage.keyspace.Flags;
import org.understudy.storage.keyspace.MailboxId;
import org.understudy.storage.keyspace.MailboxPath;
import org.understudy.storage.keyspace.SummaryCodec;

/** What a store leaves of its summaries: used by the next one if nothing came between, and by no other. */
final class SummaryFileTest {
    private static final UidRanges FIVE = UidRanges.range(1, 5);

    @TempDir
    private Path temporary;

    private Path folder;
    private Path file;
    private MailboxId inbox;

    @BeforeEach
    void closeAStore() {
        folder = temporary.resolve("store");
        file = folder.resolve("SUMMARIES");
        try (MailStore store = StoreKit.open(folder)) {
            inbox = store.mailboxes()
                    .create(MailboxPath.of("alice", "INBOX"), 1, ALICE)
                    .id();
            for (int i = 0; i < 5; i++) {
                append(store);
            }
            assertThat(store.messages().summary(inbox).unseen()).isEqualTo(FIVE);
        }
    }

    private void append(MailStore store) {
        store.messages().append(inbox, List.of(StoreKit.message("Subject: x\r\n\r\n", Flags.NONE)), ALICE);
    }

    private MailboxSummary reopened() {
        try (MailStore store = StoreKit.open(folder)) {
            return store.messages().summary(inbox);
        }
    }

    /** Writes a summary that is not true, to see whether it is used. */
    private void forge() throws IOException {
        SummaryFile.Left left = SummaryFile.read(folder, folder.resolve("db"));
        MailboxSummary is = SummaryCodec.decode(inbox, left.summaries().get(inbox));
        MailboxSummary forged = new MailboxSummary(is.state(), is.uids(), UidRanges.of(4), is.recent(), is.deleted());
        SummaryFile.write(
                folder,
                folder.resolve("db"),
                new SummaryFile.Left(left.sequence(), Map.of(inbox, SummaryCodec.encode(forged))));
    }

    @Test
    void theNextStoreUsesItAndKeepsItUpToDate() throws Exception {
        forge();
        try (MailStore store = StoreKit.open(folder)) {
            assertThat(file).doesNotExist();
            append(store);
            MailboxSummary summary = store.messages().summary(inbox);
            assertThat(summary.unseen()).isEqualTo(UidRanges.of(4, 6));
            assertThat(summary.uids()).isEqualTo(UidRanges.range(1, 6));
        }
    }

    @Test
    void thatOfAnEarlierStateIsNotUsed() throws Exception {
        forge();
        byte[] earlier = Files.readAllBytes(file);
        assertThat(reopened().unseen()).isEqualTo(UidRanges.of(4));
        Files.write(file, earlier);
        assertThat(reopened().unseen()).isEqualTo(FIVE);
    }

    @Test
    void thatOfAnotherLineIsNotUsed() throws Exception {
        forge();
        LineFile.make(folder);
        assertThat(reopened().unseen()).isEqualTo(FIVE);
    }

    @Test
    void thatOfAnotherSequenceIsNotUsed() throws Exception {
        forge();
        SummaryFile.Left left = SummaryFile.read(folder, folder.resolve("db"));
        SummaryFile.write(folder, folder.resolve("db"), new SummaryFile.Left(left.sequence() - 1, left.summaries()));
        assertThat(reopened().unseen()).isEqualTo(FIVE);
    }

    @Test
    void aDamagedOneIsNotUsed() throws Exception {
        forge();
        byte[] sound = Files.readAllBytes(file);
        for (int cut : new int[] {0, 7, 19, sound.length / 2, sound.length - 1}) {
            Files.write(file, Arrays.copyOf(sound, cut));
            assertThat(SummaryFile.read(folder, folder.resolve("db")))
                    .as("cut at " + cut)
                    .isEqualTo(SummaryFile.Left.NOTHING);
        }
        for (int at = 0; at < sound.length; at += 5) {
            byte[] flipped = sound.clone();
            flipped[at] ^= 0x10;
            Files.write(file, flipped);
            assertThat(SummaryFile.read(folder, folder.resolve("db")))
                    .as("flipped at " + at)
                    .isEqualTo(SummaryFile.Left.NOTHING);
        }
        assertThat(reopened().unseen()).isEqualTo(FIVE);
    }

    @Test
    void thoseThatNobodyAskedForStay() throws Exception {
        forge();
        StoreKit.open(folder).close();
        assertThat(reopened().unseen()).isEqualTo(UidRanges.of(4));
    }

    @Test
    void whoReadsOnlyLeavesItThere() throws Exception {
        byte[] before = Files.readAllBytes(file);
        try (MailStore store = MailStore.openReadOnly(folder, MailStore.Options.defaults(), false)) {
            assertThat(store.messages().summary(inbox).unseen()).isEqualTo(FIVE);
        }
        assertThat(file).hasBinaryContent(before);
    }
}
