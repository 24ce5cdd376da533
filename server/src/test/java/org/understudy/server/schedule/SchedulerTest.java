package org.understudy.server.schedule;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.understudy.server.schedule.JobState.Outcome;
import org.understudy.storage.OperatorException;
import org.understudy.storage.Reason;

class SchedulerTest {
    private static final ZoneId BERLIN = ZoneId.of("Europe/Berlin");

    @TempDir
    Path folder;

    private final HandClock clock = new HandClock("2026-05-27T02:00:00Z");
    private final List<String> ran = new ArrayList<>();

    private interface Work {
        Job.Ending run() throws InterruptedException;
    }

    private static Job job(String name, Work work) {
        return new Job() {
            @Override
            public String name() {
                return name;
            }

            @Override
            public Ending run() throws InterruptedException {
                return work.run();
            }
        };
    }

    private Job noting(String name, Duration takes) {
        return job(name, () -> {
            ran.add(name + " " + clock.instant());
            clock.move(takes);
            return new Job.Ending(true, "done.");
        });
    }

    private static Timing timing(String text) {
        return Timing.parse(text).orElseThrow();
    }

    private Scheduler scheduler(ZoneId zone, Map<Job, Timing> jobs) {
        return Scheduler.unstarted(folder, zone, clock, jobs);
    }

    private static Map<Job, Timing> jobs(Object... jobsAndTimings) {
        Map<Job, Timing> map = new LinkedHashMap<>();
        for (int i = 0; i < jobsAndTimings.length; i += 2) {
            map.put((Job) jobsAndTimings[i], timing((String) jobsAndTimings[i + 1]));
        }
        return map;
    }

    private static void all(Scheduler scheduler) throws InterruptedException {
        while (scheduler.runDue()) {
            // until nothing is due
        }
    }

    private void hours(Scheduler scheduler, int hours) throws InterruptedException {
        for (int i = 0; i < hours * 60; i++) {
            all(scheduler);
            clock.move(Duration.ofMinutes(1));
        }
    }

    @Test
    void whatRunsEverySoOftenBeginsAtOnceAndKeepsItsTimes() throws Exception {
        Scheduler scheduler = scheduler(ZoneOffset.UTC, jobs(noting("a", Duration.ofMinutes(20)), "every 6 h"));
        hours(scheduler, 13);
        assertThat(ran).containsExactly("a 2026-05-27T02:00:00Z", "a 2026-05-27T08:00:00Z", "a 2026-05-27T14:00:00Z");
    }

    @Test
    void whatIsAskedForRunsAtOnceAndAgainAtItsTime() throws Exception {
        Scheduler scheduler = scheduler(
                ZoneOffset.UTC,
                jobs(
                        noting("a", Duration.ZERO),
                        "every 6 h",
                        noting("off", Duration.ZERO),
                        "never",
                        job("bad", () -> new Job.Ending(false, "no.")),
                        "every 6 h"));
        hours(scheduler, 1);
        Instant retried = scheduler.states().get(2).due();
        scheduler.ask("a", "the test wants it");
        scheduler.ask("off", "the test wants it");
        scheduler.ask("bad", "the test wants it");
        all(scheduler);
        assertThat(ran).containsExactly("a 2026-05-27T02:00:00Z", "a 2026-05-27T03:00:00Z");
        assertThat(scheduler.states().get(0).due()).isEqualTo("2026-05-27T09:00:00Z");
        assertThat(scheduler.states().get(2).due()).as("a failed job waits").isEqualTo(retried);
    }

    @Test
    void missedRunsTakePlaceOnceAfterDowntime() throws Exception {
        Map<Job, Timing> jobs =
                jobs(noting("six", Duration.ZERO), "every 6 h", noting("night", Duration.ZERO), "daily 02:30");
        Scheduler before = scheduler(ZoneOffset.UTC, jobs);
        hours(before, 1);
        before.close();
        assertThat(ran).containsExactly("six 2026-05-27T02:00:00Z", "night 2026-05-27T02:30:00Z");
        ran.clear();
        clock.set("2026-06-01T11:00:00Z");
        Scheduler after = scheduler(ZoneOffset.UTC, jobs);
        hours(after, 7);
        assertThat(ran)
                .containsExactly("six 2026-06-01T11:00:00Z", "night 2026-06-01T11:00:00Z", "six 2026-06-01T17:00:00Z");
        assertThat(after.states().get(1).due()).isEqualTo("2026-06-02T02:30:00Z");
    }

