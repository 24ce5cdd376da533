package org.understudy.server.search;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.understudy.storage.StoreSnapshot;
import org.understudy.storage.keyspace.Flags;

/** A bit of a body has flipped on the disk. */
final class UnreadableMailTest {
    private static final int MESSAGES = 100;

    @TempDir
    Path folder;

    @Test
    void isNeitherFoundNorPassedOver() throws Exception {
        String table;
        try (MailboxOfMail mail = new MailboxOfMail(folder)) {
            Random random = new Random(5);
            List<byte[]> messages = new ArrayList<>();
            for (int i = 0; i < MESSAGES; i++) {
                StringBuilder text = new StringBuilder("Subject: " + i + "\r\n\r\nneedle\r\n");
                for (int j = 0; j < 200; j++) {
                    text.append(Long.toHexString(random.nextLong())).append("\r\n");
                }
                messages.add(text.toString().getBytes(StandardCharsets.US_ASCII));
            }
            mail.add(Instant.EPOCH, Flags.NONE, messages);
            table = mail.store.checkpoint(folder.resolve("checkpoint")).files().stream()
                    .filter(file -> file.columnFamily().equals("body"))
                    .map(StoreSnapshot.File::name)
                    .findFirst()
                    .orElseThrow();
        }
        try (RandomAccessFile file =
                new RandomAccessFile(folder.resolve("store").resolve(table).toFile(), "rw")) {
            file.seek(file.length() / 3);
            int octet = file.read();
            file.seek(file.length() / 3);
            file.write(octet ^ 1);
        }
        try (MailboxOfMail mail = new MailboxOfMail(folder)) {
            assertAllToldOf(mail, new Criterion.InBody("NEEDLE"), MESSAGES);
            assertAllToldOf(mail, new Criterion.Not(new Criterion.InBody("no such text")), MESSAGES);
            MailSearch.Found cheap = mail.scanning().search(mail.mailbox, new Criterion.Larger(10), () -> false);
            assertThat(cheap.uids()).as("what needs no text").hasSize(MESSAGES);
            assertThat(cheap.unreadable()).isEmpty();
        }
    }

    private static void assertAllToldOf(MailboxOfMail mail, Criterion criterion, int expected) {
        MailSearch.Found found = mail.scanning().search(mail.mailbox, criterion, () -> false);
        assertThat(found.unreadable())
                .as("unreadable, asked for %s", criterion)
                .isNotEmpty()
                .hasSizeLessThan(20);
        TreeSet<Long> told = new TreeSet<>(found.unreadable());
        for (long uid : found.uids()) {
            assertThat(told.add(uid)).as("UID %s is told of once", uid).isTrue();
        }
        assertThat(told).hasSize(expected);
    }
}
