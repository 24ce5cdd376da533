package org.understudy.restore.source.mbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.understudy.restore.source.BackupSource;
import org.understudy.restore.source.BackupSourceContract;
import org.understudy.restore.source.SourceItem;
import org.understudy.restore.source.SourceMailbox;
import org.understudy.restore.source.SourceOptions;
import org.understudy.restore.source.Sources;
import org.understudy.storage.OperatorException;
import org.understudy.storage.Reason;
import org.understudy.storage.keyspace.Flags;

final class MboxSourceTest {
    @TempDir
    Path folder;

    @Test
    void dividesMessagesAtFromLinesAndTakesTheirTimes() throws Exception {
        List<SourceItem.Message> messages = messages(write("joe", """
                From a@example.org Wed Feb  1 00:00:09 2023
                Subject: one

                first

                From b@example.org  Thu Mar  2 10:20:30 2023 +0100
                Subject: two

                second

                From - 3 Apr 2023 11:12:13
                Subject: three

                third
                """));
        assertThat(messages)
                .extracting(MboxSourceTest::text)
                .containsExactly("Subject: one\n\nfirst\n", "Subject: two\n\nsecond\n", "Subject: three\n\nthird\n");
        assertThat(messages)
                .extracting(SourceItem.Message::internalDate)
                .containsExactly(
                        Instant.parse("2023-02-01T00:00:09Z"),
                        Instant.parse("2023-03-02T09:20:30Z"),
                        Instant.parse("2023-04-03T11:12:13Z"));
        assertThat(messages)
                .allSatisfy(message -> assertThat(message.mailbox()).isEqualTo(new SourceMailbox("joe", "INBOX")));
    }

    @Test
    void leavesProseThatBeginsWithFrom() throws Exception {
        String body = "Hi,\n\nFrom here on it is May, 10:20 2023 or so.\n\nFrom: not a From_ line\n";
        assertThat(messages(write("joe", FROM + "Subject: x\n\n" + body + "\n")))
                .extracting(MboxSourceTest::text)
                .containsExactly("Subject: x\n\n" + body);
    }

    @Test
    void undoesTheQuotingOfFromLines() throws Exception {
        List<SourceItem.Message> messages = messages(write(
                "joe",
                FROM + "Subject: x\n\n>From me\n>>From you\n> From them\n>\nFrom\n>Fro\n>>>From\n" + "\n" + FROM
                        + "Subject: y\n\nz\n"));
        assertThat(text(messages.get(0)))
                .isEqualTo("Subject: x\n\nFrom me\n>From you\n> From them\n>\nFrom\n>Fro\n>>>From\n");
        assertThat(text(messages.get(1))).isEqualTo("Subject: y\n\nz\n");
    }

    @Test
    void believesAContentLengthThatLeadsToAMessage() throws Exception {
        String body = "first\n\n" + FROM + "Subject: forwarded\n\n>From me\n";
        List<SourceItem.Message> messages = messages(write(
                "joe",
                FROM + "Subject: x\nContent-Length: " + body.length() + "\n\n" + body + "\n" + FROM
                        + "Subject: y\nContent-Length: 2\n\nz\n"));
        assertThat(messages)
                .extracting(MboxSourceTest::text)
                .containsExactly("Subject: x\n\n" + body, "Subject: y\n\nz\n");
    }

    @Test
    void leavesAContentLengthThatLeadsNowhere() throws Exception {
        for (String length : List.of("3", "4", "5000", "-1", "x", "99999999999999999999")) {
            assertThat(messages(write(
                            "joe" + length,
                            FROM + "Subject: x\nContent-Length: " + length + "\n\nfirst\n\n" + FROM
                                    + "Subject: y\n\nz\n")))
                    .as("Content-Length: %s", length)
                    .extracting(MboxSourceTest::text)
                    .containsExactly("Subject: x\nContent-Length: " + length + "\n\nfirst\n", "Subject: y\n\nz\n");
        }
    }

