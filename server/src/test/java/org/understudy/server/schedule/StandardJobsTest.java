package org.understudy.server.schedule;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.time.ZoneOffset;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.understudy.restore.RestoreOperations;
import org.understudy.restore.drill.RunDrill;
import org.understudy.restore.incident.IncidentHolds;
import org.understudy.restore.operation.Workplace;
import org.understudy.server.config.ConfigurationReader;
import org.understudy.server.schedule.JobState.Outcome;
import org.understudy.storage.MailStore;

class StandardJobsTest {
    @TempDir
    Path folder;

    private final HandClock clock = new HandClock("2026-05-27T02:00:00Z");

    private static JobState state(Scheduler scheduler, String name) {
        return scheduler.states().stream()
                .filter(one -> one.name().equals(name))
                .findFirst()
                .orElseThrow();
    }

    @Test
    void eachDoesItsWorkOnARealRepositoryAndAHoldFreezesPruning() throws Exception {
        Timing often = Timing.parse("every 1 h").orElseThrow();
        try (MailStore store = MailStore.open(folder.resolve("data/store"), new MailStore.Options(16 << 20, clock))) {
            Workplace workplace = new Workplace(store, folder.resolve("data"), folder.resolve("repository"), clock);
            Scheduler scheduler = Scheduler.unstarted(
                    folder.resolve("data"),
                    ZoneOffset.UTC,
                    clock,
                    StandardJobs.of(
                            new StandardJobs.Plan(often, often, often, 7, often, often, often, 1),
                            ConfigurationReader.defaults(folder).retention(),
                            workplace,
                            RestoreOperations.takeSnapshot(),
                            new RunDrill(Optional.empty())));
            for (int i = 0; i < 6; i++) {
                assertThat(scheduler.runDue()).isTrue();
            }
            assertThat(scheduler.runDue()).isFalse();
            for (String name : new String[] {"snapshot", "verify", "verify-subset", "loss", "prune"}) {
                assertThat(state(scheduler, name).outcome())
                        .as(name + ": " + state(scheduler, name).message())
                        .isEqualTo(Outcome.GOOD);
            }
            assertThat(state(scheduler, "verify-subset").message()).startsWith("part 1/7 of the repository");
            assertThat(state(scheduler, "drill").outcome()).isEqualTo(Outcome.FAILED);
            assertThat(state(scheduler, "drill").message()).contains("no server runs here");

            IncidentHolds.of(workplace).set("test", "a bit has flipped");
            clock.move(Duration.ofHours(2));
            while (scheduler.runDue()) {
                clock.move(Duration.ofSeconds(1));
            }
            assertThat(state(scheduler, "prune").message()).contains("an incident hold is on");
            assertThat(state(scheduler, "prune").outcome()).isEqualTo(Outcome.GOOD);
        }
    }
}
