package org.understudy.restore.source.snapshot;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.understudy.restore.repository.MailFixture;
import org.understudy.restore.repository.OpenedSnapshot;
import org.understudy.restore.repository.Repository;
import org.understudy.restore.repository.TrustedKeys;
import org.understudy.restore.source.BackupSource;
import org.understudy.restore.source.BackupSourceContract;
import org.understudy.restore.source.SourceItem;
import org.understudy.restore.source.SourceMailbox;

class SnapshotSourceContractTest implements BackupSourceContract {
    @TempDir
    private Path root;

    private final List<MailFixture> open = new ArrayList<>();

    @AfterEach
    void close() {
        open.forEach(MailFixture::close);
    }

    /** Two users' mail in two snapshots; the object with the bytes that only the first of them brought is deleted. */
    @Override
    public Input layOut() throws Exception {
        MailFixture mail = new MailFixture(root);
        open.add(mail);
        mail.deliver("anna", "INBOX", 5, 60_000);
        mail.take();
        Set<Path> before = objects(mail);
        mail.deliver("anna", "Archive.2025", 7, 1000);
        mail.deliver("ben", "INBOX", 6, 1000);
        mail.take();
        assertThat(objects(mail)).hasSizeGreaterThan(before.size());
        Path body = before.stream()
                .max(java.util.Comparator.comparingLong(file -> file.toFile().length()))
                .orElseThrow();
        Files.delete(body);
        Set<String> paths = new HashSet<>();
        mail.ledger.keySet().forEach(spot -> paths.add(spot.user() + "/" + spot.mailbox() + "/" + spot.uid()));
        return new Input(mail.repository(), paths);
    }

    private static Set<Path> objects(MailFixture mail) throws Exception {
        try (Stream<Path> files = Files.walk(mail.repository().resolve("objects"))) {
            return new HashSet<>(files.filter(Files::isRegularFile).toList());
        }
    }

    @Override
    public BackupSource open(Path repository) {
        return open(repository, SnapshotSource.Selection.ALL);
    }

    private static SnapshotSource open(Path repository, SnapshotSource.Selection selection) {
        return SnapshotSource.open(
                Repository.open(repository),
                "latest",
                TrustedKeys.load(repository.resolveSibling("data").resolve("keys")),
                OpenedSnapshot.Assurance.TRUSTED_KEY,
                selection,
                Clock.systemUTC());
    }

    @Test
    void selectionGivesTheChosenMailboxesAlone() throws Exception {
        Path repository = layOut().root();
        try (BackupSource source =
                open(repository, new SnapshotSource.Selection(Set.of("anna"), Set.of("Archive.2025")))) {
            assertThat(source.mailboxes())
                    .extracting(BackupSource.MailboxInfo::mailbox)
                    .containsExactly(new SourceMailbox("anna", "Archive.2025"));
            assertThat(BackupSourceContract.all(source, 0))
                    .hasSize(7)
                    .allMatch(item -> item instanceof SourceItem.Message message
                            && message.mailbox().user().equals("anna"));
            assertThat(source.describe().details()).contains("signature and chain verified", "is left out");
        }
    }
}