    @Test
    void takesFlagsKeywordsAndUidsFromDovecotAndPine() throws Exception {
        Path file = write(
                "joe",
                FROM + "X-IMAPbase: 1795305908 0000000009 $Label1 Junk\nSubject: x\nX-UID: 3\nStatus: RO\n"
                        + "X-Status: AF\nX-Keywords: $Label1                \n\nfirst\n\n"
                        + FROM + "Status: O\nX-UID: 9\nSubject: y\nX-Status: DT\n\nsecond\n\n"
                        + FROM + "Subject: z\nX-UID: 4\n\nthird\n");
        List<SourceItem.Message> messages = messages(file);
        assertThat(messages)
                .extracting(MboxSourceTest::text)
                .containsExactly("Subject: x\n\nfirst\n", "Subject: y\n\nsecond\n", "Subject: z\n\nthird\n");
        assertThat(messages)
                .extracting(SourceItem.Message::flags)
                .containsExactly(
                        Flags.of(Flags.SEEN | Flags.ANSWERED | Flags.FLAGGED, List.of("$Label1")),
                        Flags.NONE.with(Flags.DELETED | Flags.DRAFT),
                        Flags.NONE);
        assertThat(messages).extracting(SourceItem.Message::uid).containsExactly(3L, 9L, 0L);
        try (BackupSource source = Sources.open(file)) {
            assertThat(source.mailboxes())
                    .containsExactly(
                            new BackupSource.MailboxInfo(new SourceMailbox("joe", "INBOX"), 1795305908L, false));
        }
    }

    @Test
    void knowsWhatThunderbirdDeleted() throws Exception {
        List<SourceItem> items = items(write(
                "joe",
                FROM
                        + "X-Mozilla-Status: 1005\nX-Mozilla-Status2: 00000000\nX-Mozilla-Keys: $label1   \nSubject: x\n\na\n\n"
                        + FROM + "X-Mozilla-Status: 0009\nSubject: y\n\nb\n"));
        assertThat(items).hasSize(2);
        SourceItem.Message kept = (SourceItem.Message) items.get(0);
        assertThat(kept.flags()).isEqualTo(Flags.of(Flags.SEEN | Flags.FLAGGED, List.of("$Forwarded", "$label1")));
        assertThat(text(kept)).isEqualTo("Subject: x\n\na\n");
        assertThat(((SourceItem.Ignored) items.get(1)).why()).contains("deleted by the user in Thunderbird");
    }

    @Test
    void passesOverTheFoldersOwnData() throws Exception {
        List<SourceItem> items = items(write(
                "joe",
                FROM + "Subject: DON'T DELETE THIS MESSAGE -- FOLDER INTERNAL DATA\nX-IMAP: 1700000000 0000000002\n"
                        + "Status: RO\n\nThis text is part of the internal format.\n\n" + FROM + "Subject: y\n\nb\n"));
        assertThat(items.get(0)).isInstanceOf(SourceItem.Ignored.class);
        assertThat(items.get(1)).isInstanceOf(SourceItem.Message.class);
    }

    @Test
    void keepsCrlf() throws Exception {
        String file = FROM + "Subject: x\n\n>From me\n\n" + FROM + "Status: R\nSubject: y\n\nb\n";
        assertThat(messages(write("joe", file.replace("\n", "\r\n"))))
                .extracting(MboxSourceTest::text)
                .containsExactly("Subject: x\r\n\r\nFrom me\r\n", "Subject: y\r\n\r\nb\r\n");
    }

    @Test
    void tellsOfOctetsBeforeTheFirstMessage() throws Exception {
        List<SourceItem> items = items(writeIn("mail/inbox", "lost head\nof some\n\n" + FROM + "Subject: y\n\nb\n"));
        assertThat(((SourceItem.Unreadable) items.get(0)).why()).contains("octets 0 to 19 belong to no message");
        assertThat(items.get(1).ref().path()).isEqualTo("inbox#0@19");
    }

