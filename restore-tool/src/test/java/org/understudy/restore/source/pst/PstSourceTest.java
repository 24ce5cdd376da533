package org.understudy.restore.source.pst;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import org.apache.james.mime4j.dom.Entity;
import org.apache.james.mime4j.dom.Message;
import org.apache.james.mime4j.dom.Multipart;
import org.apache.james.mime4j.dom.SingleBody;
import org.apache.james.mime4j.dom.TextBody;
import org.apache.james.mime4j.message.DefaultMessageBuilder;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.understudy.restore.source.BackupSource;
import org.understudy.restore.source.BackupSourceContract;
import org.understudy.restore.source.SourceItem;
import org.understudy.restore.source.Sources;
import org.understudy.restore.source.Witness;
import org.understudy.restore.source.pst.PstWriter.Parts;
import org.understudy.restore.validate.Finding;
import org.understudy.restore.validate.Validator;
import org.understudy.restore.validate.Verdict;
import org.understudy.storage.OperatorException;
import org.understudy.storage.keyspace.Flags;

final class PstSourceTest {
    private static final Instant DELIVERED = Instant.parse("2024-02-05T10:00:00Z");
    private static final int INBOX = 0x8042;
    private static final int SENT = 0x8062;

    @TempDir
    Path folder;

    @ParameterizedTest
    @EnumSource(Form.class)
    void readsEveryForm(Form form) throws Exception {
        for (Scrambling scrambling : Scrambling.values()) {
            Path file = folder.resolve("Anna-" + form + scrambling + ".pst");
            byte[] attached = noise(form == Form.LARGE_PAGES ? 400_000 : 90_000);
            new PstWriter(form, scrambling)
                    .named("Keywords")
                    .folder(INBOX, PstWriter.TOP, "Posteingang", "IPF.Note")
                    .message(0x200024, INBOX, full(attached))
                    .write(file);
            try (BackupSource source = Sources.open(file)) {
                assertThat(source.describe().kind()).isEqualTo("pst");
                assertThat(BackupSourceContract.all(source, 0)).hasSize(1);
                List<SourceItem.Message> messages = messages(source);
                assertThat(messages).as("%s", scrambling).singleElement().satisfies(message -> {
                    assertThat(message.mailbox().name()).isEqualTo("INBOX");
                    assertThat(message.internalDate()).isEqualTo(DELIVERED);
                    assertThat(message.flags())
                            .isEqualTo(Flags.of(
                                    Flags.SEEN | Flags.ANSWERED | Flags.FLAGGED, Set.of("Red_Category", "work")));
                    assertThat(message.witnesses())
                            .containsExactly(new Witness.Rebuilt("an Outlook data file", List.of(), List.of()));
                    assertThat(Validator.standard().validate(message).verdict()).isEqualTo(Verdict.CONSISTENT);
                    Message mime = parsed(message);
                    assertThat(mime.getMessageId()).isEqualTo("<1@example.org>");
                    assertThat(mime.getSubject()).isEqualTo("Grüße");
                    assertThat(mime.getFrom().get(0).getAddress()).isEqualTo("joe@example.org");
                    assertThat(mime.getTo().toString()).contains("anna@example.org");
                    assertThat(mime.getCc().toString()).contains("carl@example.org");
                    List<Entity> leaves = leaves(mime);
                    assertThat(leaves)
                            .extracting(Entity::getMimeType)
                            .containsExactly(
                                    "text/plain", "text/html", "image/png", "application/pdf", "message/rfc822");
                    assertThat(text(leaves.get(0))).isEqualTo("Schöne Grüße\r\n");
                    assertThat(text(leaves.get(1))).contains("cid:pic@x").contains("Größe");
                    assertThat(octets(leaves.get(3))).isEqualTo(attached);
                    Message within = (Message) leaves.get(4).getBody();
                    assertThat(within.getSubject()).isEqualTo("inner");
                });
            }
        }
    }

