package org.understudy.restore.source.cyrus;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.understudy.restore.source.BackupSource;
import org.understudy.restore.source.BackupSourceContract;
import org.understudy.restore.source.SourceItem;
import org.understudy.restore.source.SourceOptions;
import org.understudy.restore.source.Sources;
import org.understudy.restore.source.Witness;
import org.understudy.restore.source.maildir.ModifiedUtf7;
import org.understudy.restore.validate.Validator;
import org.understudy.restore.validate.Verdict;
import org.understudy.storage.keyspace.Flags;

final class CyrusSourceTest {
    private static final DateTimeFormatter IMAP_DATE =
            DateTimeFormatter.ofPattern("dd-MMM-yyyy HH:mm:ss xx", Locale.ENGLISH);
    private static final Pattern FETCHED =
            Pattern.compile("\\(FLAGS \\((.*?)\\) UID (\\d+) INTERNALDATE \"(.*?)\" RFC822.SIZE (\\d+)\\)");

    @TempDir
    Path folder;

    /** What a real server said of its spool over IMAP is what is read of the spool. */
    @ParameterizedTest
    @ValueSource(strings = {"uuid", "legacy"})
    void readsWhatARealServerSaid(String spool) throws Exception {
        Path archive = resource(spool + ".tar.gz");
        Map<String, List<String>> found = new TreeMap<>();
        Map<String, Long> validities = new TreeMap<>();
        try (BackupSource source = open(archive)) {
            assertThat(source.describe().kind()).isEqualTo("cyrus");
            for (BackupSource.MailboxInfo info : source.mailboxes()) {
                found.put(key(info.mailbox().user(), info.mailbox().name()), new ArrayList<>());
                validities.put(key(info.mailbox().user(), info.mailbox().name()), info.uidValidity());
            }
            source.read(0, item -> {
                assertThat(item).isNotInstanceOf(SourceItem.Unreadable.class);
                if (item instanceof SourceItem.Message message) {
                    found.get(key(message.mailbox().user(), message.mailbox().name()))
                            .add(message.uid() + " " + words(message.flags()) + " "
                                    + IMAP_DATE.format(message.internalDate().atOffset(ZoneOffset.UTC)) + " "
                                    + message.content().size());
                    assertThat(Validator.standard().validate(message).findings())
                            .as("its GUID and size in the index agree")
                            .anyMatch(finding -> finding.check().equals("index-guid")
                                    && finding.strength().word().equals("support"))
                            .anyMatch(finding -> finding.check().equals("index-size")
                                    && finding.strength().word().equals("support"));
                }
            });
        }
        JsonNode expected =
                new ObjectMapper().readTree(resource(spool + ".json").toFile());
        assertThat(expected.size()).isGreaterThan(5);
        expected.properties().forEach(mailbox -> {
            String user = mailbox.getKey().substring(0, mailbox.getKey().indexOf(' '));
            String name = ModifiedUtf7.decode(mailbox.getKey().substring(user.length() + 1));
            boolean shared = name.startsWith("public");
            String key = key(shared ? "shared" : user, name);
            List<String> lines = new ArrayList<>();
            for (JsonNode line : mailbox.getValue().get(1)) {
                Matcher fetched = FETCHED.matcher(line.asText());
                assertThat(fetched.find()).as(line.asText()).isTrue();
                lines.add(fetched.group(2) + " " + words(fetched.group(1)) + " " + fetched.group(3) + " "
                        + fetched.group(4));
            }
            assertThat(found).containsEntry(key, lines);
            assertThat(mailbox.getValue().get(0).asText()).contains("UIDVALIDITY " + validities.get(key));
        });
    }

    @ParameterizedTest
    @ValueSource(ints = {10, 12, 13, 14, 15, 16, 17, 18, 19, 20})
    void readsEveryVersionOfTheIndex(int version) throws Exception {
        Spool.mailbox(folder.resolve("a/user/anna/Sent"), version)
                .message(3, mail("one"), 1_700_000_000, CyrusIndex.SEEN | CyrusIndex.FLAGGED, 2)
                .message(7, mail("two"), 1_700_000_500, CyrusIndex.ANSWERED, 1)
                .write(1_600_000_000, "work $Label1");
        try (BackupSource source = open(folder.resolve("a"))) {
            assertThat(source.mailboxes())
                    .singleElement()
                    .satisfies(info -> assertThat(info.uidValidity()).isEqualTo(1_600_000_000));
            List<SourceItem.Message> messages = messages(source);
            assertThat(messages).extracting(SourceItem.Message::uid).containsExactly(3L, 7L);
            SourceItem.Message first = messages.get(0);
            assertThat(first.mailbox()).hasToString("SourceMailbox[user=anna, name=Sent]");
            assertThat(first.internalDate()).isEqualTo(Instant.ofEpochSecond(1_700_000_000));
            assertThat(first.flags()).isEqualTo(Flags.of(Flags.SEEN | Flags.FLAGGED, Set.of("$Label1")));
            assertThat(messages.get(1).flags()).isEqualTo(Flags.of(Flags.ANSWERED, Set.of("work")));
            assertThat(Validator.standard().validate(first).verdict()).isEqualTo(Verdict.CONSISTENT);
        }
    }

