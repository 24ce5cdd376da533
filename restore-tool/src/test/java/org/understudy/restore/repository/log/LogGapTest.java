package org.understudy.restore.repository.log;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.understudy.restore.operation.Workplace;
import org.understudy.restore.progress.Progress;
import org.understudy.restore.repository.OpenedSnapshot;
import org.understudy.restore.repository.RecoverStore;
import org.understudy.restore.repository.Repository;
import org.understudy.restore.repository.RepositoryFinding;
import org.understudy.restore.repository.RepositoryFinding.Kind;
import org.understudy.restore.repository.TakeSnapshot;
import org.understudy.restore.repository.backend.RepositoryPlace;
import org.understudy.storage.MailStore;
import org.understudy.storage.OperatorException;
import org.understudy.storage.fsck.Fsck;

/** Where the log does not go on, the repository says so, and a snapshot ends it. */
class LogGapTest {
    @TempDir
    private Path root;

    private LogFixture on;

    @BeforeEach
    void make() throws Exception {
        on = new LogFixture(root);
        on.at(5);
        on.deliver("anna");
        on.at(10);
        on.snapshot();
        on.at(15);
        on.deliver("anna");
        on.at(20);
        assertThat(on.archive().state()).isEqualTo(ArchiveState.CURRENT);
    }

    @AfterEach
    void close() {
        on.close();
    }

    private List<RepositoryFinding> findings() throws Exception {
        return on.verify(true).findings();
    }

    @Test
    void nothingIsCarriedBeforeThereIsASnapshot() throws Exception {
        try (LogFixture fresh = new LogFixture(root.resolve("fresh"))) {
            fresh.deliver("anna");
            assertThat(fresh.archive().state()).isEqualTo(ArchiveState.NO_REPOSITORY);
            assertThat(fresh.repository()).doesNotExist();
            fresh.at(5);
            fresh.snapshot();
            fresh.at(6);
            assertThat(fresh.archive().state()).isEqualTo(ArchiveState.CURRENT);
        }
    }

    @Test
    void quietRunsWriteNothingAndReachOn() throws Exception {
        int before = on.segments().size();
        on.at(100);
        assertThat(on.archive().segments()).isZero();
        assertThat(on.segments()).hasSize(before);
        assertThat(on.mailAt(99).get("anna")).containsExactly(5L, 15L);
        on.at(100 + 16 * 60);
        assertThat(on.archive().segments())
                .as("after a quarter of an hour of quiet")
                .isEqualTo(1);
    }

    @Test
    void logThatTheStoreDeletedIsAGapUntilTheNextSnapshot() throws Exception {
        on.at(30);
        on.deliver("ben");
        loseTheLog();
        on.at(40);
        on.deliver("ben");
        on.at(41);
        ArchiveReport report = on.archive();
        assertThat(report.gap()).contains("2026-05-26T23:00:19Z").contains("deleted a part of its log");
        assertThat(report.state()).isEqualTo(ArchiveState.WAITING_FOR_SNAPSHOT);
        assertThat(findings()).singleElement().satisfies(finding -> {
            assertThat(finding.kind()).isEqualTo(Kind.LOG_GAP);
            assertThat(finding.kind().damage()).isFalse();
            assertThat(finding.hint()).contains("understudy snapshot");
        });
        assertThat(on.archive().gap()).as("told once").isEmpty();
        assertThat(RecoveredMoment.last(Repository.open(on.repository()), root.resolve("elsewhere/keys"))
                        .broken())
                .as("what was carried away after the gap cannot be recovered")
                .singleElement()
                .satisfies(finding -> assertThat(finding.kind()).isEqualTo(Kind.LOG_GAP));
        assertThat(on.mailAt(16).get("anna")).containsExactly(5L, 15L);
        assertThatThrownBy(() -> on.moment(40))
                .isInstanceOf(OperatorException.class)
                .extracting(e -> ((OperatorException) e).hint())
                .asString()
                .contains("2026-05-26T23:00:19Z");
        on.at(50);
        on.snapshot();
        on.at(55);
        on.deliver("ben");
        on.at(60);
        assertThat(on.archive().state()).isEqualTo(ArchiveState.CURRENT);
        assertThat(findings())
                .singleElement()
                .satisfies(finding -> assertThat(finding.hint()).contains("Nothing is to be done"));
        assertThat(on.mailAt(57).get("ben")).containsExactly(30L, 40L, 55L);
        assertThat(RecoveredMoment.last(Repository.open(on.repository()), root.resolve("elsewhere/keys"))
                        .broken())
                .as("the snapshot came after it")
                .isEmpty();
        assertThat(on.mailAt(52).get("ben")).containsExactly(30L, 40L);
        assertThatThrownBy(() -> on.moment(30))
                .isInstanceOf(OperatorException.class)
                .hasMessageContaining("gap of the log");
    }

