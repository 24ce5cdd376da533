package org.understudy.restore.cohort;

import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionService;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorCompletionService;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Predicate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.understudy.restore.operation.Failure;
import org.understudy.restore.progress.Progress;

/** Does one step for many users, some at once. One who fails is put down as failed, and the rest go on. */
final class CohortRun {
    private static final Logger LOG = LoggerFactory.getLogger(CohortRun.class);
    private static final long SHOWN_EACH_MILLIS = 500;
    /** cohort.json is written again no more often than this; what it lacks after a crash lies in the restores. */
    private static final long SAVED_EACH_NANOS = 1_000_000_000L;

    private final CohortFolder folder;
    private final Clock clock;
    private final Progress progress;
    private final AtomicLong bytes = new AtomicLong();

    CohortRun(CohortFolder folder, Clock clock, Progress progress) {
        this.folder = folder;
        this.clock = clock;
        this.progress = progress;
    }

    /** One user's step. */
    interface Work {
        CohortMember run(CohortMember member, Progress progress) throws InterruptedException;
    }

    private record Outcome(int index, CohortMember member) {}

    /**
     * Does {@code work} for the members that are due.
     *
     * @param phase for the progress
     * @return the cohort with their new states, saved
     */
    Cohort each(Cohort cohort, Predicate<CohortMember> due, int atOnce, String phase, Work work)
            throws InterruptedException {
        List<CohortMember> members = new ArrayList<>(cohort.members());
        List<Integer> todo = new ArrayList<>();
        for (int i = 0; i < members.size(); i++) {
            if (due.test(members.get(i))) {
                todo.add(i);
            }
        }
        progress.begin(phase, todo.size(), "users");
        ExecutorService pool = Executors.newFixedThreadPool(
                Math.max(1, Math.min(atOnce, todo.size())),
                Thread.ofPlatform().name(cohort.id() + "-", 1).daemon().factory());
        try {
            CompletionService<Outcome> outcomes = new ExecutorCompletionService<>(pool);
            todo.forEach(i -> outcomes.submit(() -> new Outcome(i, attempt(members.get(i), work))));
            gather(outcomes, todo.size(), members, cohort);
        } finally {
            pool.shutdownNow();
            pool.close();
            folder.save(cohort.withMembers(members, clock.instant()));
        }
        return folder.cohort();
    }

    private void gather(CompletionService<Outcome> outcomes, int count, List<CohortMember> members, Cohort cohort)
            throws InterruptedException {
        long saved = System.nanoTime() - SAVED_EACH_NANOS;
        for (int done = 0; done < count; ) {
            Future<Outcome> next = outcomes.poll(SHOWN_EACH_MILLIS, TimeUnit.MILLISECONDS);
            if (next != null) {
                Outcome outcome = value(next);
                members.set(outcome.index(), outcome.member());
                done++;
                if (System.nanoTime() - saved >= SAVED_EACH_NANOS) {
                    folder.save(cohort.withMembers(members, clock.instant()));
                    saved = System.nanoTime();
                }
            }
            progress.advance(done, bytes.get());
        }
    }

    private static Outcome value(Future<Outcome> done) throws InterruptedException {
        try {
            return done.get();
        } catch (ExecutionException e) {
            switch (e.getCause()) {
                case InterruptedException stopped -> throw stopped;
                case Error error -> throw error;
                case RuntimeException fault -> throw fault;
                case null, default -> throw new IllegalStateException("a user's step ended strangely", e);
            }
        }
    }

    private CohortMember attempt(CohortMember member, Work work) throws InterruptedException {
        try {
            return work.run(member, new OfUser(member.user()));
        } catch (RuntimeException e) {
            if (Thread.currentThread().isInterrupted()) {
                throw new InterruptedException();
            }
            Failure failure = Failure.of(e);
            if (failure.internal()) {
                LOG.error("A step of restore {} met a fault of the program", member.restoreId(), e);
            }
            progress.note(member.user() + " failed: " + failure.message());
            folder.log(clock.instant(), member.user() + " failed: " + failure.message());
            return member.to(MemberState.FAILED, failure.message());
        }
    }

    /** One user's progress: its bytes are counted with those of all, and its notes are told under its name. */
    private final class OfUser implements Progress {
        private final String user;
        private long counted;

        OfUser(String user) {
            this.user = user;
        }

        @Override
        public void begin(String phase, long total, String unit) {
            counted = 0;
        }

        @Override
        public synchronized void advance(long done, long bytesDone) {
            bytes.addAndGet(Math.max(0, bytesDone - counted));
            counted = Math.max(counted, bytesDone);
        }

        @Override
        public void note(String text) {
            progress.note(user + ": " + text);
        }
    }
}
