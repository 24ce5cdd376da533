package org.understudy.restore.source.dbox;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.github.luben.zstd.Zstd;
import java.io.ByteArrayOutputStream;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Arrays;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.understudy.restore.source.BackupSource;
import org.understudy.restore.source.BackupSourceContract;
import org.understudy.restore.source.SourceItem;
import org.understudy.restore.source.SourceMailbox;
import org.understudy.restore.source.SourceOptions;
import org.understudy.restore.source.Sources;
import org.understudy.restore.source.Witness;
import org.understudy.restore.source.dovecot.IndexLog;
import org.understudy.storage.OperatorException;
import org.understudy.storage.keyspace.Flags;

final class DboxSourceTest {
    @TempDir
    Path folder;

    private static Map<String, SourceItem> items(Path root) throws Exception {
        Map<String, SourceItem> items = new HashMap<>();
        try (BackupSource source = Sources.open(root)) {
            assertThat(source).isInstanceOf(DboxSource.class);
            for (SourceItem item : BackupSourceContract.all(source, 0)) {
                assertThat(items.put(item.ref().path(), item))
                        .as(item.ref().path())
                        .isNull();
            }
        }
        return items;
    }

    private static SourceItem.Message message(SourceItem item) {
        assertThat(item).isInstanceOf(SourceItem.Message.class);
        return (SourceItem.Message) item;
    }

    private static String text(SourceItem item) throws Exception {
        try (InputStream in = message(item).content().open()) {
            String text = new String(in.readAllBytes(), ISO_8859_1);
            assertThat(message(item).content().size()).isEqualTo(text.length());
            return text;
        }
    }

    private Path ana(String kind) {
        return folder.resolve("example.org/ana").resolve(kind);
    }

    private SourceItem sdbox(byte[]... parts) throws Exception {
        Path ana = ana("sdbox");
        DboxBuilder.write(DboxBuilder.mails(ana, "INBOX").resolve("u.1"), parts);
        DboxBuilder.index(ana, "INBOX", new IndexLog(7, 1).append(1));
        return java.util.Objects.requireNonNull(items(ana).get("mailboxes/INBOX/dbox-Mails/u.1"));
    }

    @Test
    void flagsKeywordsDateUidAndSizesAreDovecots() throws Exception {
        Path ana = ana("sdbox");
        DboxBuilder.single(ana, "INBOX", 4, 1);
        DboxBuilder.single(ana, "INBOX", 5, 2);
        DboxBuilder.index(
                ana,
                "INBOX",
                new IndexLog(7, 1)
                        .uidValidity(1_700_000_123)
                        .append(4, 5)
                        .flags(4, 4, 2, 8)
                        .keyword("$Forwarded", 4, 4));
        DboxBuilder.write(ana.resolve("subscriptions"), DboxBuilder.bytes("V\t2\n\nINBOX\n"));
        SourceItem.Message first = message(items(ana).get("mailboxes/INBOX/dbox-Mails/u.4"));
        assertThat(first.mailbox()).isEqualTo(new SourceMailbox("ana@example.org", "INBOX"));
        assertThat(first.uid()).isEqualTo(4);
        assertThat(first.flags()).isEqualTo(Flags.of(Flags.FLAGGED, Set.of("$Forwarded")));
        assertThat(first.internalDate()).isEqualTo(Instant.ofEpochSecond(DboxBuilder.received(1)));
        assertThat(text(first)).isEqualTo(DboxBuilder.text(1));
        assertThat(first.witnesses())
                .contains(new Witness.Rfc822Size(
                        DboxBuilder.text(1).replace("\n", "\r\n").length(), "dbox metadata"));
        assertThat(message(items(ana).get("mailboxes/INBOX/dbox-Mails/u.5")).flags())
                .isEqualTo(Flags.of(Flags.SEEN, Set.of()));
        try (BackupSource source = Sources.open(ana)) {
            assertThat(source.mailboxes())
                    .containsExactly(new BackupSource.MailboxInfo(
                            new SourceMailbox("ana@example.org", "INBOX"), 1_700_000_123, true));
            assertThat(source.describe().kind()).isEqualTo("sdbox");
        }
    }