    /** Closing and opening puts all rows into tables; then the logs go. */
    private void loseTheLog() throws Exception {
        on.whileClosed(() -> {});
        on.whileClosed(() -> {
            try (Stream<Path> logs = Files.walk(on.data().resolve("store/db/archive"))) {
                for (Path log : logs.filter(Files::isRegularFile).toList()) {
                    Files.delete(log);
                }
            }
        });
    }

    @Test
    void olderCopyOfTheStoreBeginsAnotherPast() throws Exception {
        Path copy = root.resolve("copy");
        on.whileClosed(() -> LogFixture.copyTree(on.data().resolve("store"), copy));
        on.at(25);
        on.deliver("anna");
        on.at(26);
        on.snapshot();
        on.archive();
        on.whileClosed(() -> {
            LogFixture.deleteTree(on.data().resolve("store"));
            LogFixture.copyTree(copy, on.data().resolve("store"));
        });
        on.at(30);
        // As many rows as the other past had, so that numbers alone do not tell.
        for (int i = 0; i < 4; i++) {
            on.deliver("ben");
        }
        on.at(31);
        ArchiveReport report = on.archive();
        assertThat(report.gap()).contains("older copy");
        assertThat(report.state()).isEqualTo(ArchiveState.WAITING_FOR_SNAPSHOT);
        assertThat(on.mailAt(25).get("anna"))
                .as("the other past is still there")
                .containsExactly(5L, 15L, 25L);
        on.at(40);
        on.snapshot();
        on.at(41);
        on.archive();
        assertThat(on.mailAt(40).get("anna")).containsExactly(5L, 15L);
        assertThat(on.mailAt(40).get("ben")).hasSize(4);
    }

    @Test
    void storeMadeOfAMomentBeginsALineOfItsOwn() throws Exception {
        on.at(25);
        on.deliver("anna");
        on.at(26);
        on.archive();
        try (OpenedSnapshot opened = on.moment(16).open(user -> true, on.clock, Progress.SILENT)) {
            assertThat(opened.manifest().messages()).isEqualTo(2);
            assertThat(LogFixture.mail(opened.store()).get("anna")).containsExactly(5L, 15L);
            assertThat(opened.store().storeId()).isEqualTo(on.store.storeId());
            assertThat(opened.store().log().line())
                    .as("a store that is made of it gets a line of its own")
                    .isEmpty();
        }
        assertThat(root.resolve("repository/objects"))
                .isDirectoryNotContaining(file -> file.toString().endsWith(".sst"));
        assertThat(findings())
                .as("replaying has changed nothing in the repository")
                .isEmpty();
    }

    @Test
    void wholeStoreIsRecoveredToASecondAndGoesOnInALineOfItsOwn() throws Exception {
        on.at(25);
        on.deliver("anna");
        on.at(35);
        on.deliver("ben");
        on.at(36);
        on.archive();
        Path data = root.resolve("elsewhere");
        RecoveredMoment moment =
                RecoveredMoment.of(Repository.open(on.repository()), data.resolve("keys"), LogFixture.second(25));
        RecoverStore.Result result = new RecoverStore(
                        RepositoryPlace.folder(on.repository()), moment, data, on.clock, Progress.SILENT)
                .run(new RecoverStore.Request(moment.snapshot(), null, List.of(), 1000));
        assertThat(result.moment()).isEqualTo(LogFixture.second(25));
        assertThat(result.replayed()).isPositive();
        on.at(40);
        try (MailStore store = MailStore.open(data.resolve("store"), new MailStore.Options(32L << 20, on.clock))) {
            assertThat(LogFixture.mail(store)).isEqualTo(Map.of("anna", List.of(5L, 15L, 25L)));
            assertThat(store.fsck(Fsck.Depth.BODIES).findings()).isEmpty();
            Workplace there = new Workplace(store, data, on.repository(), on.clock);
            LogArchiver archiver = new LogArchiver(there);
            ArchiveReport report = archiver.run();
            assertThat(report.gap()).contains("made anew or brought back from a snapshot");
            assertThat(report.state()).isEqualTo(ArchiveState.WAITING_FOR_SNAPSHOT);
            on.at(45);
            new TakeSnapshot().run(new TakeSnapshot.Request(false), there, Progress.SILENT);
            on.at(50);
            assertThat(archiver.run().state()).isEqualTo(ArchiveState.CURRENT);
        }
        assertThat(on.mailAt(35).get("ben"))
                .as("the past that was left is still there")
                .containsExactly(35L);
    }

