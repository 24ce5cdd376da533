package org.understudy.restore.source.archive;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.github.luben.zstd.ZstdOutputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
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
import java.util.zip.GZIPOutputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.apache.commons.compress.archivers.tar.TarConstants;
import org.apache.commons.compress.archivers.zip.ZipArchiveEntry;
import org.apache.commons.compress.archivers.zip.ZipArchiveOutputStream;
import org.apache.commons.compress.compressors.bzip2.BZip2CompressorOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.understudy.restore.source.BackupSource;
import org.understudy.restore.source.BackupSourceContract;
import org.understudy.restore.source.SourceItem;
import org.understudy.restore.source.SourceOptions;
import org.understudy.restore.source.Sources;
import org.understudy.storage.OperatorException;
import org.understudy.storage.Reason;

final class ArchiveSourceTest {
    private static final Instant TIME = Instant.parse("2001-02-03T04:05:06Z");

    @TempDir
    Path folder;

    @Test
    void readsMaildirsInEachKindOfArchive() throws Exception {
        byte[] tar = tar(maildir());
        for (Map.Entry<String, byte[]> one : Map.of(
                        "a.tar", tar,
                        "a.tar.gz", gzip(tar),
                        "a.tar.bz2", bzip2(tar),
                        "a.tar.zst", zstd(tar),
                        "a.zip", zip(maildir()))
                .entrySet()) {
            Path archive = Files.write(folder.resolve(one.getKey()), one.getValue());
            try (BackupSource source = open(archive)) {
                assertThat(source.describe().kind()).as(one.getKey()).isEqualTo("maildir");
                assertThat(source.describe().details()).contains("unpacked from a ");
                List<SourceItem.Message> messages = messages(source);
                assertThat(messages)
                        .as(one.getKey())
                        .extracting(message -> message.mailbox().user())
                        .containsExactly("ann", "joe", "joe");
                assertThat(messages)
                        .extracting(SourceItem.Message::internalDate)
                        .containsOnly(TIME);
            }
            assertThat(left()).as("left after %s", one.getKey()).isEmpty();
        }
    }

    @Test
    void readsPackedMboxFilesAndMessageFiles() throws Exception {
        String mbox = "From a@example.org Wed Feb  1 00:00:09 2023\nSubject: one\n\nfirst\n";
        Path file = Files.write(folder.resolve("joe.mbox.gz"), gzip(mbox.getBytes(StandardCharsets.US_ASCII)));
        try (BackupSource source = open(file)) {
            assertThat(source.describe().kind()).isEqualTo("mbox");
            assertThat(messages(source))
                    .singleElement()
                    .satisfies(message -> assertThat(message.mailbox().user()).isEqualTo("joe"));
        }
        Path letters =
                Files.write(folder.resolve("ann.zip"), zip(List.of(new Entry("Inbox/1.eml", "Subject: x\n\ny\n"))));
        try (BackupSource source = open(letters)) {
            assertThat(source.describe().kind()).isEqualTo("eml");
            assertThat(messages(source))
                    .singleElement()
                    .satisfies(message ->
                            assertThat(message.mailbox()).hasToString("SourceMailbox[user=ann, name=INBOX]"));
        }
    }

    @Test
    void givesWhatIsWholeOfATarCutAnywhere() throws Exception {
        byte[] tar = tar(maildir());
        int before = 0;
        for (int length = 1024; length < tar.length - 1024; length += 211) {
            Path archive = Files.write(folder.resolve("cut.tar"), Arrays.copyOf(tar, length));
            List<SourceItem> items;
            try (BackupSource source = open(archive)) {
                items = BackupSourceContract.all(source, 0);
            } catch (OperatorException e) {
                assertThat(e.reason()).isEqualTo(Reason.SOURCE);
                assertThat(before)
                        .as("refused at %d after more was found", length)
                        .isZero();
                continue;
            }
            int found = (int)
                    items.stream().filter(SourceItem.Message.class::isInstance).count();
            assertThat(found).as("cut at %d", length).isBetween(before, 3);
            before = found;
            if (length % 512 != 0 || found < 3) {
                assertThat(items).as("cut at %d", length).anyMatch(SourceItem.Unreadable.class::isInstance);
            }
        }
        assertThat(before).isEqualTo(3);
        assertThat(left()).isEmpty();
    }