    @Test
    void aChangedMessageContradictsItsGuid() throws Exception {
        Spool.mailbox(folder.resolve("user/anna"), 17)
                .message(1, mail("the same length"), 1_700_000_000, 0, 0)
                .write(1, "");
        Files.writeString(folder.resolve("user/anna/1."), mail("the same lengtH"));
        try (BackupSource source = open(folder)) {
            assertThat(Validator.standard().validate(messages(source).get(0)).verdict())
                    .isEqualTo(Verdict.DAMAGED);
        }
    }

    @Test
    void givesMessagesWhoseIndexIsLostAndSaysSo() throws Exception {
        Spool.mailbox(folder.resolve("user/anna"), 17)
                .message(4, mail("one"), 1_700_000_000, CyrusIndex.SEEN, 0)
                .write(1, "");
        Files.delete(folder.resolve("user/anna/cyrus.index"));
        Instant modified = Instant.parse("2024-02-03T04:05:06Z");
        Files.setLastModifiedTime(folder.resolve("user/anna/4."), java.nio.file.attribute.FileTime.from(modified));
        try (BackupSource source = open(folder)) {
            assertThat(source.describe().details()).contains("1 of them without cyrus.index");
            assertThat(messages(source)).singleElement().satisfies(message -> {
                assertThat(message.uid()).isEqualTo(4);
                assertThat(message.internalDate()).isEqualTo(modified);
                assertThat(message.witnesses()).isEmpty();
            });
        }
    }

    @Test
    void aRecordWithAWrongChecksumIsNotBelieved() throws Exception {
        Spool spool = Spool.mailbox(folder.resolve("user/anna"), 17)
                .message(1, mail("one"), 1_700_000_000, CyrusIndex.SEEN, 0)
                .message(2, mail("two"), 1_700_000_500, CyrusIndex.SEEN, 0);
        spool.write(1, "");
        flip(folder.resolve("user/anna/cyrus.index"), spool.headerLength() + 5L);
        try (BackupSource source = open(folder)) {
            List<SourceItem> items = BackupSourceContract.all(source, 0);
            assertThat(items)
                    .filteredOn(SourceItem.Message.class::isInstance)
                    .extracting(item -> ((SourceItem.Message) item).flags())
                    .containsExactly(Flags.NONE, Flags.NONE.with(Flags.SEEN));
            assertThat(items)
                    .filteredOn(item -> item.ref().path().endsWith("cyrus.index"))
                    .singleElement()
                    .satisfies(item -> assertThat(((SourceItem.Ignored) item).why())
                            .contains("1 of 2 records have a wrong checksum"));
        }
    }

    @Test
    void tellsLostExpungedAndUnlistedMessagesApart() throws Exception {
        Spool.mailbox(folder.resolve("user/anna"), 17)
                .record(1, mail("lost"), 1_700_000_000, 0, 0)
                .record(2, mail("gone"), 1_700_000_000, CyrusIndex.EXPUNGED | CyrusIndex.UNLINKED, 0)
                .message(3, mail("expunged"), 1_700_000_000, CyrusIndex.EXPUNGED, 0)
                .write(1, "");
        Files.writeString(folder.resolve("user/anna/9."), mail("unlisted"));
        try (BackupSource source = open(folder)) {
            List<SourceItem> items = BackupSourceContract.all(source, 0);
            assertThat(items)
                    .filteredOn(SourceItem.Unreadable.class::isInstance)
                    .singleElement()
                    .satisfies(item -> assertThat(item.ref().path()).isEqualTo("user/anna/1."));
            assertThat(items)
                    .filteredOn(item -> item.ref().path().endsWith("/3."))
                    .singleElement()
                    .satisfies(item ->
                            assertThat(((SourceItem.Ignored) item).why()).contains("expunged by its user"));
            assertThat(messages(source)).singleElement().satisfies(message -> {
                assertThat(message.uid()).isEqualTo(9);
                assertThat(message.witnesses()).containsExactly(new Witness.NotListed("cyrus.index", false));
            });
        }
    }

    @Test
    void anIndexCutAnywhereCostsNoMessage() throws Exception {
        Spool spool = Spool.mailbox(folder.resolve("user/anna"), 20);
        for (int uid = 1; uid <= 4; uid++) {
            spool.message(uid, mail("number " + uid), 1_700_000_000, CyrusIndex.SEEN, 0);
        }
        spool.write(1, "");
        Path index = folder.resolve("user/anna/cyrus.index");
        byte[] whole = Files.readAllBytes(index);
        for (int length = 0; length < whole.length; length += 37) {
            Files.write(index, java.util.Arrays.copyOf(whole, length));
            try (BackupSource source = open(folder)) {
                assertThat(messages(source)).as("index cut at %d", length).hasSize(4);
                if (length < whole.length - spool.recordLength()) {
                    assertThat(BackupSourceContract.all(source, 0))
                            .filteredOn(item -> item.ref().path().endsWith("cyrus.index"))
                            .singleElement()
                            .satisfies(item -> assertThat(((SourceItem.Ignored) item).why())
                                    .matches(".*(cut off|too few|not known).*"));
                }
            }
        }
    }

