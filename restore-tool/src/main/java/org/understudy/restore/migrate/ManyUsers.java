package org.understudy.restore.migrate;

import java.time.Clock;
import java.util.List;
import java.util.concurrent.CompletionService;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorCompletionService;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.understudy.restore.operation.Failure;
import org.understudy.restore.progress.Progress;

/** Does one step for many users, some at once; each outcome is on disk at once. One who fails never stops the rest. */
final class ManyUsers {
    private static final Logger LOG = LoggerFactory.getLogger(ManyUsers.class);
    private static final long SHOWN_EACH_MILLIS = 500;

    private final MigrationFolder folder;
    private final Clock clock;
    private final Progress progress;
    private final AtomicLong bytes = new AtomicLong();

    ManyUsers(MigrationFolder folder, Clock clock, Progress progress) {
        this.folder = folder;
        this.clock = clock;
        this.progress = progress;
    }

    /** One user's step; what it gives is kept. */
    interface Work {
        Member run(Member member, Progress progress) throws InterruptedException;
    }

    void each(List<Member> members, int atOnce, String phase, Work work) throws InterruptedException {
        progress.begin(phase, members.size(), "users");
        ExecutorService pool = Executors.newFixedThreadPool(
                Math.max(1, Math.min(atOnce, members.size())),
                Thread.ofPlatform().name("migrate-", 1).daemon().factory());
        try {
            CompletionService<Member> done = new ExecutorCompletionService<>(pool);
            members.forEach(one -> done.submit(() -> attempt(one, work)));
            for (int ended = 0; ended < members.size(); ) {
                Future<Member> next = done.poll(SHOWN_EACH_MILLIS, TimeUnit.MILLISECONDS);
                if (next != null) {
                    value(next);
                    ended++;
                }
                progress.advance(ended, bytes.get());
            }
        } finally {
            pool.shutdownNow();
            pool.close();
        }
    }

    private static void value(Future<Member> done) throws InterruptedException {
        try {
            done.get();
        } catch (ExecutionException e) {
            switch (e.getCause()) {
                case InterruptedException stopped -> throw stopped;
                case Error error -> throw error;
                case RuntimeException fault -> throw fault;
                case null, default -> throw new IllegalStateException("a user's step ended strangely", e);
            }
        }
    }

    private Member attempt(Member member, Work work) throws InterruptedException {
        Member outcome;
        try {
            outcome = work.run(member, new OfUser(member.user()));
        } catch (RuntimeException e) {
            if (Thread.currentThread().isInterrupted()) {
                throw new InterruptedException();
            }
            Failure failure = Failure.of(e);
            if (failure.internal()) {
                LOG.error("A step of a user's migration met a fault of the program", e);
            }
            progress.note(member.user() + ": " + failure.message());
            folder.log(clock.instant(), member.user() + " failed: " + failure.message());
            Member now = folder.migration().member(member.user()).orElse(member);
            outcome = now.to(now.state(), failure.message());
        }
        Member kept = outcome;
        if (kept.state() == MemberState.CUT_OVER || kept.state() == MemberState.ABORTED) {
            folder.change(migration -> migration.with(kept, clock.instant()));
        } else {
            folder.note(migration -> migration.with(kept, clock.instant()));
        }
        return kept;
    }

    /** One user's progress: its bytes are counted with those of all, and its notes are told under its name. */
    private final class OfUser implements Progress {
        private final String user;
        private long counted;

        OfUser(String user) {
            this.user = user;
        }

        @Override
        public synchronized void begin(String phase, long total, String unit) {
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