    @Test
    void tellsOfAGzipCutOrDamaged() throws Exception {
        List<Entry> entries = new ArrayList<>(maildir());
        byte[] noise = new byte[60_000];
        new java.util.Random(5).nextBytes(noise);
        entries.add(new Entry("home/joe/Maildir/cur/3.c.h:2,S", new String(noise, StandardCharsets.ISO_8859_1)));
        byte[] gzip = gzip(tar(entries));
        Path cut = Files.write(folder.resolve("cut.tgz"), Arrays.copyOf(gzip, gzip.length / 2));
        try (BackupSource source = open(cut)) {
            List<SourceItem> items = BackupSourceContract.all(source, 0);
            assertThat(items.stream().filter(SourceItem.Message.class::isInstance))
                    .hasSize(3);
            assertThat(items)
                    .filteredOn(SourceItem.Unreadable.class::isInstance)
                    .extracting(item -> ((SourceItem.Unreadable) item).why())
                    .anySatisfy(why -> assertThat(why).contains("is incomplete"))
                    .anySatisfy(why -> assertThat(why).contains("how many are missing after it is not known"));
        }
    }

    @Test
    void takesEntriesOfAZipWhoseDirectoryIsLost() throws Exception {
        byte[] zip = zip(maildir());
        Path cut = Files.write(folder.resolve("cut.zip"), Arrays.copyOf(zip, zip.length - 60));
        try (BackupSource source = open(cut)) {
            List<SourceItem> items = BackupSourceContract.all(source, 0);
            assertThat(items.stream().filter(SourceItem.Message.class::isInstance))
                    .hasSize(3);
            assertThat(items)
                    .filteredOn(SourceItem.Unreadable.class::isInstance)
                    .extracting(item -> ((SourceItem.Unreadable) item).why())
                    .anySatisfy(why -> assertThat(why).contains("directory at its end cannot be read"));
        }
    }

    @Test
    void losesOneEntryOfAZipWithOneFlip() throws Exception {
        byte[] zip = zip(maildir());
        int inFirst = new String(zip, StandardCharsets.ISO_8859_1).indexOf("1.a.h:2,S") + 60;
        zip[inFirst] ^= 0x55;
        try (BackupSource source = open(Files.write(folder.resolve("flip.zip"), zip))) {
            List<SourceItem> items = BackupSourceContract.all(source, 0);
            assertThat(items.stream().filter(SourceItem.Message.class::isInstance))
                    .hasSize(2);
            assertThat(items)
                    .filteredOn(SourceItem.Unreadable.class::isInstance)
                    .extracting(item -> item.ref().path())
                    .as("the entry, and the message that the list of UIDs misses for it")
                    .containsExactlyInAnyOrder(
                            "archive entry home/joe/Maildir/cur/1.a.h:2,S", "home/joe/Maildir/cur/1.a.h");
        }
    }