    @Test
    void aFileThatTheIndexHasAsExpungedIsIgnored() throws Exception {
        Path ana = ana("sdbox");
        DboxBuilder.single(ana, "INBOX", 1, 1);
        DboxBuilder.single(ana, "INBOX", 2, 2);
        DboxBuilder.index(ana, "INBOX", new IndexLog(7, 1).append(1, 2).expunge(1, 1));
        assertThat(items(ana).get("mailboxes/INBOX/dbox-Mails/u.1"))
                .isInstanceOfSatisfying(
                        SourceItem.Ignored.class,
                        ignored -> assertThat(ignored.why()).contains("expunged"));
    }

    @Test
    void aCutMessageIsGivenWithTheSizeThatItShouldHave() throws Exception {
        byte[] whole = DboxBuilder.join(DboxBuilder.fileHeader(), DboxBuilder.message(1, ""));
        SourceItem cut = sdbox(Arrays.copyOf(whole, DboxBuilder.FIRST + DboxBuilder.HEADER + 100));
        assertThat(text(cut)).isEqualTo(DboxBuilder.text(1).substring(0, 100));
        assertThat(message(cut).witnesses())
                .containsExactly(new Witness.IndexSize(DboxBuilder.text(1).length(), "dbox message header"));
    }

    @Test
    void aMessageWithADamagedHeaderIsFoundByItsMetadata() throws Exception {
        byte[] damaged = DboxBuilder.message(1, "");
        damaged[1] = 7;
        damaged[20] = 'x';
        SourceItem item = sdbox(DboxBuilder.fileHeader(), damaged);
        assertThat(text(item)).isEqualTo(DboxBuilder.text(1));
        assertThat(message(item).witnesses())
                .containsExactly(new Witness.Rfc822Size(
                        DboxBuilder.text(1).replace("\n", "\r\n").length(), "dbox metadata"));
    }

    @Test
    void aLostHeadCostsNoMessage() throws Exception {
        Path ana = ana("mdbox");
        byte[] one = DboxBuilder.message(1, "INBOX");
        byte[] two = DboxBuilder.message(2, "INBOX");
        DboxBuilder.write(ana.resolve("storage/m.1"), DboxBuilder.bytes("#".repeat(16)), one, two);
        DboxBuilder.map(
                ana,
                DboxBuilder.rows(
                        new DboxBuilder.Row(1, 16, one.length, 1),
                        new DboxBuilder.Row(1, 16 + one.length, two.length, 1)));
        DboxBuilder.index(ana, "INBOX", DboxBuilder.mdbox(11, 1, 1, 2, 2));
        Map<String, SourceItem> items = items(ana);
        assertThat(text(items.get("mailboxes/INBOX/dbox-Mails#1 in storage/m.1@16")))
                .isEqualTo(DboxBuilder.text(1));
        assertThat(text(items.get("mailboxes/INBOX/dbox-Mails#2 in storage/m.1@" + (16 + one.length))))
                .isEqualTo(DboxBuilder.text(2));
        assertThat(items.get("storage/m.1@0"))
                .isInstanceOfSatisfying(
                        SourceItem.Unreadable.class,
                        bad -> assertThat(bad.why()).contains("octets 0 to 16", "head is lost"));
    }