    @Test
    void oneThatTakesLongerThanItsPeriodLeavesRoomForOthers() throws Exception {
        Scheduler scheduler = scheduler(
                ZoneOffset.UTC,
                jobs(
                        noting("long", Duration.ofMinutes(150)),
                        "every 1 h",
                        noting("short", Duration.ofMinutes(1)),
                        "every 1 h"));
        for (int i = 0; i < 4; i++) {
            all(scheduler);
            clock.set(java.util.Objects.requireNonNull(
                            scheduler.states().getFirst().due())
                    .toString());
        }
        assertThat(ran.subList(0, 4))
                .containsExactly(
                        "long 2026-05-27T02:00:00Z",
                        "short 2026-05-27T04:30:00Z",
                        "long 2026-05-27T05:00:00Z",
                        "short 2026-05-27T07:30:00Z");
    }

    @Test
    void atAChangeToDaylightSavingTimeEachNightHasOneRun() throws Exception {
        clock.set("2026-03-27T12:00:00Z");
        Scheduler spring = scheduler(BERLIN, jobs(noting("n", Duration.ofMinutes(5)), "daily 02:30"));
        hours(spring, 24 * 4);
        assertThat(ran)
                .containsExactly(
                        "n 2026-03-28T01:30:00Z",
                        "n 2026-03-29T01:30:00Z",
                        "n 2026-03-30T00:30:00Z",
                        "n 2026-03-31T00:30:00Z");
        ran.clear();
        clock.set("2026-10-24T12:00:00Z");
        hours(spring, 24 * 2);
        assertThat(ran)
                .as("the one that was missed since March, and one a night")
                .containsExactly("n 2026-10-24T12:00:00Z", "n 2026-10-25T00:30:00Z", "n 2026-10-26T01:30:00Z");
    }

    @Test
    void aJobThatFailsIsTriedAgainLaterAndLaterUntilItSucceeds() throws Exception {
        AtomicInteger left = new AtomicInteger(4);
        Job failing = job("f", () -> {
            ran.add(clock.instant().toString());
            if (left.getAndDecrement() > 0) {
                throw new OperatorException(Reason.REPOSITORY, "the disk is gone", "Mount it.");
            }
            return new Job.Ending(true, "done.");
        });
        Scheduler scheduler = scheduler(ZoneOffset.UTC, jobs(failing, "every 1 d"));
        all(scheduler);
        JobState failed = scheduler.states().getFirst();
        assertThat(failed.outcome()).isEqualTo(Outcome.FAILED);
        assertThat(failed.failures()).isEqualTo(1);
        assertThat(failed.message()).contains("the disk is gone").contains("Mount it.");
        hours(scheduler, 3);
        assertThat(ran)
                .containsExactly(
                        "2026-05-27T02:00:00Z",
                        "2026-05-27T02:05:00Z",
                        "2026-05-27T02:15:00Z",
                        "2026-05-27T02:35:00Z",
                        "2026-05-27T03:15:00Z");
        JobState good = scheduler.states().getFirst();
        assertThat(good.outcome()).isEqualTo(Outcome.GOOD);
        assertThat(good.failures()).isZero();
        assertThat(Agenda.backOff(1)).isEqualTo(Duration.ofMinutes(5));
        assertThat(Agenda.backOff(100)).isEqualTo(Duration.ofHours(6));
    }

    @Test
    void aResultThatIsNotGoodIsAFailureAndAFaultOfTheProgramToo() throws Exception {
        Scheduler scheduler = scheduler(
                ZoneOffset.UTC,
                jobs(
                        job("bad", () -> new Job.Ending(false, "not sound.")), "every 1 d",
                        job("broken", () -> {
                                    throw new IllegalStateException("a bug");
                                }),
                                "every 1 d",
                        job("busy", () -> {
                                    throw new OperatorException(Reason.BUSY, "somebody is at work", "Wait.");
                                }),
                                "every 1 d"));
        assertThat(scheduler.runDue()).isTrue();
        assertThat(scheduler.runDue()).isTrue();
        assertThat(scheduler.runDue()).isTrue();
        assertThat(scheduler.states())
                .extracting(JobState::outcome)
                .containsExactly(Outcome.FAILED, Outcome.FAILED, Outcome.BUSY);
        assertThat(scheduler.states()).extracting(JobState::failures).containsExactly(1, 1, 0);
        assertThat(scheduler.states()).extracting(JobState::due).containsOnly(Instant.parse("2026-05-27T02:05:00Z"));
    }