    @Test
    void makesNothingOutsideItsFolder() throws Exception {
        List<Entry> entries = new ArrayList<>(maildir());
        entries.add(new Entry("../../escaped.eml", "Subject: x\n\ny\n"));
        entries.add(new Entry("/absolute.eml", "Subject: x\n\ny\n"));
        entries.add(new Entry("home\\..\\..\\..\\windows.eml", "Subject: x\n\ny\n"));
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (TarArchiveOutputStream tar = new TarArchiveOutputStream(bytes)) {
            tar.setLongFileMode(TarArchiveOutputStream.LONGFILE_POSIX);
            for (Entry entry : entries) {
                add(tar, entry);
            }
            TarArchiveEntry link = new TarArchiveEntry("home/joe/Maildir/cur/9.z.h:2,S", TarConstants.LF_SYMLINK);
            link.setLinkName("/etc/passwd");
            tar.putArchiveEntry(link);
            tar.closeArchiveEntry();
            TarArchiveEntry out = new TarArchiveEntry("home/joe/Maildir/cur/8.z.h:2,S", TarConstants.LF_LINK);
            out.setLinkName("../../../etc/passwd");
            tar.putArchiveEntry(out);
            tar.closeArchiveEntry();
            tar.putArchiveEntry(new TarArchiveEntry("home/joe/Maildir/cur/7.z.h:2,S", TarConstants.LF_FIFO));
            tar.closeArchiveEntry();
            TarArchiveEntry same = new TarArchiveEntry("home/joe/Maildir/cur/6.d.h:2,S", TarConstants.LF_LINK);
            same.setLinkName("home/joe/Maildir/cur/1.a.h:2,S");
            tar.putArchiveEntry(same);
            tar.closeArchiveEntry();
        }
        Set<String> outside = tree(folder);
        Path archive = Files.write(folder.resolve("evil.tar"), bytes.toByteArray());
        try (BackupSource source = open(archive)) {
            List<SourceItem> items = BackupSourceContract.all(source, 0);
            assertThat(items.stream().filter(SourceItem.Message.class::isInstance))
                    .as("the three, and the hard link to one of them")
                    .hasSize(4);
            assertThat(items)
                    .filteredOn(SourceItem.Unreadable.class::isInstance)
                    .extracting(item -> item.ref().path())
                    .filteredOn(path -> path.startsWith("archive entry"))
                    .hasSize(6);
        }
        outside.add("evil.tar");
        outside.add("scratch");
        assertThat(tree(folder)).isEqualTo(outside);
    }

    @Test
    void endsUnpackingABomb() throws Exception {
        Path bomb = folder.resolve("bomb.mbox.gz");
        try (OutputStream out = new GZIPOutputStream(Files.newOutputStream(bomb), 1 << 16)) {
            out.write("From a@example.org Wed Feb  1 00:00:09 2023\nSubject: one\n\n"
                    .getBytes(StandardCharsets.US_ASCII));
            byte[] zeros = new byte[1 << 20];
            for (int i = 0; i < 200; i++) {
                out.write(zeros);
            }
        }
        try (BackupSource source = open(bomb)) {
            assertThat(BackupSourceContract.all(source, 0))
                    .anySatisfy(item -> assertThat(item)
                            .isInstanceOfSatisfying(
                                    SourceItem.Unreadable.class,
                                    one -> assertThat(one.why())
                                            .contains("unpacks to more than 200 times its own size")));
        }
    }

    @Test
    void refusesArchivesWithoutMail() throws Exception {
        Path photos = Files.write(folder.resolve("photos.zip"), zip(List.of(new Entry("a.jpg", "pixels"))));
        assertThatThrownBy(() -> open(photos)).isInstanceOfSatisfying(OperatorException.class, e -> {
            assertThat(e.reason()).isEqualTo(Reason.SOURCE);
            assertThat(e.getMessage()).contains("holds no Maildir");
        });
        Path nothing = Files.write(folder.resolve("nothing.tar.gz"), gzip(new byte[1024]));
        assertThatThrownBy(() -> open(nothing)).isInstanceOf(OperatorException.class);
        assertThat(left()).isEmpty();
    }

    @Test
    void deletesWhatADeadProcessLeft() throws Exception {
        Path dead = Files.createDirectories(folder.resolve("scratch/understudy-unpacked-123/files/x"));
        Files.writeString(folder.resolve("scratch/understudy-unpacked-123/lock"), "");
        Files.writeString(dead.resolve("mail"), "left");
        open(Files.write(folder.resolve("a.tar"), tar(maildir()))).close();
        assertThat(left()).isEmpty();
    }

    static final class Contract implements BackupSourceContract {
        @TempDir
        Path folder;

