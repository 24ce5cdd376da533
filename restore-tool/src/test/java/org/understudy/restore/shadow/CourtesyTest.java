package org.understudy.restore.shadow;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class CourtesyTest {
    private static final long RATE = 30_000_000;

    private final AtomicLong now = new AtomicLong(7_000_000_000L);
    private final AtomicLong calls = new AtomicLong(1_000);
    private final Courtesy courtesy = new Courtesy(calls::get, RATE, now::get);

    @Test
    void nobodyAtWorkSetsNoLimitAfterTheFirstLook() {
        assertThat(courtesy.getAsLong()).as("before it has looked").isEqualTo(RATE);
        assertThat(after(Duration.ofMillis(500), 0)).isZero();
        assertThat(after(Duration.ofSeconds(60), 3)).as("a call now and then").isZero();
    }

    @Test
    void usersAtWorkSetTheLimitUntilTheyAreGoneForAWhile() {
        after(Duration.ofSeconds(1), 0);
        assertThat(after(Duration.ofMillis(500), 40)).isEqualTo(RATE);
        for (int i = 0; i < 9; i++) {
            assertThat(after(Duration.ofMillis(500), 0)).as("quiet for " + i).isEqualTo(RATE);
        }
        assertThat(after(Duration.ofMillis(500), 0)).as("gone").isZero();
        assertThat(after(Duration.ofMillis(500), 40)).as("back").isEqualTo(RATE);
    }

    @Test
    void theRestoresOwnCallsAreNoSignOfUsers() {
        after(Duration.ofSeconds(1), 0);
        assertThat(courtesy.own(() -> calls.addAndGet(500))).isEqualTo(1_500);
        assertThat(after(Duration.ofMillis(500), 0)).isZero();
        assertThat(after(Duration.ofMillis(500), 500))
                .as("the same of somebody else's")
                .isEqualTo(RATE);
    }

    @Test
    void usersAreSeenAmongTheOwnCallsOfSeveralThreads() {
        after(Duration.ofSeconds(1), 0);
        courtesy.did(300);
        courtesy.did(200);
        assertThat(after(Duration.ofMillis(500), 500)).isZero();
        courtesy.did(500);
        assertThat(after(Duration.ofMillis(500), 540)).isEqualTo(RATE);
    }

    @Test
    void ownWorkThatIsUnderWayIsNotTakenForUsersByAnotherThread() {
        after(Duration.ofSeconds(1), 0);
        courtesy.own(() -> {
            assertThat(after(Duration.ofMillis(600), 5_000)).as("half done").isZero();
            courtesy.did(200);
            return calls.addAndGet(200);
        });
        assertThat(after(Duration.ofMillis(10), 0)).as("done").isZero();
        assertThat(after(Duration.ofMillis(500), 40))
                .as("nothing was counted twice")
                .isEqualTo(RATE);
    }

    @Test
    void severalRatesGoByOneLook() {
        var other = courtesy.beside(7);
        assertThat(other.getAsLong()).isEqualTo(7);
        after(Duration.ofSeconds(1), 0);
        assertThat(other.getAsLong()).isZero();
        assertThat(after(Duration.ofMillis(500), 100)).isEqualTo(RATE);
        assertThat(other.getAsLong()).isEqualTo(7);
    }

    @Test
    void aPaceFollowsARateThatChanges() {
        Pace pace = new Pace(courtesy, now::get);
        after(Duration.ofSeconds(1), 0);
        for (int i = 0; i < 100; i++) {
            assertThat(pace.waitFor(1_000_000)).as("no limit").isNotPositive();
        }
        after(Duration.ofMillis(500), 100);
        pace.waitFor(RATE);
        assertThat(pace.waitFor(1)).as("after a second's worth").isBetween(700_000_000L, 1_000_000_000L);
    }

    private long after(Duration pause, long callsMade) {
        now.addAndGet(pause.toNanos());
        calls.addAndGet(callsMade);
        return courtesy.getAsLong();
    }
}