    @Test
    void anOverwrittenMessageIsNamedOnceWithItsPlaceAndCostsNoOther() throws Exception {
        Path ana = ana("mdbox");
        byte[] one = DboxBuilder.message(1, "INBOX");
        byte[] two = DboxBuilder.message(2, "INBOX");
        byte[] three = DboxBuilder.message(3, "INBOX");
        DboxBuilder.write(ana.resolve("storage/m.1"), DboxBuilder.fileHeader(), one, new byte[two.length], three);
        int second = DboxBuilder.FIRST + one.length;
        DboxBuilder.map(
                ana,
                DboxBuilder.rows(
                        new DboxBuilder.Row(1, 16, one.length, 1),
                        new DboxBuilder.Row(1, second, two.length, 1),
                        new DboxBuilder.Row(1, second + two.length, three.length, 1)));
        DboxBuilder.index(ana, "INBOX", DboxBuilder.mdbox(11, 1, 1, 2, 2, 3, 3));
        Map<String, SourceItem> items = items(ana);
        assertThat(items.values().stream().filter(SourceItem.Unreadable.class::isInstance))
                .singleElement()
                .isInstanceOfSatisfying(
                        SourceItem.Unreadable.class,
                        bad -> assertThat(bad.why())
                                .contains("storage/m.1 should hold UID 2 at octet " + second, "octets of zeros"));
        assertThat(items.values().stream().filter(SourceItem.Message.class::isInstance))
                .hasSize(2);
    }

    @Test
    void packedMessagesAreUnpacked() throws Exception {
        byte[] plain = DboxBuilder.bytes(DboxBuilder.text(1));
        ByteArrayOutputStream gzip = new ByteArrayOutputStream();
        try (GZIPOutputStream out = new GZIPOutputStream(gzip)) {
            out.write(plain);
        }
        String metadata = "Z%x\n%s".formatted(plain.length, DboxBuilder.metadata(1, ""));
        for (byte[] packed : List.of(gzip.toByteArray(), Zstd.compress(plain), lz4(plain))) {
            SourceItem item = sdbox(DboxBuilder.fileHeader(), DboxBuilder.message(packed, metadata));
            assertThat(text(item)).isEqualTo(DboxBuilder.text(1));
            assertThat(message(item).witnesses()).contains(new Witness.IndexSize(plain.length, "dbox metadata"));
        }
        byte[] broken = gzip.toByteArray();
        broken[40] ^= 1;
        assertThat(sdbox(DboxBuilder.fileHeader(), DboxBuilder.message(broken, metadata)))
                .isInstanceOfSatisfying(
                        SourceItem.Unreadable.class,
                        bad -> assertThat(bad.why()).contains("packed by gzip, and cannot be unpacked beyond"));
        ByteArrayOutputStream bomb = new ByteArrayOutputStream();
        try (GZIPOutputStream out = new GZIPOutputStream(bomb)) {
            out.write(new byte[20 << 20]);
        }
        assertThat(sdbox(DboxBuilder.fileHeader(), DboxBuilder.message(bomb.toByteArray(), metadata)))
                .isInstanceOfSatisfying(
                        SourceItem.Unreadable.class,
                        bad -> assertThat(bad.why()).contains("far more than its metadata states"));
        assertThat(sdbox(
                        DboxBuilder.fileHeader(),
                        DboxBuilder.message(DboxBuilder.bytes("\u00fd7zXZ\0rest of it"), metadata)))
                .isInstanceOfSatisfying(
                        SourceItem.Unreadable.class,
                        bad -> assertThat(bad.why()).contains("xz"));
        assertThat(sdbox(
                        DboxBuilder.fileHeader(),
                        DboxBuilder.message(DboxBuilder.bytes("CRYPTED\3\7rest of it"), metadata)))
                .isInstanceOfSatisfying(
                        SourceItem.Unreadable.class,
                        bad -> assertThat(bad.why()).contains("encrypted"));
    }

    /** Dovecot's framing, with one block of literals alone. */
    private static byte[] lz4(byte[] plain) {
        ByteArrayOutputStream block = new ByteArrayOutputStream();
        block.write(0xf0);
        int rest = plain.length - 15;
        for (; rest >= 255; rest -= 255) {
            block.write(255);
        }
        block.write(rest);
        block.writeBytes(plain);
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.writeBytes(DboxBuilder.bytes("Dovecot-LZ4\r*\u009b\u00c5"));
        out.writeBytes(new byte[] {0, 1, 0, 0});
        out.writeBytes(new byte[] {0, 0, (byte) (block.size() >> 8), (byte) block.size()});
        out.writeBytes(block.toByteArray());
        return out.toByteArray();
    }

