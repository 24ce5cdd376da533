package org.understudy.storage;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.understudy.storage.fsck.Fsck;
import org.understudy.storage.guard.StoreHeader;
import org.understudy.storage.keyspace.Author;
import org.understudy.storage.keyspace.ExpungeReason;
import org.understudy.storage.keyspace.Flags;
import org.understudy.storage.keyspace.MailboxId;
import org.understudy.storage.keyspace.MailboxPath;
import org.understudy.storage.keyspace.MailboxRow;
import org.understudy.storage.keyspace.MessageFacts;
import org.understudy.storage.keyspace.StructureCodec;
import org.understudy.storage.mime.MessageStructure;
import org.understudy.storage.mime.StructureReader;

/** Structures beside their messages, and stores that were written before there were any. */
class StructuresTest {
    private static final Author AUTHOR = new Author.Housekeeping("test");
    private static final String MESSAGE = "Subject: one\r\nContent-Type: text/html\r\n\r\n<p>\r\n";

    @TempDir
    Path folder;

    @Test
    void copiesShareTheRowOfTheirOriginalWhateverBecomesOfThat() throws Exception {
        ReclaimKit kit = new ReclaimKit(folder.resolve("store"));
        MailStore store = kit.open();
        MailboxId inbox = mailbox(store, "INBOX");
        MailboxId kept = mailbox(store, "Kept");
        MailboxId again = mailbox(store, "Again");
        List<NewMessage> mail = new ArrayList<>();
        List<byte[]> expected = new ArrayList<>();
        for (int i = 0; i < 40; i++) {
            byte[] octets = ("Subject: number " + i + "\r\n\r\n" + i).getBytes(StandardCharsets.UTF_8);
            mail.add(StoreKit.message(octets, Flags.NONE));
            expected.add(StructureCodec.encode(StructureReader.read(octets)));
        }
        store.messages().append(inbox, mail, AUTHOR);
        // In Kept: 5, 3 and 4 as they were asked for, then 1 to 40; in Again copies of copies and one of its own.
        store.messages().copy(inbox, List.of(5L, 3L, 4L), kept, AUTHOR);
        store.messages()
                .copy(
                        inbox,
                        java.util.stream.LongStream.rangeClosed(1, 40).boxed().toList(),
                        kept,
                        AUTHOR);
        store.messages().copy(kept, List.of(1L, 10L), again, AUTHOR);
        store.messages().append(again, List.of(StoreKit.message(MESSAGE, Flags.NONE)), AUTHOR);
        store.messages().move(kept, List.of(43L), again, AUTHOR);
        store.messages().expunge(inbox, List.of(3L, 5L, 7L, 40L), ExpungeReason.USER, AUTHOR);
        byte[] own = StructureCodec.encode(StructureReader.read(MESSAGE.getBytes(StandardCharsets.UTF_8)));
        List<byte[]> inKept = new ArrayList<>(List.of(expected.get(4), expected.get(2), expected.get(3)));
        inKept.addAll(expected.subList(0, 39));
        for (int round = 0; round < 2; round++) {
            assertThat(rows(store, kept)).containsExactlyElementsOf(inKept);
            assertThat(rows(store, again)).containsExactly(expected.get(4), expected.get(6), own, expected.get(39));
            assertThat(envelope(store, "Again", 2)).contains("number 6");
            assertThat(store.fsck(Fsck.Depth.BODIES).findings()).isEmpty();
            // Bodies that copies name are not due, and so are their structures.
            kit.pass(ReclaimKit.WINDOW);
            assertThat(ReclaimKit.round(store, ReclaimKit.WINDOW).due()).isZero();
        }
        store.messages().expunge(kept, List.of(1L, 10L, 8L), ExpungeReason.USER, AUTHOR);
        store.messages().expunge(again, List.of(1L, 2L), ExpungeReason.USER, AUTHOR);
        kit.pass(ReclaimKit.WINDOW);
        assertThat(structures(store)).isEqualTo(41);
        assertThat(ReclaimKit.round(store, ReclaimKit.WINDOW).reclaimed()).isEqualTo(2);
        assertThat(structures(store)).as("5 and 7 have gone, from INBOX").isEqualTo(39);
        StoreKit.closeSound(store);
    }

