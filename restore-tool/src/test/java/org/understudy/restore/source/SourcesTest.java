package org.understudy.restore.source;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.understudy.restore.source.maildir.MaildirBuilder;
import org.understudy.storage.OperatorException;
import org.understudy.storage.Reason;

final class SourcesTest {
    @TempDir
    Path folder;

    @Test
    void opensMaildir() throws Exception {
        MaildirBuilder.at(folder.resolve("joe/Maildir")).message("cur/1700000001.a.b:2,S");
        try (BackupSource source = Sources.open(folder)) {
            assertThat(source.describe().kind()).isEqualTo("maildir");
            assertThat(source.mailboxes())
                    .containsExactly(new BackupSource.MailboxInfo(new SourceMailbox("joe", "INBOX"), 0, false));
        }
    }

    @Test
    void refusesWhatIsNotThere() {
        assertThat(refusal(folder.resolve("absent")))
                .contains("there is no file or directory")
                .contains("absent");
    }

    @Test
    void refusesALinkToNothing() throws Exception {
        Files.createSymbolicLink(folder.resolve("link"), Path.of("nothing"));
        assertThat(refusal(folder.resolve("link"))).contains("symbolic link to something that does not exist");
    }

    @Test
    void refusesEmptyDirectories() throws Exception {
        assertThat(refusal(Files.createDirectory(folder.resolve("empty")))).contains("is an empty directory");
    }

    @Test
    void refusesDirectoriesWithoutMaildir() throws Exception {
        Files.createDirectories(folder.resolve("a/b"));
        Files.writeString(folder.resolve("a/x.txt"), "text");
        assertThat(refusal(folder)).contains("holds no Maildir").contains("no mbox file");
    }

    @Test
    void refusesAUserWhoIsNotThere() throws Exception {
        MaildirBuilder.at(folder.resolve("joe/Maildir")).message("cur/1700000001.a.b:2,S");
        SourceOptions options = new SourceOptions(java.util.Map.of(), java.util.Set.of("jim"));
        assertThatThrownBy(() -> Sources.open(folder, options)).isInstanceOfSatisfying(OperatorException.class, e -> {
            assertThat(e.reason()).isEqualTo(Reason.NOT_FOUND);
            assertThat(e.getMessage()).contains("no mail of user jim");
            assertThat(e.hint()).contains("joe");
        });
    }

    @Test
    void refusesTextFiles() throws Exception {
        assertThat(refusal(write("notes.txt", "Dear all,\n".getBytes(StandardCharsets.UTF_8))))
                .contains("is a text file");
    }

    @Test
    void refusesEmptyFiles() throws Exception {
        assertThat(refusal(write("nothing", new byte[0]))).contains("is an empty file");
    }

    @Test
    void namesOtherFormats() throws Exception {
        assertThat(refusal(write("a.zip", new byte[] {'P', 'K', 3, 4, 0}))).contains("a zip archive");
        assertThat(refusal(write("a.pst", "!BDN12345".getBytes(StandardCharsets.US_ASCII))))
                .contains("Outlook");
        assertThat(refusal(write("a.mbox", "From a@b Mon\n".getBytes(StandardCharsets.US_ASCII))))
                .contains("mbox");
        assertThat(refusal(write("a.zst", new byte[] {0x28, (byte) 0xb5, 0x2f, (byte) 0xfd})))
                .contains("compressed");
        assertThat(refusal(write("a.bin", new byte[] {0, 1, 2}))).contains("a kind that is not known");
    }

    @Test
    void refusesAWholeTarSayingHowToUnpackIt() throws Exception {
        assertThat(refusal(write("a.tar", tar())))
                .contains("is a tar archive of 2 entries")
                .contains("tar -xf");
        assertThat(refusal(write("a.tgz", gzip(tar()))))
                .contains("is a gzipped tar archive of 2 entries")
                .contains("tar -xzf");
    }

    @Test
    void tellsAHalfTarAtEveryCut() throws Exception {
        byte[] tar = tar();
        int end = tar.length - 1024;
        for (int length = 513; length <= end; length += 37) {
            assertThat(refusal(write("half.tar", Arrays.copyOf(tar, length))))
                    .as("cut at %d", length)
                    .contains("cut off")
                    .contains("copy the archive again");
        }
        assertThat(refusal(write("half.tar", Arrays.copyOf(tar, 2000)))).contains("within entry 1, 'one'");
    }

    @Test
    void tellsAHalfGzippedTarAtEveryCut() throws Exception {
        byte[] gzip = gzip(tar());
        for (int length = 12; length < gzip.length; length += 7) {
            assertThat(refusal(write("half.tgz", Arrays.copyOf(gzip, length))))
                    .as("cut at %d of %d", length, gzip.length)
                    .contains("cut off");
        }
    }

    @Test
    void tellsADamagedGzip() throws Exception {
        byte[] gzip = gzip(tar());
        gzip[gzip.length - 6] ^= 1;
        assertThat(refusal(write("bad.tgz", gzip))).contains("damaged gzip");
    }

    @Test
    void tellsADamagedTar() throws Exception {
        byte[] tar = tar();
        tar[512 + 3 * 512 + 5] ^= 1;
        assertThat(refusal(write("bad.tar", tar))).contains("is damaged at octet 2,048, after 'one'");
    }

    private static String refusal(Path location) {
        try (BackupSource source = Sources.open(location)) {
            throw new AssertionError("opened " + source.describe());
        } catch (OperatorException e) {
            assertThat(e.reason()).isEqualTo(Reason.SOURCE);
            assertThat(e.hint()).isNotBlank();
            return e.getMessage() + "\nHINT: " + e.hint();
        } catch (IOException e) {
            throw new AssertionError("close failed", e);
        }
    }

    private Path write(String name, byte[] bytes) throws IOException {
        return Files.write(folder.resolve(name), bytes);
    }

    private static byte[] gzip(byte[] bytes) throws IOException {
        ByteArrayOutputStream packed = new ByteArrayOutputStream();
        try (OutputStream out = new GZIPOutputStream(packed)) {
            out.write(bytes);
        }
        return packed.toByteArray();
    }

    /** Two entries of 1,300 and 600 octets, and the two blocks at the end. */
    private static byte[] tar() throws IOException {
        ByteArrayOutputStream tar = new ByteArrayOutputStream();
        entry(tar, "one", 1300);
        entry(tar, "two", 600);
        tar.write(new byte[1024]);
        return tar.toByteArray();
    }

    private static void entry(OutputStream to, String name, int size) throws IOException {
        byte[] header = new byte[512];
        put(header, 0, name);
        put(header, 100, "0000644\0");
        put(header, 124, "%011o\0".formatted(size));
        put(header, 136, "%011o\0".formatted(1_700_000_000));
        put(header, 148, "        ");
        put(header, 156, "0");
        put(header, 257, "ustar\00000");
        int sum = 0;
        for (byte b : header) {
            sum += b & 0xff;
        }
        put(header, 148, "%06o\0 ".formatted(sum));
        to.write(header);
        byte[] content = new byte[(size + 511) / 512 * 512];
        new java.util.Random(size).nextBytes(content);
        to.write(content);
    }

    private static void put(byte[] header, int at, String text) {
        byte[] bytes = text.getBytes(StandardCharsets.US_ASCII);
        System.arraycopy(bytes, 0, header, at, bytes.length);
    }
}