    @Test
    void keepsTheHeaderThatCameAndDropsItsMime() throws Exception {
        Path file = folder.resolve("anna.pst");
        new PstWriter(Form.UNICODE, Scrambling.PERMUTED)
                .folder(INBOX, PstWriter.TOP, "Inbox", "")
                .message(
                        0x200024,
                        INBOX,
                        mail("x")
                                .with(
                                        0x007d,
                                        "Microsoft Mail Internet Headers Version 2.0\r\nReceived: from a by b;\r\n"
                                                + "\tMon, 5 Feb 2024 10:00:00 +0000\r\nDKIM-Signature: v=1; a=rsa-sha256;"
                                                + " d=example.org; s=s; h=from;\r\n\tbh=47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=;"
                                                + "\r\n\tb=" + "A".repeat(171) + "=\r\nFrom: real@example.org"
                                                + "\r\nContent-Type: multipart/mixed; boundary=old\r\nMIME-Version: 1.0\r\n"
                                                + "Date: Mon, 5 Feb 2024 09:59:00 +0000\r\n\r\n"))
                .write(file);
        try (BackupSource source = Sources.open(file)) {
            SourceItem.Message message = messages(source).get(0);
            String raw = raw(message);
            assertThat(raw)
                    .startsWith("Received: from a by b;\r\n\tMon, 5 Feb")
                    .contains("From: real@example.org\r\n")
                    .contains("DKIM-Signature: v=1")
                    .doesNotContain("boundary=old")
                    .doesNotContain("Internet Headers");
            assertThat(raw.split("MIME-Version:", -1)).hasSize(2);
            assertThat(Validator.standard().validate(message).verdict())
                    .as("%s", Validator.standard().validate(message).findings())
                    .as("a signature over other octets is no alarm")
                    .isEqualTo(Verdict.CONSISTENT);
        }
    }

    @Test
    void takesHtmlOutOfRtf() throws Exception {
        String rtf = "{\\rtf1\\ansi\\ansicpg1252\\fromhtml1 \\deff0{\\fonttbl{\\f0\\fswiss Arial;}}"
                + "{\\*\\htmltag19 <html>}{\\*\\htmltag50 <body>}\\htmlrtf {\\htmlrtf0 caf\\'e9 \\u8364?"
                + "{\\*\\htmltag84 &nbsp;}\\htmlrtf \\'a0\\htmlrtf0 end\\htmlrtf }\\htmlrtf0"
                + "{\\*\\htmltag58 </body>}{\\*\\htmltag27 </html>}}";
        Path file = folder.resolve("anna.pst");
        new PstWriter(Form.UNICODE, Scrambling.NONE)
                .folder(INBOX, PstWriter.TOP, "Inbox", "")
                .message(0x200024, INBOX, mail("x").with(0x1009, unpackedRtf(rtf)))
                .message(0x200044, INBOX, mail("y").with(0x1009, unpackedRtf("{\\rtf1 {\\b bold}}")))
                .write(file);
        try (BackupSource source = Sources.open(file)) {
            List<SourceItem.Message> messages = messages(source);
            List<Entity> first = leaves(parsed(messages.get(0)));
            assertThat(first).extracting(Entity::getMimeType).containsExactly("text/plain", "text/html");
            assertThat(text(first.get(1))).contains("<html><body>caf\u00e9 \u20ac&nbsp;end</body></html>");
            List<Entity> second = leaves(parsed(messages.get(1)));
            assertThat(second).extracting(Entity::getMimeType).containsExactly("text/plain", "application/rtf");
            assertThat(new String(octets(second.get(1)), StandardCharsets.US_ASCII))
                    .isEqualTo("{\\rtf1 {\\b bold}}");
        }
    }

    @Test
    void passesOverPasswordsAndTellsOfThem() throws Exception {
        Path file = folder.resolve("anna.pst");
        new PstWriter(Form.UNICODE, Scrambling.PERMUTED)
                .password()
                .folder(INBOX, PstWriter.TOP, "Inbox", "")
                .message(0x200024, INBOX, mail("x"))
                .write(file);
        try (BackupSource source = Sources.open(file)) {
            assertThat(source.describe().details()).contains("with a password, which encrypts nothing");
            assertThat(messages(source)).hasSize(1);
        }
    }