    @Test
    void namesMailboxesByWhereTheyLie() throws Exception {
        for (String place : List.of(
                "domain/e/example.org/a/user/anna/Work^Old/2024",
                "b/user/bob",
                "DELETED/user/carl/Sent/64A1B2C3",
                "p/public/news")) {
            Spool.mailbox(folder.resolve(place), 17)
                    .message(1, mail(place), 1, 0, 0)
                    .write(1, "");
        }
        try (BackupSource source = open(folder)) {
            assertThat(source.mailboxes())
                    .extracting(
                            info -> info.mailbox().user() + " " + info.mailbox().name())
                    .containsExactlyInAnyOrder(
                            "anna@example.org Work_Old.2024",
                            "bob INBOX",
                            "carl DELETED.Sent.64A1B2C3",
                            "shared public.news");
        }
    }

    static final class Contract implements BackupSourceContract {
        @TempDir
        Path folder;

        @Override
        public Input layOut() throws Exception {
            Path root = folder.resolve("spool");
            Spool.mailbox(root.resolve("a/user/anna"), 17)
                    .message(1, mail("one"), 1_700_000_000, CyrusIndex.SEEN, 0)
                    .record(2, mail("lost"), 1_700_000_000, 0, 0)
                    .message(5, mail("five"), 1_700_000_000, 0, 1)
                    .write(17, "work");
            Spool.mailbox(root.resolve("b/user/bob/Sent"), 20)
                    .message(1, mail("bob's"), 1_700_000_000, 0, 0)
                    .write(18, "");
            Files.writeString(root.resolve("b/user/bob/Sent/2."), "");
            Files.writeString(root.resolve("b/user/bob/Sent/notes"), "x");
            Set<String> paths = new TreeSet<>();
            for (String name : List.of("1.", "2.", "5.", "cyrus.header", "cyrus.index")) {
                paths.add("a/user/anna/" + name);
            }
            for (String name : List.of("1.", "2.", "notes", "cyrus.header", "cyrus.index")) {
                paths.add("b/user/bob/Sent/" + name);
            }
            return new Input(root, paths);
        }

        @Override
        public BackupSource open(Path root) {
            return Sources.open(root);
        }
    }

    private static String key(String user, String name) {
        String plain = name.replace("\"", "").replaceFirst("^INBOX[/.](?=.)", "");
        return user + " " + plain.replace('.', '_').replace('/', '.').replace('_', '.');
    }

    private static String words(Flags flags) {
        List<String> words = new ArrayList<>(flags.keywords());
        Map.of(
                        Flags.SEEN, "\\Seen",
                        Flags.ANSWERED, "\\Answered",
                        Flags.FLAGGED, "\\Flagged",
                        Flags.DELETED, "\\Deleted",
                        Flags.DRAFT, "\\Draft")
                .forEach((bit, word) -> {
                    if (flags.has(bit)) {
                        words.add(word);
                    }
                });
        return new TreeSet<>(words).toString();
    }

    private static String words(String fetched) {
        TreeSet<String> words = new TreeSet<>(List.of(fetched.split(" ")));
        words.remove("\\Recent");
        words.remove("");
        return words.toString();
    }

    static String mail(String text) {
        return "From: a@example.org\r\nDate: Mon, 5 Feb 2024 10:00:00 +0000\r\nSubject: " + text + "\r\n\r\n" + text
                + "\r\n";
    }

    private static void flip(Path file, long at) throws IOException {
        try (RandomAccessFile random = new RandomAccessFile(file.toFile(), "rw")) {
            random.seek(at);
            int octet = random.read();
            random.seek(at);
            random.write(octet ^ 0x10);
        }
    }

    private static List<SourceItem.Message> messages(BackupSource source) throws IOException {
        List<SourceItem.Message> messages = new ArrayList<>();
        source.read(0, item -> {
            if (item instanceof SourceItem.Message message) {
                messages.add(message);
            }
        });
        return messages;
    }

    private BackupSource open(Path place) {
        return Sources.open(place, new SourceOptions(Map.of(), Set.of(), folder.resolve("scratch")));
    }

    private Path resource(String name) throws IOException {
        try (InputStream in = CyrusSourceTest.class.getResourceAsStream(name)) {
            if (in == null) {
                throw new AssertionError("no resource " + name);
            }
            Path file = Files.createTempDirectory(folder, "resource").resolve(name);
            Files.copy(in, file);
            return file;
        }
    }
}