    @Test
    void recoveryThatWasCutShortGoesOnToTheSameSecondOnly() throws Exception {
        on.at(25);
        on.deliver("anna");
        on.at(26);
        on.archive();
        Path data = root.resolve("elsewhere");
        Progress cut = new Progress() {
            @Override
            public void begin(String phase, long total, String unit) {
                if (phase.equals("raising counters")) {
                    throw new IllegalStateException("cut short");
                }
            }

            @Override
            public void advance(long done, long octets) {}

            @Override
            public void note(String text) {}
        };
        assertThatThrownBy(() -> recover(data, 25, cut)).hasMessage("cut short");
        assertThatThrownBy(() -> recover(data, 20, Progress.SILENT))
                .isInstanceOf(OperatorException.class)
                .hasMessageContaining("was begun and did not end");
        RecoverStore.Result result = recover(data, 25, Progress.SILENT);
        assertThat(result.replayed()).isPositive();
        assertThat(result.moment()).isEqualTo(LogFixture.second(25));
        try (MailStore store = MailStore.open(data.resolve("store"), new MailStore.Options(32L << 20, on.clock))) {
            assertThat(LogFixture.mail(store)).isEqualTo(Map.of("anna", List.of(5L, 15L, 25L)));
        }
    }

    @Test
    void withoutAMomentAllThatTheRepositoryHasIsRecovered() throws Exception {
        on.at(25);
        on.deliver("anna");
        on.at(26);
        on.archive();
        Path data = root.resolve("elsewhere");
        Repository repository = Repository.open(on.repository());
        RecoveredMoment last =
                RecoveredMoment.last(repository, data.resolve("keys")).moment().orElseThrow();
        assertThat(last.snapshot()).isEqualTo(repository.resolve("latest"));
        RecoverStore.Result result = new RecoverStore(
                        RepositoryPlace.folder(on.repository()), last, data, on.clock, Progress.SILENT)
                .run(new RecoverStore.Request(last.snapshot(), null, List.of(), 1000));
        assertThat(result.replayed()).isPositive();
        try (MailStore store = MailStore.open(data.resolve("store"), new MailStore.Options(32L << 20, on.clock))) {
            assertThat(LogFixture.mail(store)).isEqualTo(Map.of("anna", List.of(5L, 15L, 25L)));
        }
        on.at(40);
        on.snapshot();
        assertThat(RecoveredMoment.last(repository, data.resolve("keys")))
                .as("a snapshot that nothing came after")
                .isEqualTo(new RecoveredMoment.Last(Optional.empty(), List.of()));
    }

    private RecoverStore.Result recover(Path data, long second, Progress progress) throws Exception {
        RecoveredMoment moment =
                RecoveredMoment.of(Repository.open(on.repository()), data.resolve("keys"), LogFixture.second(second));
        return new RecoverStore(RepositoryPlace.folder(on.repository()), moment, data, on.clock, progress)
                .run(new RecoverStore.Request(moment.snapshot(), null, List.of(), 1000));
    }

    @Test
    void clockThatGoesBackKeepsTheOrder() throws Exception {
        on.at(100);
        on.deliver("anna");
        on.at(50);
        on.deliver("ben");
        on.archive();
        on.at(52);
        on.deliver("ben");
        on.archive();
        on.at(110);
        on.deliver("anna");
        on.at(111);
        on.archive();
        assertThat(findings()).isEmpty();
        assertThat(on.mailAt(99)).isEqualTo(Map.of("anna", List.of(5L, 15L)));
        assertThat(on.mailAt(109)).isEqualTo(Map.of("anna", List.of(5L, 15L, 100L), "ben", List.of(50L, 52L)));
        assertThat(on.mailAt(110).get("anna")).containsExactly(5L, 15L, 100L, 110L);
    }
}