    @Test
    void oneThatWasKilledIsDueAtTheNextStart() throws Exception {
        Job dying = job("d", () -> {
            throw new StackOverflowError("as if the process had died");
        });
        Scheduler first = scheduler(ZoneOffset.UTC, jobs(dying, "daily 02:00"));
        clock.set("2026-05-28T02:00:00Z");
        assertThatThrownBy(first::runDue).isInstanceOf(StackOverflowError.class);
        clock.set("2026-05-28T03:00:00Z");

        Scheduler second = scheduler(ZoneOffset.UTC, jobs(noting("d", Duration.ZERO), "daily 02:00"));

        assertThat(second.states().getFirst().outcome()).isEqualTo(Outcome.INTERRUPTED);
        all(second);
        assertThat(ran).containsExactly("d 2026-05-28T03:00:00Z");
        assertThat(second.states().getFirst().due()).isEqualTo("2026-05-29T02:00:00Z");
    }

    @Test
    void aStopInterruptsTheJobAndRemembersIt() throws Exception {
        CountDownLatch begun = new CountDownLatch(1);
        CountDownLatch never = new CountDownLatch(1);
        Job waiting = job("w", () -> {
            begun.countDown();
            never.await();
            return new Job.Ending(true, "");
        });
        Scheduler running = Scheduler.start(folder, ZoneOffset.UTC, clock, jobs(waiting, "every 1 d"));
        assertThat(begun.await(20, TimeUnit.SECONDS)).isTrue();
        assertThat(running.states().getFirst().outcome()).isEqualTo(Outcome.RUNNING);
        running.close();
        assertThat(scheduler(ZoneOffset.UTC, jobs(noting("w", Duration.ZERO), "every 1 d"))
                        .states()
                        .getFirst()
                        .outcome())
                .isEqualTo(Outcome.INTERRUPTED);
    }

    @Test
    void aThreadOfItsOwnRunsThem() throws Exception {
        CountDownLatch done = new CountDownLatch(1);
        Job counting = job("c", () -> {
            done.countDown();
            return new Job.Ending(true, "");
        });
        try (Scheduler running =
                Scheduler.start(folder, ZoneOffset.UTC, Clock.systemUTC(), jobs(counting, "every 1 d"))) {
            assertThat(done.await(20, TimeUnit.SECONDS)).isTrue();
            assertThat(running.since()).isBeforeOrEqualTo(Instant.now());
        }
    }

    @Test
    void anotherTimeInTheConfigurationHoldsAtOnce() throws Exception {
        Scheduler first = scheduler(ZoneOffset.UTC, jobs(noting("a", Duration.ZERO), "weekly sunday 04:00"));
        assertThat(first.states().getFirst().due()).isEqualTo("2026-05-31T04:00:00Z");
        Scheduler second = scheduler(ZoneOffset.UTC, jobs(noting("a", Duration.ZERO), "daily 03:00"));
        assertThat(second.states().getFirst().due()).isEqualTo("2026-05-27T03:00:00Z");
        Scheduler third = scheduler(ZoneOffset.UTC, jobs(noting("a", Duration.ZERO), "never"));
        assertThat(third.states().getFirst().due()).isNull();
        clock.move(Duration.ofDays(30));
        assertThat(third.runDue()).isFalse();
    }

    @Test
    void aClockThatIsPutBackDelaysNothingForLong() throws Exception {
        Scheduler scheduler = scheduler(ZoneOffset.UTC, jobs(noting("a", Duration.ZERO), "every 6 h"));
        all(scheduler);
        clock.set("2025-01-01T00:00:00Z");
        Scheduler again = scheduler(ZoneOffset.UTC, jobs(noting("a", Duration.ZERO), "every 6 h"));
        assertThat(again.runDue()).isFalse();
        ran.clear();
        clock.move(Duration.ofHours(6));
        hours(again, 13);
        assertThat(ran).isNotEmpty();
    }

    @Test
    void aFileThatWasChangedIsNotBelieved() throws IOException {
        scheduler(ZoneOffset.UTC, jobs(noting("a", Duration.ZERO), "daily 03:00"));
        Path file = folder.resolve("schedule.json");
        Files.writeString(file, Files.readString(file).replace("03:00", "04:00"));
        clock.set("2026-05-29T00:00:00Z");
        Scheduler again = scheduler(ZoneOffset.UTC, jobs(noting("a", Duration.ZERO), "daily 03:00"));
        assertThat(again.since()).isEqualTo("2026-05-29T00:00:00Z");
        assertThat(again.states().getFirst().due()).isEqualTo("2026-05-29T03:00:00Z");
    }
}