    @Test
    void attachmentsThatLieApartArePutBack() throws Exception {
        byte[] picture = new byte[1000];
        new Random(5).nextBytes(picture);
        String encoded = Base64.getMimeEncoder(76, new byte[] {'\n'}).encodeToString(picture);
        String head = DboxBuilder.text(1);
        String tail = "\n--end--\n";
        String references = "X%d %d B76 ab/cd/abcd-1\n".formatted(head.length(), encoded.length());
        byte[] message = DboxBuilder.message(DboxBuilder.bytes(head + tail), references + DboxBuilder.metadata(1, ""));
        SourceItem without = sdbox(DboxBuilder.fileHeader(), message);
        assertThat(without)
                .isInstanceOfSatisfying(
                        SourceItem.Unreadable.class,
                        bad -> assertThat(bad.why()).contains("ab/cd/abcd-1", "mail_attachment_dir"));
        DboxBuilder.write(ana("sdbox").resolve("attachments/ab/cd/abcd-1"), picture);
        assertThat(text(sdbox(DboxBuilder.fileHeader(), message))).isEqualTo(head + encoded + tail);
        DboxBuilder.write(ana("sdbox").resolve("attachments/ab/cd/abcd-1"), Arrays.copyOf(picture, 900));
        assertThat(sdbox(DboxBuilder.fileHeader(), message))
                .isInstanceOfSatisfying(
                        SourceItem.Unreadable.class,
                        bad -> assertThat(bad.why()).contains("does not give the"));
    }

    @Test
    void alternateStorageBesideIsReadWithTheRest() throws Exception {
        Path ana = ana("sdbox");
        DboxBuilder.single(ana, "INBOX", 1, 1);
        DboxBuilder.index(ana, "INBOX", new IndexLog(7, 1).append(1, 2).flags(2, 2, 0x40, 0));
        assertThat(items(ana).get("mailboxes/INBOX/dbox-Mails/u.2"))
                .isInstanceOfSatisfying(
                        SourceItem.Unreadable.class,
                        bad -> assertThat(bad.why()).contains("alternate storage"));
        DboxBuilder.single(ana("alt"), "INBOX", 2, 2);
        Map<String, SourceItem> items = items(folder);
        SourceItem.Message moved = message(items.get("example.org/ana/alt/mailboxes/INBOX/dbox-Mails/u.2"));
        assertThat(moved.mailbox()).isEqualTo(new SourceMailbox("ana@example.org", "INBOX"));
        assertThat(moved.uid()).isEqualTo(2);
        assertThat(items.values().stream().filter(SourceItem.Unreadable.class::isInstance))
                .isEmpty();
    }

    @Test
    void whatIsLostWithAnIndexIsSaid() throws Exception {
        Path ana = ana("mdbox");
        DboxBuilder.write(
                ana.resolve("storage/m.1"),
                DboxBuilder.fileHeader(),
                DboxBuilder.message(1, "INBOX"),
                DboxBuilder.message(2, "Lists/Usrp"));
        Files.createDirectories(DboxBuilder.mails(ana, "INBOX"));
        try (BackupSource source = Sources.open(ana)) {
            assertThat(source.describe().details())
                    .contains("without dovecot.index: flags and keywords there are lost", "a map", "is missing");
            assertThat(source.mailboxes())
                    .extracting(info -> info.mailbox().name())
                    .containsExactly("INBOX", "Lists.Usrp");
        }
        List<SourceItem> messages = items(ana).values().stream()
                .filter(SourceItem.Message.class::isInstance)
                .toList();
        assertThat(messages)
                .hasSize(2)
                .allSatisfy(item -> assertThat(item.ref().path())
                        .endsWith("(in the mailbox of its delivery; no index says where it is now, or its flags)"))
                .allSatisfy(item -> assertThat(message(item).uid()).isZero());
    }

