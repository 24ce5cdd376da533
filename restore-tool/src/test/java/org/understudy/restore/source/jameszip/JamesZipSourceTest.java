package org.understudy.restore.source.jameszip;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.understudy.restore.source.BackupSource;
import org.understudy.restore.source.BackupSourceContract;
import org.understudy.restore.source.SourceItem;
import org.understudy.restore.source.SourceOptions;
import org.understudy.restore.source.Sources;
import org.understudy.restore.source.Witness;
import org.understudy.storage.keyspace.Flags;

final class JamesZipSourceTest {
    private static final long ARRIVED = 1_700_000_000_123L;

    @TempDir
    Path folder;

    @Test
    void readsMailboxesMessagesAndWhatIsKnownOfThem() throws Exception {
        try (BackupSource source = open(anna())) {
            assertThat(source.describe().kind()).isEqualTo("james-zip");
            assertThat(source.mailboxes())
                    .extracting(info -> info.mailbox().name() + " " + info.uidValidity())
                    .containsExactly("INBOX 17", "Sent.2024 18", "leer 19");
            List<SourceItem.Message> messages = messages(source);
            assertThat(messages)
                    .extracting(message -> message.mailbox().name() + " " + message.uid())
                    .containsExactly("INBOX 1", "INBOX 2", "Sent.2024 7");
            SourceItem.Message second = messages.get(1);
            assertThat(second.mailbox().user()).isEqualTo("anna@example.org");
            assertThat(second.flags()).isEqualTo(Flags.of(Flags.SEEN | Flags.FLAGGED, Set.of("work")));
            assertThat(second.internalDate()).isEqualTo(Instant.ofEpochMilli(ARRIVED));
            assertThat(second.witnesses())
                    .containsExactly(new Witness.IndexSize(mail("two").length(), "James's backup"));
        }
        assertThat(left()).isEmpty();
    }

    @Test
    void losesOneMessageToOneFlip() throws Exception {
        Path file = anna();
        byte[] zip = Files.readAllBytes(file);
        int at = new String(zip, StandardCharsets.ISO_8859_1).indexOf("m-2") + 130;
        zip[at] ^= 0x20;
        Files.write(file, zip);
        try (BackupSource source = open(file)) {
            assertThat(messages(source)).hasSize(2);
            assertThat(BackupSourceContract.all(source, 0))
                    .filteredOn(SourceItem.Unreadable.class::isInstance)
                    .singleElement()
                    .satisfies(item -> assertThat(item.ref().path()).isEqualTo("Anna@Example.org.zip#m-2"));
        }
    }

    @Test
    void takesWhatIsWholeOfAnArchiveCutAnywhere() throws Exception {
        Path file = anna();
        byte[] zip = Files.readAllBytes(file);
        int before = 0;
        for (int length = 200; length < zip.length - 30; length += 61) {
            Files.write(file, Arrays.copyOf(zip, length));
            try (BackupSource source = open(file)) {
                List<SourceItem> items = BackupSourceContract.all(source, 0);
                int found = (int) items.stream()
                        .filter(SourceItem.Message.class::isInstance)
                        .count();
                assertThat(found).as("cut at %d", length).isBetween(before, 3);
                before = found;
                assertThat(items)
                        .as("cut at %d", length)
                        .anySatisfy(item -> assertThat(item)
                                .isInstanceOfSatisfying(
                                        SourceItem.Unreadable.class,
                                        one -> assertThat(one.why()).contains("directory at its end")));
            }
        }
        assertThat(before).isEqualTo(3);
        assertThat(left()).isEmpty();
    }

    @Test
    void namesOfEntriesLeadNowhere() throws Exception {
        Path file = Files.createDirectories(folder.resolve("one/two/three")).resolve("evil.zip");
        try (JamesZip zip = new JamesZip(file)) {
            zip.mailbox("../../INBOX", "b", 1)
                    .message("../../../escaped", "b", 1, ARRIVED, "", mail("x"))
                    .message("/absolute", "b", 2, ARRIVED, "", mail("y"));
        }
        byte[] whole = Files.readAllBytes(file);
        for (int length : new int[] {whole.length, whole.length - 40}) {
            Files.write(file, Arrays.copyOf(whole, length));
            try (BackupSource source = open(file)) {
                assertThat(messages(source)).hasSize(2);
            }
        }
        try (Stream<Path> all = Files.walk(folder)) {
            assertThat(all.map(path -> path.getFileName().toString())).doesNotContain("escaped", "absolute");
        }
        assertThat(Path.of("/absolute")).doesNotExist();
    }