    private long structures(MailStore store) {
        long[] rows = new long[1];
        for (MailboxRow mailbox : store.mailboxes().all()) {
            store.structures().scan(mailbox.id(), 1, UidSet.MAX_UID, (uid, structure) -> rows[0]++);
        }
        return rows[0];
    }

    @Test
    void aCopyOfAMessageWithoutARowGetsOneWhenItIsAskedFor() throws Exception {
        MailStore store = StoreKit.open(unpack("version-1"));
        MailboxId inbox = id(store, "INBOX");
        MailboxId other = mailbox(store, "Other");
        store.messages().move(inbox, List.of(1L, 2L), other, AUTHOR);
        assertThat(rows(store, other)).isEmpty();
        assertThat(envelope(store, "Other", 2)).contains("two parts");
        assertThat(store.structures().complete(store.mailboxes().all(), octets -> {}))
                .isEqualTo(3);
        assertThat(rows(store, other)).hasSize(2);
        assertThat(store.structures().complete(store.mailboxes().all(), octets -> {}))
                .isZero();
        StoreKit.closeSound(store);
    }

    /**
     * {@code stores/version-3.zip}: three messages in INBOX, of which the first two were copied to Kept, with rows of their
     * own, and the last two expunged, with their rows.
     */
    @Test
    void aStoreOfVersionThreeKeepsTheRowsOfItsCopies() throws Exception {
        Path old = unpack("version-3");
        assertThat(StoreHeader.read(old).formatVersion()).isEqualTo(3);
        MailStore store = StoreKit.open(old);
        assertThat(StoreHeader.read(old).formatVersion()).isEqualTo(MailStore.FORMAT_VERSION);
        assertThat(store.fsck(Fsck.Depth.BODIES).findings()).isEmpty();
        MailboxId kept = id(store, "Kept");
        assertThat(rows(store, id(store, "INBOX"))).hasSize(1);
        assertThat(rows(store, kept)).hasSize(2);
        assertThat(structures(store)).isEqualTo(3);
        MailboxId other = mailbox(store, "Other");
        store.messages().move(kept, List.of(2L), other, AUTHOR);
        assertThat(rows(store, other)).hasSize(1);
        assertThat(envelope(store, "Other", 1)).contains("two");
        assertThat(structures(store)).isEqualTo(3);
        StoreKit.closeSound(store);
    }

    @Test
    void aRowIsWrittenCarriedAlongAndTakenAwayWithItsMessage() {
        MailStore store = StoreKit.open(folder.resolve("store"));
        MailboxId from = mailbox(store, "INBOX");
        MailboxId to = mailbox(store, "Other");
        store.messages().append(from, List.of(StoreKit.message(MESSAGE, Flags.NONE)), AUTHOR);
        store.messages().copy(from, List.of(1L), to, AUTHOR);
        byte[] row = StructureCodec.encode(StructureReader.read(MESSAGE.getBytes(StandardCharsets.UTF_8)));
        assertThat(rows(store, from)).containsExactly(row);
        assertThat(rows(store, to)).containsExactly(row);
        store.messages().move(from, List.of(1L), to, AUTHOR);
        assertThat(rows(store, from)).isEmpty();
        assertThat(rows(store, to)).containsExactly(row, row);
        assertThat(store.structures().isComplete()).isTrue();
        StoreKit.closeSound(store);
    }

    @Test
    void fsckFindsARowThatIsNotItsBodys() {
        try (MailStore store = StoreKit.open(folder.resolve("store"))) {
            MailboxId inbox = mailbox(store, "INBOX");
            MessageStructure other = StructureReader.read("Subject: two\r\n\r\n".getBytes(StandardCharsets.UTF_8));
            store.messages()
                    .append(inbox, List.of(StoreKit.message(MESSAGE, Flags.NONE).with(other)), AUTHOR);
            assertThat(store.fsck(Fsck.Depth.ROWS).findings()).isEmpty();
            assertThat(store.fsck(Fsck.Depth.BODIES).findings())
                    .singleElement()
                    .asString()
                    .contains("mailbox INBOX, UID 1: its structure is kept otherwise than its body has it");
        }
    }