    @Test
    void accountsForWhatIsNoMailWhatIsMissingAndWhatHasNoFolder() throws Exception {
        Path file = folder.resolve("anna.pst");
        new PstWriter(Form.UNICODE, Scrambling.PERMUTED)
                .folder(INBOX, PstWriter.TOP, "Inbox", "")
                .folder(SENT, INBOX, "Sub.folder", "")
                .folder(0x8082, PstWriter.TOP, "Contacts", "IPF.Contact")
                .message(0x200024, INBOX, mail("one"))
                .message(0x200044, 0x8082, new Parts().with(0x001a, "IPM.Contact"))
                .message(0x200064, SENT, mail("two"))
                .message(0x200084, 0xffe2, mail("no folder"))
                .listed(0x2000a4, INBOX)
                .setting(0x2000c8, INBOX)
                .write(file);
        try (BackupSource source = Sources.open(file)) {
            assertThat(source.mailboxes())
                    .extracting(info -> info.mailbox().name())
                    .containsExactly("INBOX", "Inbox.Sub_folder", "Recovered");
            List<String> items = new ArrayList<>();
            for (SourceItem item : BackupSourceContract.all(source, 0)) {
                items.add(item.ref().path() + " "
                        + switch (item) {
                            case SourceItem.Message m -> m.mailbox().name();
                            case SourceItem.Unreadable u -> u.why();
                            case SourceItem.Ignored i -> i.why();
                            case SourceItem.Duplicate d -> d.why();
                        });
            }
            assertThat(items)
                    .containsExactlyInAnyOrder(
                            "anna.pst#00200044 no mail: a contact (IPM.Contact)",
                            "anna.pst#00200024 INBOX",
                            "anna.pst#002000a4 the folder lists it, and the index of nodes does not have it",
                            "anna.pst#00200064 Inbox.Sub_folder",
                            "anna.pst#00200084 Recovered",
                            "anna.pst#002000c8 no mail: a setting of a folder");
        }
    }

    /** Each single flipped octet is found: no changed message is called sound. */
    @ParameterizedTest
    @EnumSource(Form.class)
    void noFlippedOctetPassesUnseen(Form form) throws Exception {
        Path file = folder.resolve("anna.pst");
        PstWriter writer = new PstWriter(form, Scrambling.PERMUTED).folder(INBOX, PstWriter.TOP, "Inbox", "");
        for (int i = 1; i <= 12; i++) {
            writer.message(0x200004 + 32 * i, INBOX, full(noise(20_000 + i)));
        }
        writer.write(file);
        byte[] whole = Files.readAllBytes(file);
        Set<String> sound = digests(file);
        assertThat(sound).hasSize(12);
        Random random = new Random(7);
        for (int round = 0; round < 150; round++) {
            byte[] harmed = whole.clone();
            int at = 8192 + random.nextInt(harmed.length - 8192);
            harmed[at] ^= (byte) (1 << random.nextInt(8));
            Files.write(file, harmed);
            try (BackupSource source = Sources.open(file)) {
                for (SourceItem item : BackupSourceContract.all(source, 0)) {
                    if (item instanceof SourceItem.Message message
                            && !sound.contains(BackupSourceContract.sha256(message))) {
                        assertThat(Validator.standard().validate(message).verdict())
                                .as("octet %d flipped, %s", at, message)
                                .isEqualTo(Verdict.DAMAGED);
                    }
                }
            }
        }
    }

    /** Whatever is overwritten or cut off, reading ends, accounts, and never fails as a whole but for the header. */
    @ParameterizedTest
    @EnumSource(Form.class)
    void damageAnywhereCostsOnlyWhatLiesThere(Form form) throws Exception {
        Path file = folder.resolve("anna.pst");
        PstWriter writer = new PstWriter(form, Scrambling.PERMUTED).folder(INBOX, PstWriter.TOP, "Inbox", "");
        for (int i = 1; i <= 30; i++) {
            writer.message(0x200004 + 32 * i, INBOX, full(noise(12_000)));
        }
        writer.write(file);
        byte[] whole = Files.readAllBytes(file);
        Random random = new Random(11);
        int kept = 0;
        int rounds = 60;
        for (int round = 0; round < rounds; round++) {
            byte[] harmed = whole.clone();
            int at = 8192 + random.nextInt(harmed.length - 8192);
            int length = Math.min(harmed.length - at, 512 << random.nextInt(4));
            switch (round % 3) {
                case 0 -> Arrays.fill(harmed, at, at + length, (byte) 0);
                case 1 -> {
                    for (int i = at; i < at + length; i++) {
                        harmed[i] = (byte) random.nextInt();
                    }
                }
                default -> System.arraycopy(whole, 8192, harmed, at, Math.min(length, whole.length - at));
            }
            Files.write(file, harmed);
            try (BackupSource source = Sources.open(file)) {
                for (SourceItem item : BackupSourceContract.all(source, 0)) {
                    if (item instanceof SourceItem.Message message) {
                        BackupSourceContract.sha256(message);
                        kept++;
                    }
                }
            }
        }
        assertThat(kept)
                .as("of %d messages in %d damaged files", 30 * rounds, rounds)
                .isGreaterThan(25 * rounds);
    }