    @Test
    void namesAFromLineWithNothingAfterIt() throws Exception {
        List<SourceItem> items = items(write("joe", FROM + "Subject: y\n\nb\n\n" + FROM));
        assertThat(items.get(0)).isInstanceOf(SourceItem.Message.class);
        assertThat(((SourceItem.Unreadable) items.get(1)).why()).contains("nothing after it");
    }

    @Test
    void takesAMessageWithoutBody() throws Exception {
        List<SourceItem.Message> messages = messages(
                write("joe", FROM + "Subject: x\n" + FROM + "Subject: y\nFrom: me\n\n" + FROM + "Subject: z\n"));
        assertThat(messages)
                .extracting(MboxSourceTest::text)
                .containsExactly("Subject: x\n", "Subject: y\nFrom: me\n\n", "Subject: z\n");
    }

    @Test
    void readsALineThatIsLongerThanTheBuffer() throws Exception {
        String line = "x".repeat(3 << 20);
        assertThat(messages(write("joe", FROM + "Subject: x\n\n" + line + "\n\n" + FROM + "Subject: y\n\nb\n")))
                .extracting(MboxSourceTest::text)
                .containsExactly("Subject: x\n\n" + line + "\n", "Subject: y\n\nb\n");
    }

    @Test
    void namesMailboxesOfAUsersFolders() throws Exception {
        writeIn("joe/inbox", MESSAGE);
        writeIn("joe/mail/Sent", MESSAGE);
        writeIn("joe/mail/Lists/linux.mbox", MESSAGE);
        writeIn("joe/mail/Entw&APw-rfe", MESSAGE);
        writeIn("joe/mail/.subscriptions", "Sent\nLists/linux.mbox\n");
        writeIn("joe/mail/.imap/Sent/dovecot.index", "\1");
        try (BackupSource source = Sources.open(folder.resolve("joe"))) {
            assertThat(source.mailboxes())
                    .containsExactly(
                            new BackupSource.MailboxInfo(new SourceMailbox("joe", "Entwürfe"), 0, false),
                            new BackupSource.MailboxInfo(new SourceMailbox("joe", "INBOX"), 0, false),
                            new BackupSource.MailboxInfo(new SourceMailbox("joe", "Lists.linux"), 0, true),
                            new BackupSource.MailboxInfo(new SourceMailbox("joe", "Sent"), 0, true));
        }
        assertThat(items(folder.resolve("joe")))
                .filteredOn(item -> item instanceof SourceItem.Ignored)
                .hasSize(2);
    }

    @Test
    void readsThunderbirdAndAppleFolders() throws Exception {
        writeIn("ann/Inbox", MESSAGE);
        writeIn("ann/Inbox.msf", "index");
        writeIn("ann/Inbox.sbd/Work", MESSAGE);
        writeIn("ann/Letters.mbox/mbox", MESSAGE);
        writeIn("ann/Letters.mbox/table_of_contents", "index");
        try (BackupSource source = Sources.open(folder.resolve("ann"))) {
            assertThat(source.mailboxes())
                    .extracting(info -> info.mailbox().name())
                    .containsExactly("INBOX", "Inbox.Work", "Letters");
        }
    }

