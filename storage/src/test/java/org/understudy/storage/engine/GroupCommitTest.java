package org.understudy.storage.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.understudy.storage.keyspace.Author;
import org.understudy.storage.keyspace.Family;

/** Who writes, who waits, and what becomes of those that wait when a write fails. */
final class GroupCommitTest {
    private static final int WRITERS = 16;

    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final List<List<Effect>> written = new ArrayList<>();
    private final CountDownLatch firstIsWriting = new CountDownLatch(1);
    private final CountDownLatch firstMayEnd = new CountDownLatch(1);

    @AfterEach
    void stop() throws InterruptedException {
        threads.shutdown();
        assertThat(threads.awaitTermination(1, TimeUnit.MINUTES)).isTrue();
    }

    private static Effect effect(int number) {
        return new Effect(new Author.Housekeeping("test"))
                .put(Family.SETTING, new byte[] {(byte) number}, new byte[] {(byte) number});
    }

    private void write(List<Effect> effects) {
        written.add(List.copyOf(effects));
        if (written.size() == 1) {
            firstIsWriting.countDown();
            uninterruptibly(firstMayEnd);
        }
    }

    private static void uninterruptibly(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void whatComesDuringAWriteGoesIntoOneNext() throws Exception {
        GroupCommit commits = new GroupCommit(this::write);
        Future<?> first = threads.submit(() -> commits.await(commits.submit(effect(0))));
        firstIsWriting.await();
        List<Effect> later = new ArrayList<>();
        List<Future<?>> waiting = new ArrayList<>();
        for (int i = 1; i <= WRITERS; i++) {
            Effect effect = effect(i);
            later.add(effect);
            Ticket ticket = commits.submit(effect);
            waiting.add(threads.submit(() -> commits.await(ticket)));
        }
        firstMayEnd.countDown();
        first.get(1, TimeUnit.MINUTES);
        for (Future<?> one : waiting) {
            one.get(1, TimeUnit.MINUTES);
        }

        assertThat(written).hasSize(2);
        assertThat(written.get(1)).containsExactlyElementsOf(later);
    }

    @Test
    void whoKeepsATicketKeepsNoEffectOnceItHasEnded() {
        firstMayEnd.countDown();
        GroupCommit commits = new GroupCommit(this::write);
        Ticket kept = commits.submit(effect(0));
        assertThat(kept.effect().bytes()).isPositive();
        commits.await(kept);
        assertThat(written).hasSize(1);
        assertThatThrownBy(kept::effect).isInstanceOf(IllegalStateException.class);

        GroupCommit failing = new GroupCommit(effects -> {
            throw new IllegalStateException("no disk");
        });
        Ticket failed = failing.submit(effect(1));
        assertThatThrownBy(() -> failing.await(failed)).hasMessage("no disk");
        assertThatThrownBy(failed::effect).hasMessage("the effect has ended");
    }

    @Test
    void twoThatWaitForOneEffectAreBothWoken() throws Exception {
        GroupCommit commits = new GroupCommit(this::write);
        Ticket ticket = commits.submit(effect(0));
        Future<?> first = threads.submit(() -> commits.await(ticket));
        firstIsWriting.await();
        Future<?> second = threads.submit(() -> commits.await(ticket));
        firstMayEnd.countDown();

        first.get(1, TimeUnit.MINUTES);
        second.get(1, TimeUnit.MINUTES);
        assertThat(written).hasSize(1);
    }

    @Test
    void aFailedWriteFailsWhatWaitsBehindIt() throws Exception {
        RuntimeException full = new IllegalStateException("the disk is full");
        GroupCommit commits = new GroupCommit(effects -> {
            write(effects);
            throw full;
        });
        Future<?> first = threads.submit(() -> commits.await(commits.submit(effect(0))));
        firstIsWriting.await();
        Ticket behind = commits.submit(effect(1));
        Future<?> second = threads.submit(() -> commits.await(behind));
        firstMayEnd.countDown();

        assertThatThrownBy(() -> first.get(1, TimeUnit.MINUTES))
                .isInstanceOf(ExecutionException.class)
                .hasCause(full);
        assertThatThrownBy(() -> second.get(1, TimeUnit.MINUTES))
                .isInstanceOf(ExecutionException.class)
                .hasCause(full);
        assertThat(written).as("what rests on a failed write is not written").hasSize(1);
        assertThat(commits.epoch()).isEqualTo(1);
    }

    @Test
    void manyThreadsAreAllWokenAndTheirEffectsKeepTheirOrder() throws Exception {
        firstMayEnd.countDown();
        GroupCommit commits = new GroupCommit(this::write);
        List<Effect> submitted = new ArrayList<>();
        List<Future<?>> all = new ArrayList<>();
        for (int thread = 0; thread < WRITERS; thread++) {
            all.add(threads.submit(() -> {
                for (int i = 0; i < 500; i++) {
                    Ticket ticket;
                    synchronized (submitted) {
                        Effect effect = effect(i);
                        submitted.add(effect);
                        ticket = commits.submit(effect);
                    }
                    commits.await(ticket);
                }
            }));
        }
        for (Future<?> one : all) {
            one.get(1, TimeUnit.MINUTES);
        }

        assertThat(written.stream().flatMap(List::stream)).containsExactlyElementsOf(submitted);
    }
}