    @Test
    void namesTheOffsetOfADamagedAttachmentAndGivesTheRest() throws Exception {
        Path file = folder.resolve("anna.pst");
        byte[] attached = noise(30_000);
        new PstWriter(Form.UNICODE, Scrambling.NONE)
                .folder(INBOX, PstWriter.TOP, "Inbox", "")
                .message(
                        0x200024,
                        INBOX,
                        mail("x")
                                .attach(new Parts()
                                        .with(0x3707, "a.bin")
                                        .with(0x3705, 1)
                                        .with(0x3701, attached)))
                .write(file);
        byte[] whole = Files.readAllBytes(file);
        int at = indexOf(whole, Arrays.copyOfRange(attached, 10_000, 10_064));
        whole[at] ^= 1;
        Files.write(file, whole);
        try (BackupSource source = Sources.open(file)) {
            SourceItem.Message message = messages(source).get(0);
            assertThat(Validator.standard().validate(message).findings()).anySatisfy(finding -> {
                assertThat(finding.check()).isEqualTo("rebuilt");
                assertThat(finding.strength()).isEqualTo(Finding.Strength.CONTRADICTION);
                assertThat(finding.what()).contains("at offset").contains("checksum");
            });
            assertThat(text(leaves(parsed(message)).get(0))).isEqualTo("text of x\r\n");
        }
    }

    @Test
    void refusesWhatHasNoHeader() throws Exception {
        Path file =
                Files.write(folder.resolve("anna.pst"), "!BDN and nothing else".getBytes(StandardCharsets.US_ASCII));
        assertThatThrownBy(() -> Sources.open(file))
                .isInstanceOfSatisfying(
                        OperatorException.class,
                        e -> assertThat(e.getMessage())
                                .contains("cannot be read as an Outlook data file")
                                .contains("cut off"));
    }

    static final class Contract implements BackupSourceContract {
        @TempDir
        Path folder;

        @Override
        public Input layOut() throws Exception {
            Path root = folder.resolve("files");
            Files.createDirectories(root.resolve("bob"));
            new PstWriter(Form.UNICODE, Scrambling.PERMUTED)
                    .folder(INBOX, PstWriter.TOP, "Inbox", "")
                    .listed(0x2000a4, PstWriter.TOP)
                    .message(0x200024, INBOX, mail("one"))
                    .message(0x200044, INBOX, full(noise(5000)))
                    .message(0x200064, INBOX, new Parts().with(0x001a, "IPM.Appointment"))
                    .listed(0x2000e4, INBOX)
                    .message(0x200104, INBOX, mail("two"))
                    .write(root.resolve("anna.pst"));
            new PstWriter(Form.ANSI, Scrambling.CYCLIC)
                    .folder(INBOX, PstWriter.TOP, "Inbox", "")
                    .message(0x200024, INBOX, mail("bob's"))
                    .write(root.resolve("bob/archive.pst"));
            new PstWriter(Form.LARGE_PAGES, Scrambling.NONE)
                    .folder(INBOX, PstWriter.TOP, "Inbox", "")
                    .message(0x200024, INBOX, mail("bob's other"))
                    .write(root.resolve("bob/outlook.ost"));
            Files.writeString(root.resolve("bob/broken.pst"), "!BDN");
            Files.writeString(root.resolve("list.txt"), "x");
            return new Input(
                    root,
                    new TreeSet<>(List.of(
                            "anna.pst#00200024",
                            "anna.pst#00200044",
                            "anna.pst#00200064",
                            "anna.pst#002000a4",
                            "anna.pst#002000e4",
                            "anna.pst#00200104",
                            "bob/archive.pst#00200024",
                            "bob/outlook.ost#00200024",
                            "bob/broken.pst",
                            "list.txt")));
        }