    @Test
    void takesASpoolForOneFileAUser() throws Exception {
        writeIn("spool/joe", MESSAGE);
        writeIn("spool/Ann", MESSAGE);
        writeIn("spool/ann.lock", "");
        writeIn("spool/example.org/jim", MESSAGE);
        try (BackupSource source = Sources.open(folder.resolve("spool"))) {
            assertThat(source.describe().kind()).isEqualTo("mbox");
            assertThat(source.mailboxes())
                    .extracting(info -> info.mailbox().user())
                    .containsExactly("ann", "jim@example.org", "joe");
        }
        SourceOptions one = new SourceOptions(Map.of("joe", "josef"), Set.of("josef"));
        try (BackupSource source = Sources.open(folder.resolve("spool"), one)) {
            assertThat(BackupSourceContract.all(source, 0))
                    .singleElement()
                    .isInstanceOfSatisfying(
                            SourceItem.Message.class,
                            message -> assertThat(message.mailbox().user()).isEqualTo("josef"));
        }
        SourceOptions nobody = new SourceOptions(Map.of(), Set.of("eve"));
        assertThatThrownBy(() -> Sources.open(folder.resolve("spool"), nobody))
                .isInstanceOfSatisfying(
                        OperatorException.class, e -> assertThat(e.reason()).isEqualTo(Reason.NOT_FOUND));
    }

    @Test
    void tellsAFileThatHasLostItsContent() throws Exception {
        writeIn("joe/mail/Sent", MESSAGE);
        writeIn("joe/mail/Lost", "\0".repeat(9000));
        assertThat(items(folder.resolve("joe"))).anySatisfy(item -> {
            assertThat(item.ref().path()).isEqualTo("mail/Lost");
            assertThat(((SourceItem.Unreadable) item).why()).contains("no line of 9,000 octets begins a message");
        });
    }

    @Test
    void followsNoLinks() throws Exception {
        writeIn("joe/mail/Sent", MESSAGE);
        Files.createSymbolicLink(folder.resolve("joe/mail/Etc"), Path.of("/etc/passwd"));
        assertThat(items(folder.resolve("joe")))
                .anySatisfy(item -> assertThat(item)
                        .isInstanceOfSatisfying(
                                SourceItem.Unreadable.class,
                                one -> assertThat(one.why()).contains("symbolic link")));
    }

    /** Every message of the archives, at its place and with its octets, as their list has them. */
    @Test
    void findsEveryMessageOfRealArchives() throws Exception {
        Path corpus = corpus();
        assumeTrue(Files.isReadable(corpus.resolve("manifest.jsonl.gz")), "no real mail here");
        for (String archive :
                List.of("list-linux-integrity-2023.mboxrd", "spamassassin-easy_ham.mboxo", "spamassassin-spam.mboxo")) {
            Path file = folder.resolve(archive);
            try (InputStream in = new GZIPInputStream(Files.newInputStream(corpus.resolve(archive + ".gz")))) {
                Files.copy(in, file);
            }
            Map<Long, JsonNode> expected = manifest(corpus, archive);
            assertThat(expected).isNotEmpty();
            int found = 0;
            try (Window window = Window.open(file)) {
                Splitter splitter = new Splitter(window);
                for (long at = splitter.firstFromLine(0); at < window.size(); found++) {
                    Extent extent = splitter.message(at);
                    JsonNode one = expected.get(extent.header());
                    assertThat(one)
                            .as("%s: message at octet %d", archive, extent.header())
                            .isNotNull();
                    byte[] raw = window.bytes(extent.header(), (int) (extent.end() - extent.header()));
                    byte[] whole = MboxSourceTest.bytes(new MboxContent(
                            file, extent, MboxHeader.read(window.bytes(extent.header(), (int)
                                    (extent.body() - extent.header())))));
                    String wanted = one.get("sha256").asText();
                    assertThat(List.of(sha256(raw), sha256(whole), sha256(withLine(raw))))
                            .as(
                                    "%s: message at octet %d of %d octets, listed with %s",
                                    archive, extent.header(), raw.length, one.get("size"))
                            .contains(wanted);
                    at = extent.next();
                }
            }
            assertThat(found).as(archive).isEqualTo(expected.size());
        }
    }

    static final class Contract implements BackupSourceContract {
        @TempDir
        Path folder;

