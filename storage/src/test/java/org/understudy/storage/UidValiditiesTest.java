package org.understudy.storage;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.HashSet;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.understudy.storage.keyspace.Author;
import org.understudy.storage.keyspace.MailboxPath;
import org.understudy.storage.keyspace.MailboxRow;

/** Mailboxes that are deleted, renamed and made again, beside a clock that jumps. */
class UidValiditiesTest {
    private static final Author ANNA = new Author.Session("anna", "test");
    private static final MailboxPath WORK = MailboxPath.of("anna", "Work");
    private static final MailboxPath PLAY = MailboxPath.of("anna", "Play");
    private static final Instant START = Instant.parse("2026-05-26T12:00:00Z");

    @TempDir
    Path folder;

    private final JumpingClock clock = new JumpingClock();

    @Test
    void aMailboxMadeAgainHasALargerOneThanBefore() {
        try (MailStore store = open()) {
            MailboxRow first = store.mailboxes().create(WORK, ANNA);
            assertThat(first.uidValidity()).isEqualTo(START.getEpochSecond());
            MailboxRow before = first;
            for (int round = 0; round < 5; round++) {
                store.mailboxes().delete(before.id(), ANNA);
                MailboxRow again = store.mailboxes().create(WORK, ANNA);
                assertThat(again.uidValidity()).isGreaterThan(before.uidValidity());
                before = again;
            }
        }
    }

    @Test
    void aClockThatGoesBackMakesNoneAgain() {
        MailboxRow early;
        try (MailStore store = open()) {
            clock.now = START.plus(Duration.ofDays(400));
            early = store.mailboxes().create(WORK, ANNA);
            store.mailboxes().delete(early.id(), ANNA);
            clock.now = START.minus(Duration.ofDays(4000));
            MailboxRow again = store.mailboxes().create(WORK, ANNA);
            assertThat(again.uidValidity()).isGreaterThan(early.uidValidity());
            store.mailboxes().delete(again.id(), ANNA);
            early = again;
        }
        try (MailStore store = open()) {
            assertThat(store.mailboxes().create(WORK, ANNA).uidValidity()).isGreaterThan(early.uidValidity());
        }
    }

    @Test
    void oneThatWasDrawnByLotIsPassedByTheNextOfItsName() {
        MailboxRow drawn;
        try (MailStore store = open()) {
            drawn = store.mailboxes().create(WORK, 0xFFFF_FFF0L, ANNA);
            store.mailboxes().delete(drawn.id(), ANNA);
        }
        try (MailStore store = open()) {
            assertThat(store.mailboxes().create(WORK, ANNA).uidValidity()).isEqualTo(0xFFFF_FFF1L);
            assertThat(store.mailboxes().create(PLAY, ANNA).uidValidity()).isEqualTo(START.getEpochSecond());
        }
    }

    /** However two names are swapped about, none ever shows a UIDVALIDITY that it has shown for another mailbox. */
    @Test
    void namesNeverShowTheSameOneForTwoMailboxes() {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        Set<String> shown = new HashSet<>();
        try (MailStore store = open()) {
            for (int step = 0; step < 300; step++) {
                MailboxPath path = random.nextBoolean() ? WORK : PLAY;
                MailboxPath other = path == WORK ? PLAY : WORK;
                clock.now = START.plus(Duration.ofHours(random.nextInt(-5000, 5000)));
                MailboxRow row = store.mailboxes().find(path).orElse(null);
                if (row == null) {
                    MailboxRow made = store.mailboxes().create(path, ANNA);
                    assertThat(shown.add(path.name() + made.uidValidity()))
                            .as("step %d, seed %d", step, seed)
                            .isTrue();
                } else if (random.nextBoolean() && store.mailboxes().find(other).isEmpty()) {
                    store.mailboxes().rename(row.id(), other, ANNA);
                    shown.add(other.name() + row.uidValidity());
                } else {
                    store.mailboxes().delete(row.id(), ANNA);
                }
            }
        }
    }

    private MailStore open() {
        return MailStore.open(folder.resolve("store"), new MailStore.Options(16L << 20, clock));
    }

    private static final class JumpingClock extends Clock {
        private volatile Instant now = START;

        @Override
        public Instant instant() {
            return now;
        }

        @Override
        public ZoneId getZone() {
            return ZoneOffset.UTC;
        }

        @Override
        public Clock withZone(ZoneId zone) {
            return this;
        }
    }
}