        @Override
        public BackupSource open(Path root) {
            return Sources.open(root);
        }
    }

    private static Parts mail(String text) {
        return new Parts()
                .with(0x001a, "IPM.Note")
                .with(0x0037, text)
                .with(0x0042, "Joe")
                .with(0x0064, "SMTP")
                .with(0x0065, "joe@example.org")
                .with(0x0e06, DELIVERED)
                .with(0x0e07, 1)
                .with(0x1000, "text of " + text)
                .with(0x1035, "<" + text.hashCode() + "@example.org>");
    }

    private static Parts full(byte[] attached) {
        return mail("x")
                .with(0x0037, "\u0001\u0001Grüße")
                .with(0x1000, "Schöne Grüße\n")
                .with(0x1013, "<html><img src=\"cid:pic@x\">Größe</html>".getBytes(StandardCharsets.UTF_8))
                .with(0x1035, "<1@example.org>")
                .with(0x1081, 102)
                .with(0x1090, 2)
                .with(0x3fde, 65_001)
                .with(0x8000, List.of("Red Category", "work"))
                .to(1, "Anna", "anna@example.org")
                .to(2, "Carl, C.", "carl@example.org")
                .attach(new Parts()
                        .with(0x3705, 1)
                        .with(0x3707, "pic.png")
                        .with(0x370e, "image/png")
                        .with(0x3712, "pic@x")
                        .with(0x3701, noise(300)))
                .attach(new Parts()
                        .with(0x3705, 1)
                        .with(0x3707, "Größe.pdf")
                        .with(0x370e, "application/pdf")
                        .with(0x3701, attached))
                .attach(new Parts().with(0x3705, 5).with(0x3001, "inner").with(0x3701, mail("inner")));
    }

    private static byte[] unpackedRtf(String rtf) {
        byte[] bytes = rtf.getBytes(StandardCharsets.ISO_8859_1);
        return java.nio.ByteBuffer.allocate(16 + bytes.length)
                .order(java.nio.ByteOrder.LITTLE_ENDIAN)
                .putInt(12 + bytes.length)
                .putInt(bytes.length)
                .putInt(0x414c454d)
                .putInt(0)
                .put(bytes)
                .array();
    }

    private static byte[] noise(int length) {
        byte[] noise = new byte[length];
        new Random(length).nextBytes(noise);
        return noise;
    }

    private static int indexOf(byte[] whole, byte[] part) {
        for (int i = 0; i + part.length <= whole.length; i++) {
            if (Arrays.equals(whole, i, i + part.length, part, 0, part.length)) {
                return i;
            }
        }
        throw new AssertionError("not found");
    }

    private static Set<String> digests(Path file) throws IOException {
        Set<String> digests = new TreeSet<>();
        try (BackupSource source = Sources.open(file)) {
            for (SourceItem.Message message : messages(source)) {
                digests.add(BackupSourceContract.sha256(message));
            }
        }
        return digests;
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

    private static String raw(SourceItem.Message message) throws IOException {
        try (InputStream in = message.content().open()) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    private static Message parsed(SourceItem.Message message) throws IOException {
        try (InputStream in = message.content().open()) {
            return new DefaultMessageBuilder().parseMessage(in);
        }
    }

    private static List<Entity> leaves(Entity entity) {
        if (entity.getBody() instanceof Multipart multipart) {
            List<Entity> leaves = new ArrayList<>();
            multipart.getBodyParts().forEach(part -> leaves.addAll(leaves(part)));
            return leaves;
        }
        return List.of(entity);
    }

    private static String text(Entity entity) throws IOException {
        StringBuilder text = new StringBuilder();
        ((TextBody) entity.getBody()).getReader().transferTo(new java.io.Writer() {
            @Override
            public void write(char[] from, int offset, int length) {
                text.append(from, offset, length);
            }

            @Override
            public void flush() {}

            @Override
            public void close() {}
        });
        return text.toString();
    }

    private static byte[] octets(Entity entity) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (InputStream in = ((SingleBody) entity.getBody()).getInputStream()) {
            in.transferTo(bytes);
        }
        return bytes.toByteArray();
    }
}