    @Test
    void aMapThatLeadsToAnotherMessageIsNotBelieved() throws Exception {
        Path ana = ana("mdbox");
        byte[] one = DboxBuilder.message(1, "INBOX");
        byte[] two = DboxBuilder.message(2, "INBOX");
        DboxBuilder.write(ana.resolve("storage/m.1"), DboxBuilder.fileHeader(), one, two);
        DboxBuilder.map(ana, DboxBuilder.rows(new DboxBuilder.Row(1, 16, one.length, 1)));
        DboxBuilder.index(ana, "INBOX", DboxBuilder.mdbox(11, 1, 2));
        assertThat(text(items(ana).get("mailboxes/INBOX/dbox-Mails#1 in storage/m.1@" + (16 + one.length))))
                .isEqualTo(DboxBuilder.text(2));
    }

    @Test
    void whatDovecotPutAsideIsGivenOnlyWhereNothingElseHasIt() throws Exception {
        Path ana = ana("mdbox");
        byte[] one = DboxBuilder.message(1, "INBOX");
        byte[] two = DboxBuilder.message(2, "INBOX");
        DboxBuilder.write(ana.resolve("storage/m.1"), DboxBuilder.fileHeader(), one);
        DboxBuilder.write(ana.resolve("storage/m.1.broken"), DboxBuilder.fileHeader(), one, two);
        DboxBuilder.map(ana, DboxBuilder.rows(new DboxBuilder.Row(1, 16, one.length, 1)));
        DboxBuilder.index(ana, "INBOX", DboxBuilder.mdbox(11, 1, 1));
        Map<String, SourceItem> items = items(ana);
        assertThat(items.get("storage/m.1.broken@16")).isInstanceOf(SourceItem.Ignored.class);
        assertThat(items.values().stream().filter(SourceItem.Message.class::isInstance))
                .hasSize(2);
    }

    @Test
    void noDamageMakesItThrowOrGiveLessThanItFinds() throws Exception {
        byte[] whole = DboxBuilder.join(
                DboxBuilder.fileHeader(),
                DboxBuilder.message(1, "INBOX"),
                DboxBuilder.message(2, "INBOX"),
                DboxBuilder.message(3, "INBOX"));
        Random random = new Random(17);
        Path file = folder.resolve("m.1");
        for (int round = 0; round < 2000; round++) {
            byte[] bytes = random.nextInt(4) == 0 ? Arrays.copyOf(whole, random.nextInt(whole.length)) : whole.clone();
            for (int i = random.nextInt(4); i > 0 && bytes.length > 0; i--) {
                bytes[random.nextInt(bytes.length)] = (byte) random.nextInt(256);
            }
            Files.write(file, bytes);
            StoredFile read = StoredFile.read(file);
            long last = 0;
            for (StoredFile.Stored stored : read.messages()) {
                assertThat(stored.offset()).as("round %d", round).isGreaterThanOrEqualTo(last);
                assertThat(stored.body() + stored.size()).as("round %d", round).isLessThanOrEqualTo(bytes.length);
                last = stored.body() + stored.size();
            }
        }
    }

    @Test
    void usersCanBeRenamedAndChosen() throws Exception {
        DboxBuilder.single(folder.resolve("ana/sdbox"), "INBOX", 1, 1);
        DboxBuilder.single(folder.resolve("ben/sdbox"), "INBOX", 1, 2);
        try (BackupSource source = Sources.open(folder, new SourceOptions(Map.of("ana", "anna"), Set.of("anna")))) {
            assertThat(BackupSourceContract.all(source, 0).stream()
                            .filter(SourceItem.Message.class::isInstance)
                            .map(item -> message(item).mailbox().user()))
                    .containsExactly("anna");
        }
        assertThatThrownBy(() -> Sources.open(folder, new SourceOptions(Map.of(), Set.of("cyd"))))
                .isInstanceOf(OperatorException.class)
                .hasMessageContaining("holds no mail of user cyd");
    }
}
