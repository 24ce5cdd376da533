package org.understudy.restore.repository.log;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.understudy.restore.RestoreOperations;
import org.understudy.restore.progress.Progress;
import org.understudy.restore.repository.ListSnapshots;
import org.understudy.restore.repository.PruneRepository;
import org.understudy.restore.retention.RetentionRules;
import org.understudy.storage.OperatorException;

/** Pruning takes the log that only pruned snapshots needed, and no more. */
class LogPruneTest {
    private static final RetentionRules NEWEST = new RetentionRules(1, 0, 0, 0, 0, 0);

    @TempDir
    private Path root;

    private static PruneRepository.Result prune(LogFixture on, boolean dryRun) throws InterruptedException {
        return RestoreOperations.pruneRepository()
                .run(new PruneRepository.Request(NEWEST, dryRun), on.workplace(), Progress.SILENT);
    }

    private static ListSnapshots.Result list(LogFixture on) throws InterruptedException {
        return RestoreOperations.listSnapshots().run(new ListSnapshots.Request(), on.workplace(), Progress.SILENT);
    }

    @Test
    void segmentsBeforeTheOldestKeptSnapshotGoAndTheRestReachesOn() throws Exception {
        try (LogFixture on = new LogFixture(root)) {
            for (int second = 1; second <= 81; second++) {
                on.at(second);
                if (second % 5 == 0) {
                    on.deliver("anna");
                }
                if (second == 10 || second == 60) {
                    on.snapshot();
                }
                if (second % 10 == 1 && second > 10) {
                    on.archive();
                }
            }
            int before = on.segments().size();
            assertThat(prune(on, true).shares()).singleElement().satisfies(share -> {
                assertThat(share.what()).isEqualTo("log segments");
                assertThat(share.files()).isEqualTo(5);
            });
            assertThat(on.segments()).hasSize(before);
            prune(on, false);
            assertThat(on.segments()).hasSize(before - 5);
            assertThat(on.verify(true).findings()).isEmpty();
            assertThat(on.mailAt(60).get("anna")).hasSize(12);
            assertThat(on.mailAt(80).get("anna")).hasSize(16);
            assertThat(list(on).reaches()).singleElement().satisfies(reach -> {
                assertThat(reach.from()).isEqualTo(LogFixture.second(60));
                assertThat(reach.to()).isAfterOrEqualTo(LogFixture.second(80));
            });
            assertThatThrownBy(() -> on.moment(40))
                    .isInstanceOf(OperatorException.class)
                    .hasMessageContaining("before the first moment");
            on.at(85);
            on.deliver("ben");
            on.at(91);
            assertThat(new LogArchiver(on.workplace()).run().gap()).isEmpty();
            assertThat(on.mailAt(90).get("ben")).isEqualTo(List.of(85L));
            assertThat(prune(on, false).shares().getFirst().files()).isZero();
        }
    }

    @Test
    void aSnapshotWithoutTheSegmentsBehindItIsADamage() throws Exception {
        try (LogFixture on = new LogFixture(root)) {
            on.deliver("anna");
            on.at(10);
            on.snapshot();
            for (int second = 11; second <= 31; second++) {
                on.at(second);
                on.deliver("anna");
                if (second % 10 == 1) {
                    on.archive();
                }
            }
            java.nio.file.Files.delete(on.segments().getFirst());
            assertThat(on.verify(false).findings())
                    .singleElement()
                    .satisfies(finding -> assertThat(finding.meaning()).contains("No moment after it"));
        }
    }
}