    @Test
    void aRowHasTheBytesOfTheDocument() {
        MessageStructure read = StructureReader.read("Subject: a\r\n\r\nb".getBytes(StandardCharsets.UTF_8));
        assertThat(HexFormat.of().formatHex(StructureCodec.encode(read)))
                .isEqualTo("01" + "8000000000000000" + "00000029" + "0000004a" + "00000000"
                        + hex("(NIL \"a\" NIL NIL NIL NIL NIL NIL NIL NIL)")
                        + hex("(\"TEXT\" \"PLAIN\" (\"charset\" \"us-ascii\") NIL NIL \"7BIT\" 1 0 NIL NIL NIL NIL)")
                        + "00000e0100");
    }

    private static String hex(String text) {
        return HexFormat.of().formatHex(text.getBytes(StandardCharsets.US_ASCII));
    }

    /** {@code stores/version-1.zip}: two messages in INBOX, of which the second is in Kept too. */
    @Test
    void aStoreOfVersionOneIsServedAtOnceAndCompletedBesides() throws Exception {
        Path old = unpack("version-1");
        try (MailStore reading = MailStore.openReadOnly(old, MailStore.Options.defaults(), false)) {
            assertThat(envelope(reading, "Kept", 1)).contains("two parts");
            assertThat(reading.structures().isComplete()).isFalse();
        }
        assertThat(StoreHeader.read(old).formatVersion()).isEqualTo(1);
        MailStore store = StoreKit.open(old);
        assertThat(StoreHeader.read(old).formatVersion()).isEqualTo(MailStore.FORMAT_VERSION);
        assertThat(envelope(store, "INBOX", 2)).contains("two parts");
        assertThat(store.structures().isComplete()).isFalse();
        assertThat(store.fsck(Fsck.Depth.BODIES).findings()).isEmpty();
        assertThat(store.structures().complete(store.mailboxes().all(), octets -> {}))
                .isEqualTo(3);
        assertThat(store.structures().isComplete()).isTrue();
        assertThat(rows(store, id(store, "INBOX"))).hasSize(2);
        assertThat(store.messages()
                        .flags(id(store, "INBOX"), 1)
                        .orElseThrow()
                        .flags()
                        .keywords())
                .containsExactly("$Label1");
        StoreKit.closeSound(store);
    }

    private Path unpack(String version) throws IOException {
        Path target = folder.resolve("old");
        try (InputStream fixture = StructuresTest.class.getResourceAsStream("/stores/" + version + ".zip");
                ZipInputStream zip = new ZipInputStream(java.util.Objects.requireNonNull(fixture))) {
            for (ZipEntry entry = zip.getNextEntry(); entry != null; entry = zip.getNextEntry()) {
                Path file = target.resolve(entry.getName());
                if (entry.isDirectory()) {
                    Files.createDirectories(file);
                } else {
                    Files.createDirectories(file.getParent());
                    Files.write(file, zip.readAllBytes());
                }
            }
        }
        return target;
    }

    private static String envelope(MailStore store, String mailbox, long uid) {
        MessageFacts facts = store.messages().facts(id(store, mailbox), uid).orElseThrow();
        return new String(store.structures().of(facts).envelope(), StandardCharsets.ISO_8859_1);
    }

    private static MailboxId id(MailStore store, String name) {
        return store.mailboxes()
                .find(MailboxPath.of("anna", name))
                .orElseThrow()
                .id();
    }

    private static MailboxId mailbox(MailStore store, String name) {
        return store.mailboxes().create(MailboxPath.of("anna", name), 1, AUTHOR).id();
    }

    private static List<byte[]> rows(MailStore store, MailboxId mailbox) {
        List<byte[]> rows = new ArrayList<>();
        Sweep.Window window = store.sweep().next(mailbox, 1, 100, Sweep.Rows.BOTH);
        for (int i = 0; i < window.size(); i++) {
            if (window.structure(i) != null) {
                rows.add(window.structure(i));
            }
        }
        return rows;
    }
}
