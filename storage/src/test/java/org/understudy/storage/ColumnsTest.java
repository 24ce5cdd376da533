package org.understudy.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.understudy.storage.StoreKit.ALICE;
import static org.understudy.storage.StoreKit.message;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.understudy.storage.keyspace.ExpungeReason;
import org.understudy.storage.keyspace.Flags;
import org.understudy.storage.keyspace.MailboxId;
import org.understudy.storage.keyspace.MailboxPath;
import org.understudy.storage.keyspace.MessageFacts;
import org.understudy.storage.keyspace.MessageFlags;

/** Columns say what rows say. */
class ColumnsTest {
    @TempDir
    Path folder;

    @Test
    void equalRowsAfterChangesOfEveryKind() {
        Random random = new Random(11);
        try (MailStore store = StoreKit.open(folder)) {
            MailboxId inbox = store.mailboxes()
                    .create(MailboxPath.of("alice", "INBOX"), 42, ALICE)
                    .id();
            List<NewMessage> some = IntStream.range(0, 300)
                    .mapToObj(i -> message("Subject: " + i + "\r\n\r\n", Flags.NONE))
                    .toList();
            store.messages().append(inbox, some, ALICE);
            for (int i = 0; i < 40; i++) {
                Set<String> keywords = IntStream.range(0, 3)
                        .mapToObj(k -> "k" + random.nextInt(70))
                        .collect(Collectors.toSet());
                List<Long> uids =
                        random.longs(1 + random.nextInt(100), 1, 301).boxed().toList();
                store.messages().updateFlags(inbox, uids, f -> Flags.of(random.nextInt(32), keywords), ALICE);
            }
            store.messages().expunge(inbox, List.of(1L, 7L, 300L), ExpungeReason.USER, ALICE);
            compareFlags(store, inbox);
            compareFacts(store, inbox);
        }
    }

    private static void compareFlags(MailStore store, MailboxId inbox) {
        FlagColumns columns = store.messages().flagColumns(inbox);
        List<MessageFlags> rows = store.messages().flags(inbox, 1, 0xFFFF_FFFFL);
        assertThat(columns.size()).isEqualTo(rows.size());
        List<String> keywords = store.mailboxes().keywords(inbox);
        assertThat(keywords).as("more than fit into the bits").hasSizeGreaterThan(58);
        for (int i = 0; i < rows.size(); i++) {
            MessageFlags row = rows.get(i);
            assertThat(columns.uid(i)).isEqualTo(row.uid());
            assertThat(columns.modSeq(i)).isEqualTo(row.modSeq());
            assertThat(columns.system(i)).isEqualTo(row.flags().system());
            for (String keyword : keywords) {
                assertThat(columns.has(i, columns.keyword(keyword.toUpperCase(java.util.Locale.ROOT))))
                        .as("UID %s has %s", row.uid(), keyword)
                        .isEqualTo(row.flags().keywords().contains(keyword));
            }
        }
        assertThat(columns.keyword("never")).isEqualTo(-1);
    }

    private static void compareFacts(MailStore store, MailboxId inbox) {
        MessageColumns columns = new MessageColumns(0);
        store.messages().columns(inbox, 1, 0xFFFF_FFFFL, columns);
        List<MessageFacts> rows = new ArrayList<>();
        store.messages().scan(inbox, 1, 0xFFFF_FFFFL, rows::add);
        assertThat(columns.size()).isEqualTo(rows.size());
        for (int i = 0; i < rows.size(); i++) {
            MessageFacts row = rows.get(i);
            assertThat(columns.uid(i)).isEqualTo(row.uid());
            assertThat(columns.message(i)).isEqualTo(row.messageId().value());
            assertThat(columns.thread(i)).isEqualTo(row.threadId().value());
            assertThat(columns.body(i)).isEqualTo(row.body().value());
            assertThat(columns.octets(i)).isEqualTo(row.size());
            assertThat(columns.headerOctets(i)).isEqualTo(row.headerSize());
            assertThat(columns.internalDate(i)).isEqualTo(row.internalDate().toEpochMilli());
            assertThat(columns.savedAt(i))
                    .isEqualTo(
                            row.savedAt() == null
                                    ? MessageColumns.NO_DATE
                                    : row.savedAt().toEpochMilli());
        }
    }
}
