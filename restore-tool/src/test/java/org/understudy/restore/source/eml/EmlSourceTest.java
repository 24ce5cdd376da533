package org.understudy.restore.source.eml;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.understudy.restore.source.BackupSource;
import org.understudy.restore.source.BackupSourceContract;
import org.understudy.restore.source.SourceItem;
import org.understudy.restore.source.Sources;

final class EmlSourceTest {
    @TempDir
    Path folder;

    @Test
    void foldersAreMailboxesOfTheUserThatTheDirectoryIsNamedAfter() throws Exception {
        write("Joe/1.eml", "Subject: x\n\ny\n");
        write("Joe/Inbox/2.EML", "Subject: x\n\ny\n");
        write("Joe/Work/2024.05/3.eml", "Subject: x\n\ny\n");
        write("Joe/Empty/readme.txt", "none");
        try (BackupSource source = Sources.open(folder.resolve("Joe"))) {
            assertThat(source.describe().kind()).isEqualTo("eml");
            assertThat(source.mailboxes())
                    .extracting(info -> info.mailbox().user())
                    .containsOnly("joe");
            assertThat(source.mailboxes())
                    .extracting(info -> info.mailbox().name())
                    .containsExactly("Empty", "INBOX", "Work", "Work.2024_05");
        }
    }

    @Test
    void foldersNamedLikeAddressesAreUsers() throws Exception {
        write("all/joe@example.org/Inbox/1.eml", "Subject: x\n\ny\n");
        write("all/Ann@example.org/2.eml", "Subject: x\n\ny\n");
        try (BackupSource source = Sources.open(folder.resolve("all"))) {
            assertThat(messages(source))
                    .extracting(message -> message.mailbox().toString())
                    .containsExactly(
                            "SourceMailbox[user=ann@example.org, name=INBOX]",
                            "SourceMailbox[user=joe@example.org, name=INBOX]");
        }
    }

    @Test
    void arrivalIsThatOfTheLastHopThenOfTheDateThenOfTheFile() throws Exception {
        String hop = "Received: from a by b; Wed, 1 Feb 2023 10:00:00 +0100\n";
        String older = "Received: from c by a; Wed, 1 Feb 2023 08:00:00 +0100\n";
        String date = "Date: Wed, 1 Feb 2023 07:00:00 +0100\n";
        write("joe/1.eml", hop + older + date + "Subject: x\n\ny\n");
        write("joe/2.eml", "Received: nobody knows\n" + date + "\ny\n");
        Path none = write("joe/3.eml", "Subject: x\n\n" + date);
        Files.setLastModifiedTime(none, FileTime.from(Instant.parse("2024-01-01T00:00:00Z")));
        try (BackupSource source = Sources.open(folder.resolve("joe"))) {
            assertThat(messages(source))
                    .extracting(SourceItem.Message::internalDate)
                    .containsExactly(
                            Instant.parse("2023-02-01T09:00:00Z"),
                            Instant.parse("2023-02-01T06:00:00Z"),
                            Instant.parse("2024-01-01T00:00:00Z"));
        }
    }

    static final class Contract implements BackupSourceContract {
        @TempDir
        Path folder;

        @Override
        public Input layOut() throws Exception {
            Path root = folder.resolve("mail");
            put(root.resolve("ann@example.org/a.eml"), "");
            put(root.resolve("ann@example.org/b.eml"), "Subject: b\n\nb\n");
            put(root.resolve("joe@example.org/Sent/c.eml"), "Subject: c\n\nc\n");
            put(root.resolve("joe@example.org/list.csv"), "a,b\n");
            Files.createSymbolicLink(root.resolve("joe@example.org/link.eml"), Path.of("/etc/passwd"));
            return new Input(
                    root,
                    Set.of(
                            "ann@example.org/a.eml",
                            "ann@example.org/b.eml",
                            "joe@example.org/Sent/c.eml",
                            "joe@example.org/list.csv",
                            "joe@example.org/link.eml"));
        }

        private static void put(Path file, String text) throws IOException {
            Files.createDirectories(file.getParent());
            Files.writeString(file, text);
        }

        @Override
        public BackupSource open(Path root) {
            return Sources.open(root);
        }
    }

    private Path write(String path, String text) throws IOException {
        Path file = folder.resolve(path);
        Files.createDirectories(file.getParent());
        return Files.writeString(file, text);
    }

    private static List<SourceItem.Message> messages(BackupSource source) throws IOException {
        return BackupSourceContract.all(source, 0).stream()
                .map(SourceItem.Message.class::cast)
                .toList();
    }
}
