package org.understudy.server.search;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.understudy.storage.keyspace.Author;
import org.understudy.storage.keyspace.Flags;
import org.understudy.storage.keyspace.MailboxPath;

/** What may happen to an index between its first message and its last. */
final class IndexLifeTest {
    private static final int MEMORY = 8 << 20;
    private static final Criterion ODD = new Criterion.InBody("ODD one");

    @TempDir
    Path folder;

    private static void fill(MailboxOfMail mail, int from, int count) throws Exception {
        List<byte[]> messages = new ArrayList<>();
        for (int i = from; i < from + count; i++) {
            messages.add(
                    ("Subject: number " + i + "\r\n\r\nan " + (i % 2 == 0 ? "even" : "odd") + " one, " + i + "\r\n")
                            .getBytes(StandardCharsets.US_ASCII));
        }
        mail.add(Instant.EPOCH, Flags.NONE, messages);
    }

    private static int found(MailSearch search, MailboxOfMail mail) {
        return search.search(mail.mailbox, ODD, () -> false).uids().length;
    }

    @Test
    void catchesUpWithWhatCameWhileNobodyLooked() throws Exception {
        try (MailboxOfMail mail = new MailboxOfMail(folder)) {
            fill(mail, 0, 600);
            try (SearchIndexing indexing = SearchIndexing.start(mail.store, folder, MEMORY)) {
                assertThat(indexing.awaitIdle(30_000)).isTrue();
                assertThat(indexing.status())
                        .extracting(IndexStatus::indexed, IndexStatus::messages)
                        .containsExactly(600L, 600L);
            }
            fill(mail, 600, 600);
            try (SearchIndexing indexing = SearchIndexing.start(mail.store, folder, MEMORY)) {
                MailSearch search = indexing.search(Clock.systemUTC());
                assertThat(found(search, mail)).isEqualTo(600);
                assertThat(indexing.awaitIdle(30_000)).isTrue();
                assertThat(indexing.status().indexed()).isEqualTo(1200);
                assertThat(found(search, mail)).isEqualTo(600);
            }
        }
    }

    @Test
    void isBuiltAnewWhenItIsDeletedOrOfAnotherStore() throws Exception {
        try (MailboxOfMail mail = new MailboxOfMail(folder.resolve("one"))) {
            fill(mail, 0, 20);
            try (SearchIndexing indexing = SearchIndexing.start(mail.store, folder, MEMORY)) {
                assertThat(indexing.awaitIdle(30_000)).isTrue();
            }
        }
        try (MailboxOfMail other = new MailboxOfMail(folder.resolve("other"))) {
            fill(other, 100, 30);
            try (SearchIndexing indexing = SearchIndexing.start(other.store, folder, MEMORY)) {
                assertThat(indexing.awaitIdle(30_000)).isTrue();
                assertThat(indexing.status().indexed()).isEqualTo(30);
                assertThat(found(indexing.search(Clock.systemUTC()), other)).isEqualTo(15);
                indexing.rebuild();
                assertThat(found(indexing.search(Clock.systemUTC()), other)).isEqualTo(15);
                assertThat(indexing.awaitIdle(30_000)).isTrue();
                assertThat(indexing.status().indexed()).isEqualTo(30);
            }
            SearchIndexing.delete(folder);
            assertThat(folder.resolve(SearchIndexing.FOLDER)).doesNotExist();
            try (SearchIndexing indexing = SearchIndexing.start(other.store, folder, MEMORY)) {
                assertThat(indexing.awaitIdle(30_000)).isTrue();
                assertThat(indexing.status().indexed()).isEqualTo(30);
            }
        }
    }

    @Test
    void isBuiltAnewWhenItIsDamagedAndSearchesMissNothing() throws Exception {
        try (MailboxOfMail mail = new MailboxOfMail(folder)) {
            fill(mail, 0, 1100);
            try (SearchIndexing indexing = SearchIndexing.start(mail.store, folder, MEMORY)) {
                assertThat(indexing.awaitIdle(30_000)).isTrue();
            }
            // Opening it moves the rows from its log into a table, which is then damaged.
            try (SearchIndexing indexing = SearchIndexing.start(mail.store, folder, MEMORY)) {
                assertThat(indexing.awaitIdle(30_000)).isTrue();
            }
            int damaged = damage(folder.resolve(SearchIndexing.FOLDER));
            assertThat(damaged).as("tables that were damaged").isPositive();
            try (SearchIndexing indexing = SearchIndexing.start(mail.store, folder, MEMORY)) {
                MailSearch search = indexing.search(Clock.systemUTC());
                Awaitility.await().atMost(Duration.ofSeconds(60)).untilAsserted(() -> {
                    assertThat(found(search, mail)).isEqualTo(550);
                    assertThat(indexing.awaitIdle(1)).isTrue();
                });
                assertThat(found(search, mail)).isEqualTo(550);
                assertThat(indexing.status().indexed()).isEqualTo(1100);
            }
        }
    }

    private static int damage(Path index) throws IOException {
        int damaged = 0;
        try (Stream<Path> files = Files.list(index)) {
            for (Path table : files.filter(f -> f.toString().endsWith(".sst")).toList()) {
                try (RandomAccessFile file = new RandomAccessFile(table.toFile(), "rw")) {
                    for (long at = 100; at < file.length() - 4096; at += 5_000) {
                        file.seek(at);
                        int octet = file.read();
                        file.seek(at);
                        file.write(octet ^ 0x55);
                    }
                }
                damaged++;
            }
        }
        return damaged;
    }

    @Test
    void movedMailIsFoundInItsNewMailbox() throws Exception {
        Author author = new Author.Housekeeping("test");
        try (MailboxOfMail mail = new MailboxOfMail(folder);
                SearchIndexing indexing = SearchIndexing.start(mail.store, folder, MEMORY)) {
            fill(mail, 0, 10);
            assertThat(indexing.awaitIdle(30_000)).isTrue();
            var archive = mail.store.mailboxes().create(MailboxPath.of("anna", "Archive"), 2, author);
            mail.store.messages().move(mail.mailbox, List.of(2L, 4L), archive.id(), author);
            MailSearch search = indexing.search(Clock.systemUTC());
            assertThat(found(search, mail)).isEqualTo(3);
            assertThat(search.search(archive.id(), ODD, () -> false).uids()).containsExactly(1, 2);
            assertThat(indexing.awaitIdle(30_000)).isTrue();
            assertThat(search.search(archive.id(), ODD, () -> false).uids()).containsExactly(1, 2);
        }
    }

    @Test
    void aSearchEndsWhenNobodyWaits() throws Exception {
        try (MailboxOfMail mail = new MailboxOfMail(folder)) {
            fill(mail, 0, 100);
            assertThatThrownBy(() -> mail.scanning().search(mail.mailbox, ODD, () -> true))
                    .isInstanceOf(SearchInterruptedException.class);
        }
    }
}
