package org.understudy.restore.source.maildir;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.understudy.restore.source.dovecot.DovecotIndex;
import org.understudy.restore.source.dovecot.DovecotIndex.Says;

/** Dovecot's indexes of real Maildirs, where a corpus lies beside the project. */
final class CorpusIndexTest {
    @TempDir
    Path folder;

    @Test
    void realLogsHaveEveryMessageOfTheirMailbox() throws Exception {
        String named = System.getenv("UNDERSTUDY_CORPUS");
        Path archive = (named == null ? Path.of("../../shared/corpus") : Path.of(named))
                .resolve("maildir-list-subscribers.tar.gz");
        assumeTrue(Files.exists(archive), "no corpus beside the project");
        assertThat(new ProcessBuilder("tar", "-xzf", archive.toString(), "-C", folder.toString())
                        .inheritIO()
                        .start()
                        .waitFor())
                .isZero();
        int lists = 0;
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path list :
                    files.filter(file -> file.endsWith("dovecot-uidlist")).toList()) {
                Path mailbox = list.getParent();
                DovecotIndex index = DovecotIndex.read(mailbox);
                UidList.read(list)
                        .each((base, entry) -> assertThat(index.of(entry.uid()))
                                .as("%s, UID %d", mailbox, entry.uid())
                                .isEqualTo(Says.PRESENT));
                lists++;
            }
        }
        assertThat(lists).isGreaterThan(20);
    }
}