    @Test
    void endsABomb() throws Exception {
        Path file = folder.resolve("bomb.zip");
        try (JamesZip zip = new JamesZip(file)) {
            zip.mailbox("INBOX", "b", 1)
                    .message("bomb", "b", 1, ARRIVED, "", "\0".repeat(100 << 20))
                    .message("m", "b", 2, ARRIVED, "", mail("sound"));
        }
        try (BackupSource source = open(file)) {
            assertThat(BackupSourceContract.all(source, 0))
                    .anySatisfy(item -> assertThat(item)
                            .isInstanceOfSatisfying(
                                    SourceItem.Unreadable.class,
                                    one -> assertThat(one.why()).contains("more than 200 times")));
            assertThat(messages(source)).hasSize(1);
        }
    }

    static final class Contract implements BackupSourceContract {
        @TempDir
        Path folder;

        @Override
        public Input layOut() throws Exception {
            Path root = folder.resolve("accounts");
            Files.createDirectories(root);
            try (JamesZip zip = new JamesZip(root.resolve("anna.zip"))) {
                zip.mailbox("INBOX", "a", 1)
                        .annotation("INBOX", "/private/comment", "mine")
                        .message("1", "a", 1, ARRIVED, "\\SEEN", mail("one"))
                        .message("2", "a", 2, ARRIVED, "", "")
                        .message("1", "a", 1, ARRIVED, "", mail("one again"))
                        .message("3", "gone", 1, ARRIVED, "", mail("no mailbox"))
                        .other("readme", "x");
            }
            try (JamesZip zip = new JamesZip(root.resolve("bob.zip"))) {
                zip.mailbox("INBOX", "b", 1).message("1", "b", 1, ARRIVED, "", mail("bob's"));
            }
            Files.writeString(root.resolve("list.txt"), "anna bob");
            return new Input(
                    root,
                    new TreeSet<>(List.of(
                            "anna.zip#INBOX/annotations//private/comment",
                            "anna.zip#1",
                            "anna.zip#1~2",
                            "anna.zip#2",
                            "anna.zip#3",
                            "anna.zip#readme",
                            "bob.zip#1",
                            "list.txt")));
        }

        @Override
        public BackupSource open(Path root) {
            return Sources.open(root, new SourceOptions(Map.of(), Set.of(), folder.resolve("scratch")));
        }
    }

    private Path anna() throws IOException {
        Path file = folder.resolve("Anna@Example.org.zip");
        try (JamesZip zip = new JamesZip(file)) {
            zip.mailbox("INBOX", "id-1", 17)
                    .mailbox("Sent.2024", "id-2", 18)
                    .mailbox("leer", "id-3", 19)
                    .annotation("INBOX", "comment", "x")
                    .message("m-1", "id-1", 1, ARRIVED, "", mail("one"))
                    .message("m-2", "id-1", 2, ARRIVED, "\\SEEN%\\FLAGGED%work", mail("two"))
                    .message("m-3", "id-2", 7, ARRIVED, "\\RECENT", mail("three"));
        }
        return file;
    }

    private static String mail(String text) {
        return "From: a@example.org\r\nDate: Mon, 5 Feb 2024 10:00:00 +0000\r\nSubject: " + text + "\r\n\r\n"
                + (text + " ").repeat(20) + "\r\n";
    }

    private static List<SourceItem.Message> messages(BackupSource source) throws IOException {
        List<SourceItem.Message> messages = new ArrayList<>();
        source.read(0, item -> {
            if (item instanceof SourceItem.Message message) {
                BackupSourceContract.sha256(message);
                messages.add(message);
            }
        });
        return messages;
    }

    private BackupSource open(Path file) {
        return Sources.open(file, new SourceOptions(Map.of(), Set.of(), folder.resolve("scratch")));
    }

    private List<Path> left() throws IOException {
        if (!Files.exists(folder.resolve("scratch"))) {
            return List.of();
        }
        try (Stream<Path> entries = Files.list(folder.resolve("scratch"))) {
            return entries.toList();
        }
    }
}