        @Override
        public Input layOut() throws Exception {
            List<Entry> entries = new ArrayList<>(maildir());
            entries.add(new Entry("home/ann/Maildir/cur/0.e.h:2,S", ""));
            entries.add(new Entry("../out.eml", "Subject: x\n\ny\n"));
            Path archive = Files.write(folder.resolve("a.tar"), tar(entries));
            Set<String> paths = new TreeSet<>(Set.of("archive entry ../out.eml"));
            for (Entry entry : entries) {
                if (!entry.name().startsWith("..")) {
                    paths.add(entry.name());
                }
            }
            return new Input(archive, paths);
        }

        @Override
        public BackupSource open(Path root) {
            return Sources.open(root, new SourceOptions(Map.of(), Set.of(), folder.resolve("scratch")));
        }
    }

    private record Entry(String name, String text) {}

    private static List<Entry> maildir() {
        return List.of(
                new Entry("home/joe/Maildir/cur/1.a.h:2,S", "Subject: one\n\n" + "first\n".repeat(90)),
                new Entry("home/joe/Maildir/new/2.b.h", "Subject: two\n\nsecond\n"),
                new Entry("home/joe/Maildir/dovecot-uidlist", "3 V1700 N9 Gab\n4 :1.a.h\n"),
                new Entry("home/ann/Maildir/cur/1.c.h:2,RS", "Subject: three\n\n" + "third\n".repeat(200)));
    }

    private BackupSource open(Path archive) {
        return Sources.open(archive, new SourceOptions(Map.of(), Set.of(), folder.resolve("scratch")));
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

    private List<Path> left() throws IOException {
        try (Stream<Path> entries = Files.list(folder.resolve("scratch"))) {
            return entries.toList();
        }
    }

    private static Set<String> tree(Path root) throws IOException {
        try (Stream<Path> paths = Files.walk(root)) {
            Set<String> names = new TreeSet<>();
            paths.filter(path -> !path.equals(root))
                    .forEach(path -> names.add(root.relativize(path).toString()));
            return names;
        }
    }

    private static byte[] tar(List<Entry> entries) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (TarArchiveOutputStream tar = new TarArchiveOutputStream(bytes)) {
            for (Entry entry : entries) {
                add(tar, entry);
            }
        }
        return bytes.toByteArray();
    }

    private static void add(TarArchiveOutputStream tar, Entry entry) throws IOException {
        byte[] content = entry.text().getBytes(StandardCharsets.ISO_8859_1);
        TarArchiveEntry header = new TarArchiveEntry(entry.name(), TarConstants.LF_NORMAL, true);
        header.setSize(content.length);
        header.setModTime(TIME.toEpochMilli());
        tar.putArchiveEntry(header);
        tar.write(content);
        tar.closeArchiveEntry();
    }

    private static byte[] zip(List<Entry> entries) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (ZipArchiveOutputStream zip = new ZipArchiveOutputStream(bytes)) {
            for (Entry entry : entries) {
                ZipArchiveEntry header = new ZipArchiveEntry(entry.name());
                header.setTime(TIME.toEpochMilli());
                header.setLastModifiedTime(java.nio.file.attribute.FileTime.from(TIME));
                zip.putArchiveEntry(header);
                zip.write(entry.text().getBytes(StandardCharsets.ISO_8859_1));
                zip.closeArchiveEntry();
            }
        }
        return bytes.toByteArray();
    }

    private interface Packing {
        OutputStream to(OutputStream out) throws IOException;
    }

    private static byte[] packed(byte[] bytes, Packing packing) throws IOException {
        ByteArrayOutputStream packed = new ByteArrayOutputStream();
        try (OutputStream out = packing.to(packed)) {
            out.write(bytes);
        }
        return packed.toByteArray();
    }

    private static byte[] gzip(byte[] bytes) throws IOException {
        return packed(bytes, GZIPOutputStream::new);
    }

    private static byte[] bzip2(byte[] bytes) throws IOException {
        return packed(bytes, BZip2CompressorOutputStream::new);
    }

    private static byte[] zstd(byte[] bytes) throws IOException {
        return packed(bytes, ZstdOutputStream::new);
    }
}
