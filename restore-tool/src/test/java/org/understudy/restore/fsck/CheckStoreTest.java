package org.understudy.restore.fsck;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.understudy.restore.progress.Progress;
import org.understudy.restore.repository.MailFixture;
import org.understudy.storage.keyspace.Flags;

@Timeout(120)
class CheckStoreTest {
    @TempDir
    private Path root;

    private MailFixture mail;

    /** Keeps what it is told, and counts down once something was done. */
    private static final class Told implements Progress {
        final List<String> phases = new ArrayList<>();
        final CountDownLatch working = new CountDownLatch(1);
        long done;

        @Override
        public void begin(String phase, long total, String unit) {
            phases.add(phase + " of " + total + " " + unit);
            done = 0;
        }

        @Override
        public void advance(long count, long bytes) {
            assertThat(count).as("progress only grows").isGreaterThanOrEqualTo(done);
            done = count;
            if (bytes > 0) {
                working.countDown();
            }
        }

        @Override
        public void note(String text) {}
    }

    @BeforeEach
    void fill() throws Exception {
        mail = new MailFixture(root);
        mail.deliver("anna", "INBOX", 200, 8_000);
        mail.deliver("ben", "INBOX", 100, 8_000);
        mail.expunge("anna", "INBOX", List.of(3L, 4L));
    }

    @AfterEach
    void close() {
        mail.close();
    }

    @Test
    void countsAddUpAndBothPhasesAreShown() throws Exception {
        Told told = new Told();
        CheckStore.Result result = new CheckStore().run(new CheckStore.Request(true), mail.workplace(), told);
        assertThat(result.sound()).isTrue();
        assertThat(result.messages()).isEqualTo(298);
        assertThat(result.expunged()).isEqualTo(2);
        assertThat(result.bodies() - result.orphanBodies()).isEqualTo(result.messages() + result.expunged());
        assertThat(told.phases).containsExactly("reading bodies of -1 bodies", "checking rows of 298 messages");
        assertThat(told.done).isEqualTo(298);
    }

    @Test
    void whatOthersWriteMeanwhileIsNoFinding() throws Exception {
        AtomicBoolean done = new AtomicBoolean();
        CompletableFuture<Void> writing = CompletableFuture.runAsync(() -> {
            for (int i = 0; !done.get(); i++) {
                mail.deliver("anna", "INBOX", 1, 2_000);
                mail.deliver("carl", "Box " + i % 20, 2, 500);
                mail.flag("ben", "INBOX", List.of(1L + i % 100), Flags.FLAGGED);
                mail.expunge("anna", "INBOX", List.of(201L + i));
            }
        });
        try {
            for (int round = 0; round < 5; round++) {
                CheckStore.Result result =
                        new CheckStore().run(new CheckStore.Request(true), mail.workplace(), Progress.SILENT);
                assertThat(result.findings()).isEmpty();
                assertThat(result.bodies() - result.orphanBodies()).isEqualTo(result.messages() + result.expunged());
            }
        } finally {
            done.set(true);
            writing.get(60, TimeUnit.SECONDS);
        }
    }

    @Test
    void interruptionEndsItSoon() throws Exception {
        Told told = new Told();
        AtomicReference<Throwable> ended = new AtomicReference<>();
        Thread check = Thread.ofPlatform().start(() -> {
            try {
                // A hundred bytes a second would take hours.
                new CheckStore().run(new CheckStore.Request(true, 100), mail.workplace(), told);
            } catch (InterruptedException | RuntimeException e) {
                ended.set(e);
            }
        });
        assertThat(told.working.await(30, TimeUnit.SECONDS)).isTrue();
        check.interrupt();
        assertThat(check.join(java.time.Duration.ofSeconds(30))).isTrue();
        assertThat(ended.get()).isInstanceOf(InterruptedException.class);
    }

    @Test
    void keepsToTheRate() throws Exception {
        long begun = System.nanoTime();
        CheckStore.Result result =
                new CheckStore().run(new CheckStore.Request(true, 2_000_000), mail.workplace(), Progress.SILENT);
        assertThat(result.sound()).isTrue();
        // 2.4 MB of bodies at least, of which the last mebibyte need not be waited for.
        assertThat(System.nanoTime() - begun).isGreaterThan(TimeUnit.MILLISECONDS.toNanos(500));
    }

    @Test
    void nobodyWaitsForAnInterruptThatCameBefore() {
        Thread.currentThread().interrupt();
        assertThatThrownBy(() -> new CheckStore().run(new CheckStore.Request(false), mail.workplace(), Progress.SILENT))
                .isInstanceOf(InterruptedException.class);
        assertThat(Thread.interrupted()).isFalse();
    }
}
