package org.understudy.restore.source;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
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
        assertThat(refusal(write("a.pst", "!BDN12345".getBytes(StandardCharsets.US_ASCII))))
                .contains("Outlook");
        assertThat(refusal(write("a.mbox", "From a@b Mon\n".getBytes(StandardCharsets.US_ASCII))))
                .contains("a text file");
        assertThat(refusal(write("a.xz", new byte[] {(byte) 0xfd, '7', 'z', 'X', 'Z', 0})))
                .contains("xz");
        assertThat(refusal(write("a.bin", new byte[] {0, 1, 2}))).contains("a kind that is not known");
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
}
