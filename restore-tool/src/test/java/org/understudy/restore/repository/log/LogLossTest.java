package org.understudy.restore.repository.log;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.understudy.restore.loss.FindLoss;
import org.understudy.restore.loss.LossReport;
import org.understudy.restore.progress.Progress;
import org.understudy.storage.keyspace.Author;
import org.understudy.storage.keyspace.ExpungeReason;
import org.understudy.storage.keyspace.MailboxId;
import org.understudy.storage.keyspace.MailboxPath;

/** What came and went between two snapshots is in no snapshot, and is in a moment between them. */
class LogLossTest {
    @TempDir
    private Path root;

    @Test
    void whatCameAfterTheSnapshotIsComparedAsOfAMoment() throws Exception {
        try (LogFixture on = new LogFixture(root)) {
            on.at(5);
            on.deliver("anna");
            on.at(10);
            on.snapshot();
            on.at(25);
            long uid = on.deliver("anna");
            on.at(35);
            MailboxId inbox = on.store
                    .mailboxes()
                    .find(MailboxPath.of("anna", "INBOX"))
                    .orElseThrow()
                    .id();
            on.store.messages().expunge(inbox, List.of(uid), ExpungeReason.ADMIN, new Author.Housekeeping("clean-up"));
            on.at(40);
            on.archive();
            LossReport report = new FindLoss()
                    .run(
                            new FindLoss.Request(List.of("at:" + LogFixture.second(30)), 0, "command", false),
                            on.workplace(),
                            Progress.SILENT);
            assertThat(report.history()).singleElement().satisfies(used -> {
                assertThat(used.id()).isEqualTo("at:2026-05-26T23:00:30Z");
                assertThat(used.messages()).isEqualTo(2);
            });
            assertThat(report.totals().administrators()).isEqualTo(1);
            assertThat(report.next())
                    .singleElement()
                    .satisfies(next -> assertThat(next.command())
                            .isEqualTo("understudy restore stage --at 2026-05-26T23:00:30Z --user anna"));
        }
    }
}
