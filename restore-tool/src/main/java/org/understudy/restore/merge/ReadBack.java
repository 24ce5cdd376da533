package org.understudy.restore.merge;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.LongSummaryStatistics;
import java.util.Map;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.understudy.restore.plan.MergePlan;
import org.understudy.restore.plan.PlanStep;
import org.understudy.restore.progress.Progress;
import org.understudy.restore.proof.Proof;
import org.understudy.restore.shadow.Courtesy;
import org.understudy.storage.BodySums;
import org.understudy.storage.CorruptionException;
import org.understudy.storage.MailStore;
import org.understudy.storage.keyspace.BodyId;
import org.understudy.storage.keyspace.Digest;
import org.understudy.storage.keyspace.MailboxId;
import org.understudy.storage.keyspace.MessageFacts;

/**
 * Reads every merged message back from live: its row, which must name the plan's digest and body, and the bytes of that body,
 * whose SHA-256 must be that digest. Bodies may be read as soon as they are in live ({@link BodiesBack}), rows are read once
 * all of them are written. Used once.
 */
final class ReadBack implements AutoCloseable {
    private record ShadowPlace(MailboxId mailbox, long uid) {}

    /** What the store holds of one message: its row, and what its body sums up to; or that it is gone; or a fault. */
    private record Found(@Nullable MessageFacts facts, BodySums.@Nullable Sum sum, String fault) {}

    private final MailStore live;
    private final MergeJournal journal;
    private final Courtesy courtesy;
    private final Progress progress;
    private final Map<ShadowPlace, PlanStep.AddMessage> planned = new HashMap<>();
    private final BodiesBack bodies;

    /**
     * @param courtesy tells whether users are at work, and is told of the calls that are this object's own
     * @param reading octets a second for now; 0 while nobody uses the store
     */
    ReadBack(
            MailStore live,
            MergePlan plan,
            MergeJournal journal,
            Courtesy courtesy,
            LongSupplier reading,
            Progress progress) {
        this.live = live;
        this.journal = journal;
        this.courtesy = courtesy;
        this.progress = progress;
        for (PlanStep step : plan.steps()) {
            if (step instanceof PlanStep.AddMessage add) {
                planned.put(new ShadowPlace(add.from(), add.uid()), add);
            }
        }
        this.bodies = new BodiesBack(live, List.copyOf(planned.values()), courtesy, reading);
    }

    /** Begins to read bodies, if nobody uses the store. All of them must be in live. */
    void begin() {
        bodies.begin();
    }

    /** Reads what is not read yet, once all rows are written, and compares. */
    Proof prove() throws InterruptedException {
        progress.begin("reading back", planned.size(), "messages");
        bodies.finish();
        Proof.Tally tally = new Proof.Tally();
        for (var entry : journal.list("add/", MergeRows.Added.class)) {
            MergeRows.Added chunk = entry.value();
            Map<Long, Found> rows = courtesy.own(() -> rows(chunk));
            for (MergeRows.AddedMessage message : chunk.messages()) {
                PlanStep.AddMessage step = planned.get(new ShadowPlace(message.from(), message.uid()));
                if (step == null) {
                    throw new IllegalStateException("the journal has a message that the plan has not: shadow "
                            + message.from() + "/" + message.uid());
                }
                compare(
                        chunk.mailbox() + " UID " + message.liveUid(),
                        step,
                        withBody(rows.getOrDefault(message.liveUid(), new Found(null, null, ""))),
                        tally);
            }
            if (Thread.interrupted()) {
                throw new InterruptedException("interrupted while reading back");
            }
            progress.advance(tally.messages(), tally.bytes());
        }
        return tally.proof();
    }

    /** The rows of a chunk by UID: in one pass, or one by one where one of them cannot be read. */
    private Map<Long, Found> rows(MergeRows.Added chunk) {
        Map<Long, Found> rows = new HashMap<>();
        LongSummaryStatistics uids = chunk.messages().stream()
                .mapToLong(MergeRows.AddedMessage::liveUid)
                .summaryStatistics();
        try {
            List<MessageFacts> read = new ArrayList<>();
            if (uids.getCount() > 0) {
                live.messages().scan(chunk.id(), uids.getMin(), uids.getMax(), read::add);
            }
            read.forEach(facts -> rows.put(facts.uid(), new Found(facts, null, "")));
        } catch (CorruptionException e) {
            chunk.messages().forEach(one -> rows.put(one.liveUid(), row(chunk.id(), one.liveUid())));
        }
        return rows;
    }

    private Found row(MailboxId mailbox, long uid) {
        try {
            return new Found(live.messages().facts(mailbox, uid).orElse(null), null, "");
        } catch (CorruptionException e) {
            return new Found(null, null, String.valueOf(e.getMessage()));
        }
    }

    private Found withBody(Found row) {
        MessageFacts facts = row.facts();
        if (facts == null) {
            return row;
        }
        BodyId body = facts.body();
        return new Found(facts, bodies.sum(body), bodies.fault(body));
    }

    private static void compare(String where, PlanStep.AddMessage step, Found found, Proof.Tally tally) {
        MessageFacts facts = found.facts();
        BodySums.Sum sum = found.sum();
        Digest expected = step.digest();
        if (!found.fault().isEmpty()) {
            tally.different(where + ": " + found.fault());
        } else if (facts == null) {
            tally.gone();
        } else if (sum == null || !facts.body().equals(step.body())) {
            tally.different(where + ": expected body " + step.body() + ", found body " + facts.body());
        } else if (sum.digest().equals(expected) && facts.digest().equals(expected)) {
            tally.equal(sum.size());
        } else {
            tally.different(where + ": expected digest " + expected + ", found " + sum.digest() + " (row says "
                    + facts.digest() + ")");
        }
    }

    /** Ends the reading. */
    @Override
    public void close() {
        bodies.close();
    }
}
