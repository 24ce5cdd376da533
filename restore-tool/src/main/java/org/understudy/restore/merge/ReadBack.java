package org.understudy.restore.merge;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.jspecify.annotations.Nullable;
import org.understudy.restore.plan.MergePlan;
import org.understudy.restore.plan.PlanStep;
import org.understudy.restore.progress.Progress;
import org.understudy.restore.proof.Proof;
import org.understudy.restore.shadow.Courtesy;
import org.understudy.restore.shadow.OneAtATime;
import org.understudy.restore.shadow.Pace;
import org.understudy.storage.BodySums;
import org.understudy.storage.CorruptionException;
import org.understudy.storage.MailStore;
import org.understudy.storage.keyspace.Digest;
import org.understudy.storage.keyspace.MailboxId;
import org.understudy.storage.keyspace.MessageFacts;

/**
 * Reads every merged message back from live and compares its bytes with the plan's digest: on all processors while nobody
 * uses the store, one message at a time while somebody does. Used once.
 */
final class ReadBack implements AutoCloseable {
    private record ShadowPlace(MailboxId mailbox, long uid) {}

    /** What the store holds of one message: its row, and what its body sums up to; or that it is gone; or a fault. */
    private record Found(@Nullable MessageFacts facts, BodySums.@Nullable Sum sum, String fault) {}

    private final MailStore live;
    private final MergePlan plan;
    private final MergeJournal journal;
    private final Progress progress;
    private final Courtesy courtesy;
    private final OneAtATime turn;
    private final ExecutorService readers = Executors.newFixedThreadPool(
            Runtime.getRuntime().availableProcessors(),
            Thread.ofPlatform().daemon().name("read-back-", 0).factory());
    private final Queue<BodySums> idle = new ConcurrentLinkedQueue<>();

    private ReadBack(MailStore live, MergePlan plan, MergeJournal journal, long reading, Progress progress) {
        this.live = live;
        this.plan = plan;
        this.journal = journal;
        this.progress = progress;
        this.courtesy = new Courtesy(live::calls, reading);
        this.turn = new OneAtATime(courtesy);
    }

    /** @param reading octets a second while users are at work; 0 for no limit */
    static Proof prove(MailStore live, MergePlan plan, MergeJournal journal, long reading, Progress progress)
            throws InterruptedException {
        try (ReadBack all = new ReadBack(live, plan, journal, reading, progress)) {
            return all.prove();
        }
    }

    private Proof prove() throws InterruptedException {
        Map<ShadowPlace, PlanStep.AddMessage> planned = new HashMap<>();
        for (PlanStep step : plan.steps()) {
            if (step instanceof PlanStep.AddMessage add) {
                planned.put(new ShadowPlace(add.from(), add.uid()), add);
            }
        }
        progress.begin("reading back", planned.size(), "messages");
        Pace pace = new Pace(courtesy);
        Proof.Tally tally = new Proof.Tally();
        for (var entry : journal.list("add/", MergeRows.Added.class)) {
            MergeRows.Added chunk = entry.value();
            List<PlanStep.AddMessage> steps = new ArrayList<>();
            List<Future<Found>> reads = new ArrayList<>();
            for (MergeRows.AddedMessage message : chunk.messages()) {
                PlanStep.AddMessage step = planned.get(new ShadowPlace(message.from(), message.uid()));
                if (step == null) {
                    throw new IllegalStateException("the journal has a message that the plan has not: shadow "
                            + message.from() + "/" + message.uid());
                }
                steps.add(step);
                pace.await(step.size());
                reads.add(readers.submit(() -> turn.run(() -> read(chunk.id(), message.liveUid()))));
            }
            for (int i = 0; i < reads.size(); i++) {
                if (Thread.interrupted()) {
                    throw new InterruptedException("interrupted while reading back");
                }
                compare(
                        chunk.mailbox() + " UID " + chunk.messages().get(i).liveUid(),
                        steps.get(i).digest(),
                        done(reads.get(i)),
                        tally);
            }
            progress.advance(tally.messages(), tally.bytes());
        }
        return tally.proof();
    }

    private Found read(MailboxId mailbox, long uid) {
        BodySums spare = idle.poll();
        BodySums sums = spare == null ? live.bodies().sums() : spare;
        long before = sums.reads();
        try {
            Optional<MessageFacts> facts = live.messages().facts(mailbox, uid);
            return facts.isEmpty()
                    ? new Found(null, null, "")
                    : new Found(facts.get(), sums.of(facts.get().body()), "");
        } catch (CorruptionException e) {
            return new Found(null, null, String.valueOf(e.getMessage()));
        } finally {
            courtesy.did(1 + sums.reads() - before);
            idle.add(sums);
        }
    }

    private static Found done(Future<Found> read) throws InterruptedException {
        try {
            return read.get();
        } catch (ExecutionException e) {
            if (e.getCause() instanceof RuntimeException fault) {
                throw fault;
            }
            throw new IllegalStateException("reading back failed", e.getCause());
        }
    }

    private static void compare(String where, Digest expected, Found found, Proof.Tally tally) {
        MessageFacts facts = found.facts();
        BodySums.Sum sum = found.sum();
        if (!found.fault().isEmpty()) {
            tally.different(where + ": " + found.fault());
        } else if (facts == null || sum == null) {
            tally.gone();
        } else if (sum.digest().equals(expected) && facts.digest().equals(expected)) {
            tally.equal(sum.size());
        } else {
            tally.different(where + ": expected digest " + expected + ", found " + sum.digest() + " (row says "
                    + facts.digest() + ")");
        }
    }

    /** Ends the reading; what is under way is left to end by itself. */
    @Override
    public void close() {
        readers.shutdownNow();
    }
}