        @Override
        public Input layOut() throws Exception {
            Path root = folder.resolve("root");
            put(root.resolve("spool/joe"), "junk\n\n" + MESSAGE + "\n" + MESSAGE);
            put(
                    root.resolve("spool/ann"),
                    MESSAGE + "\n" + FROM.replace("From a", "From b") + "X-UID: 4\nSubject: u\n\nb\n");
            put(root.resolve("spool/empty"), "");
            put(root.resolve("spool/ann.lock"), "");
            put(root.resolve("zoe/Inbox"), "\0\0\0\n");
            put(root.resolve("zoe/Sent"), MESSAGE);
            long second = 6 + MESSAGE.length() + 1;
            return new Input(
                    root,
                    Set.of(
                            "spool/joe@0",
                            "spool/joe#0@6",
                            "spool/joe#1@" + second,
                            "spool/ann#0@0",
                            "spool/ann#1@" + (MESSAGE.length() + 1),
                            "spool/empty",
                            "spool/ann.lock",
                            "zoe/Inbox",
                            "zoe/Sent#0@0"));
        }

        private static void put(Path file, String text) throws IOException {
            Files.createDirectories(file.getParent());
            Files.writeString(file, text, StandardCharsets.ISO_8859_1);
        }

        @Override
        public BackupSource open(Path root) {
            return Sources.open(root);
        }
    }

    private static final String FROM = "From a@example.org Wed Feb  1 00:00:09 2023\n";
    private static final String MESSAGE = FROM + "Subject: one\n\nfirst\n";

    private Path write(String name, String text) throws IOException {
        return Files.writeString(folder.resolve(name), text, StandardCharsets.ISO_8859_1);
    }

    /** Gives the topmost folder. */
    private Path writeIn(String path, String text) throws IOException {
        Path file = folder.resolve(path);
        Files.createDirectories(file.getParent());
        Files.writeString(file, text, StandardCharsets.ISO_8859_1);
        return folder.resolve(path.substring(0, path.indexOf('/')));
    }

    private static List<SourceItem> items(Path root) throws IOException {
        try (BackupSource source = Sources.open(root)) {
            return BackupSourceContract.all(source, 0);
        }
    }

    private static List<SourceItem.Message> messages(Path root) throws IOException {
        List<SourceItem.Message> messages = new ArrayList<>();
        for (SourceItem item : items(root)) {
            messages.add((SourceItem.Message) item);
        }
        return messages;
    }

    private static String text(SourceItem.Message message) {
        byte[] bytes = bytes(message.content());
        assertThat(message.content().size()).isEqualTo(bytes.length);
        return new String(bytes, StandardCharsets.ISO_8859_1);
    }

    private static byte[] bytes(org.understudy.storage.Content content) {
        try (InputStream in = content.open()) {
            return in.readAllBytes();
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    private static Path corpus() {
        String named = System.getenv("UNDERSTUDY_CORPUS");
        return named != null
                ? Path.of(named)
                : Path.of(System.getProperty("understudy.root", "..")).resolve("../shared/corpus");
    }

    private static Map<Long, JsonNode> manifest(Path corpus, String archive) throws IOException {
        Map<Long, JsonNode> lines = new HashMap<>();
        ObjectMapper json = new ObjectMapper();
        try (BufferedReader in = new BufferedReader(new InputStreamReader(
                new GZIPInputStream(Files.newInputStream(corpus.resolve("manifest.jsonl.gz"))),
                StandardCharsets.UTF_8))) {
            for (String line = in.readLine(); line != null; line = in.readLine()) {
                JsonNode node = json.readTree(line);
                if (node.get("archive").asText().equals(archive + ".gz")) {
                    lines.put(node.get("offset").asLong(), node);
                }
            }
        }
        return lines;
    }

    private static byte[] withLine(byte[] raw) {
        byte[] more = Arrays.copyOf(raw, raw.length + 1);
        more[raw.length] = '\n';
        return more;
    }

    private static String sha256(byte[] bytes) throws Exception {
        return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
    }
}
