package org.understudy.server.schedule;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.understudy.restore.drill.DrillResult;
import org.understudy.restore.drill.MailProgramLeg;
import org.understudy.restore.drill.RunDrill;
import org.understudy.restore.operation.Workplace;
import org.understudy.restore.progress.Progress;
import org.understudy.restore.repository.TakeSnapshot;
import org.understudy.restore.repository.VerifyRepository;
import org.understudy.server.schedule.BackupHealth.Alert;
import org.understudy.server.schedule.BackupHealth.Kind;
import org.understudy.storage.Content;
import org.understudy.storage.MailStore;
import org.understudy.storage.NewMessage;
import org.understudy.storage.keyspace.Author;
import org.understudy.storage.keyspace.Digest;
import org.understudy.storage.keyspace.Flags;
import org.understudy.storage.keyspace.MailboxId;
import org.understudy.storage.keyspace.MailboxPath;
import org.understudy.storage.keyspace.MimeSummary;

class HealthReaderTest {
    private static final HealthReader.Thresholds THRESHOLDS =
            new HealthReader.Thresholds(Duration.ofHours(26), Duration.ofDays(8), Duration.ofDays(31));
    private static final Author AUTHOR = new Author.Housekeeping("test");

    @TempDir
    Path folder;

    private final HandClock clock = new HandClock("2026-05-27T02:00:00Z");
    private final AtomicReference<String> hold = new AtomicReference<>("");
    private MailStore store;
    private Workplace workplace;

    @BeforeEach
    void open() {
        store = MailStore.open(folder.resolve("data/store"), new MailStore.Options(16 << 20, clock));
        workplace = new Workplace(store, folder.resolve("data"), folder.resolve("repository"), clock);
        MailboxId inbox = store.mailboxes()
                .create(MailboxPath.of("ada", "INBOX"), 1, AUTHOR)
                .id();
        byte[] bytes = "S: x\r\n\r\n".getBytes(java.nio.charset.StandardCharsets.US_ASCII);
        Digest digest = Digest.of(Digest.sha256().digest(bytes));
        store.messages()
                .append(
                        inbox,
                        List.of(new NewMessage(
                                0,
                                null,
                                null,
                                new NewMessage.Body.Bytes(Content.of(bytes), digest),
                                bytes.length,
                                bytes.length,
                                digest,
                                new MimeSummary("text", "plain", 0, "", List.of(), List.of()),
                                clock.instant(),
                                null,
                                Flags.NONE)),
                        AUTHOR);
    }

    @AfterEach
    void close() {
        store.close();
    }

    private HealthReader reader(Map<Job, Timing> jobs) {
        return new HealthReader(
                workplace,
                Scheduler.unstarted(folder.resolve("data"), ZoneOffset.UTC, clock, jobs),
                THRESHOLDS,
                hold::get);
    }

    private List<Kind> alerts(HealthReader reader) {
        clock.move(Duration.ofSeconds(11));
        return reader.read().alerts().stream().map(Alert::kind).toList();
    }

    private void snapshot() throws InterruptedException {
        new TakeSnapshot().run(new TakeSnapshot.Request(false), workplace, Progress.SILENT);
    }

    private void verify() throws InterruptedException {
        new VerifyRepository().run(new VerifyRepository.Request(true, List.of()), workplace, Progress.SILENT);
    }

    private DrillResult drill(List<String> faults) throws InterruptedException {
        MailProgramLeg leg = (place, restore, user, expected, random) ->
                new MailProgramLeg.Report(new DrillResult.ImapReading(true, 1, 1, 0, 8, 0, 1), faults);
        return new RunDrill(Optional.of(leg))
                .run(new RunDrill.Request(1, RunDrill.LATEST, 1L), workplace, Progress.SILENT);
    }

    @Test
    void aNewServerHasTimeBeforeItIsWarnedOf() throws Exception {
        HealthReader reader = reader(Map.of());
        assertThat(alerts(reader)).isEmpty();
        clock.move(Duration.ofHours(27));
        assertThat(alerts(reader)).containsExactly(Kind.SNAPSHOT_AGE);
        clock.move(Duration.ofDays(40));
        assertThat(alerts(reader)).containsExactly(Kind.SNAPSHOT_AGE, Kind.VERIFIED_AGE, Kind.DRILL_AGE);
        assertThat(reader.read().alerts().getFirst().text()).contains("never");
    }

    @Test
    void eachAgeIsThatOfTheLastGoodOne() throws Exception {
        HealthReader reader = reader(Map.of());
        snapshot();
        verify();
        assertThat(drill(List.of()).good()).isTrue();
        clock.move(Duration.ofSeconds(11));
        BackupHealth health = reader.read();
        assertThat(health.alerts()).isEmpty();
        assertThat(health.problem()).isEmpty();
        assertThat(health.snapshot()).isNotNull();
        assertThat(health.verified()).isEqualTo(health.snapshot());
        assertThat(health.goodDrill()).isEqualTo(health.lastDrill()).isNotNull();
        assertThat(Duration.between(health.snapshot().taken(), health.at())).isLessThan(Duration.ofMinutes(2));

        clock.move(Duration.ofDays(9));
        assertThat(alerts(reader)).containsExactly(Kind.SNAPSHOT_AGE, Kind.VERIFIED_AGE);
        snapshot();
        assertThat(alerts(reader)).as("a new snapshot is not verified yet").containsExactly(Kind.VERIFIED_AGE);
        verify();
        assertThat(alerts(reader)).isEmpty();
        clock.move(Duration.ofDays(23));
        assertThat(alerts(reader)).contains(Kind.DRILL_AGE);
    }

    @Test
    void aFailedDrillAndAHoldAreAlertsAtOnceAndUntilTheyAreOver() throws Exception {
        HealthReader reader = reader(Map.of());
        snapshot();
        verify();
        drill(List.of());
        clock.move(Duration.ofMinutes(1));
        drill(List.of("INBOX UID 1 differs"));
        hold.set("a bit has flipped");
        assertThat(alerts(reader)).containsExactly(Kind.HOLD, Kind.DRILL_FAILED);
        hold.set("");
        clock.move(Duration.ofMinutes(1));
        drill(List.of());
        assertThat(alerts(reader)).isEmpty();
    }

    @Test
    void aScheduledJobThatFailsIsAnAlertWithItsWords() throws Exception {
        Job failing = new Job() {
            @Override
            public String name() {
                return "verify";
            }

            @Override
            public Ending run() {
                return new Ending(false, "the repository is NOT SOUND.");
            }
        };
        Scheduler scheduler = Scheduler.unstarted(
                folder.resolve("data"),
                ZoneOffset.UTC,
                clock,
                Map.of(failing, Timing.parse("every 1 d").orElseThrow()));
        HealthReader reader = new HealthReader(workplace, scheduler, THRESHOLDS, hold::get);
        assertThat(scheduler.runDue()).isTrue();
        BackupHealth health = reader.read();
        assertThat(health.alerts()).singleElement().satisfies(alert -> {
            assertThat(alert.kind()).isEqualTo(Kind.JOB_FAILED);
            assertThat(alert.text()).isEqualTo("scheduled verify has failed once: the repository is NOT SOUND.");
            assertThat(alert.hint()).contains("2026-05-27T02:05:00Z");
        });
        assertThat(health.jobs().getFirst().due()).isEqualTo(Instant.parse("2026-05-27T02:05:00Z"));
    }
}
