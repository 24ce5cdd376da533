package org.understudy.restore.export;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.understudy.restore.source.BackupSource;
import org.understudy.restore.source.SourceItem;
import org.understudy.restore.source.Sources;
import org.understudy.storage.keyspace.MailboxId;

/** Real mail comes back from each format of export as it was. */
class CorpusExportTest {
    private static final int MOST = 700;

    @TempDir
    Path folder;

    private static Path corpus() {
        String told = System.getenv("UNDERSTUDY_CORPUS");
        return told == null ? Path.of("../../shared/corpus") : Path.of(told);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "fixtures-mime.tar.gz",
                "spamassassin-spam.mboxo.gz",
                "mbox-dovecot-user.tar.gz",
                "maildir-list-subscribers.tar.gz"
            })
    void realMailComesBackFromEachFormat(String archive) throws Exception {
        Path file = corpus().resolve(archive);
        assumeTrue(Files.isRegularFile(file), "the corpus is not here");
        try (ExportedMail mail = new ExportedMail(folder)) {
            Map<String, MailboxId> ids = new HashMap<>();
            List<String> put = new ArrayList<>();
            try (BackupSource source = Sources.open(file)) {
                source.read(0, item -> {
                    if (item instanceof SourceItem.Message message && put.size() < MOST) {
                        String user = message.mailbox().user();
                        String name = message.mailbox().name();
                        MailboxId id = ids.computeIfAbsent(
                                user + "/" + name, key -> mail.mailbox(user, name, key.length() % 2 == 0));
                        byte[] bytes;
                        try (InputStream in = message.content().open()) {
                            bytes = in.readAllBytes();
                        }
                        mail.put(
                                user,
                                name,
                                id,
                                bytes,
                                message.internalDate().truncatedTo(java.time.temporal.ChronoUnit.MILLIS),
                                message.flags());
                        put.add(name);
                    }
                });
            }
            assertThat(put).hasSizeGreaterThan(100);
            for (ExportFormat format : ExportFormat.values()) {
                ExportMail.Result result =
                        mail.export(ExportMail.LIVE, format, folder.resolve("out-" + format.word()), Set.of());
                assertThat(result.counts().exported()).isEqualTo(put.size());
                assertThat(result.counts().sound()).isTrue();
                Map<String, TreeMap<Long, String>> found = new TreeMap<>();
                Map<String, String> infos = new TreeMap<>();
                for (ExportMail.User user : result.users()) {
                    found.putAll(ExportedMail.read(Path.of(user.place()), infos));
                }
                assertThat(found).as(format.word()).isEqualTo(mail.ledger);
                assertThat(infos).as(format.word()).isEqualTo(mail.mailboxes);
            }
        }
    }
}
