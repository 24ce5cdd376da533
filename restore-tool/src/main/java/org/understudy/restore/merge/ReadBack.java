package org.understudy.restore.merge;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.understudy.restore.plan.MergePlan;
import org.understudy.restore.plan.PlanStep;
import org.understudy.restore.progress.Progress;
import org.understudy.restore.proof.Proof;
import org.understudy.restore.shadow.Courtesy;
import org.understudy.restore.shadow.Pace;
import org.understudy.storage.BodySums;
import org.understudy.storage.CorruptionException;
import org.understudy.storage.MailStore;
import org.understudy.storage.keyspace.Digest;
import org.understudy.storage.keyspace.MailboxId;
import org.understudy.storage.keyspace.MessageFacts;

/** Reads every merged message back from live and compares its bytes with the plan's digest. */
final class ReadBack {
    private record ShadowPlace(MailboxId mailbox, long uid) {}

    private ReadBack() {}

    /** @param reading octets a second while users are at work; 0 for no limit */
    static Proof prove(MailStore live, MergePlan plan, MergeJournal journal, long reading, Progress progress)
            throws InterruptedException {
        Courtesy courtesy = new Courtesy(live::calls, reading);
        Pace pace = new Pace(courtesy);
        Map<ShadowPlace, Digest> planned = new HashMap<>();
        for (PlanStep step : plan.steps()) {
            if (step instanceof PlanStep.AddMessage add) {
                planned.put(new ShadowPlace(add.from(), add.uid()), add.digest());
            }
        }
        progress.begin("reading back", planned.size(), "messages");
        Proof.Tally tally = new Proof.Tally();
        BodySums sums = live.bodies().sums();
        for (var entry : journal.list("add/", MergeRows.Added.class)) {
            MergeRows.Added chunk = entry.value();
            for (MergeRows.AddedMessage message : chunk.messages()) {
                if (Thread.interrupted()) {
                    throw new InterruptedException("interrupted while reading back");
                }
                Digest expected = planned.get(new ShadowPlace(message.from(), message.uid()));
                if (expected == null) {
                    throw new IllegalStateException("the journal has a message that the plan has not: shadow "
                            + message.from() + "/" + message.uid());
                }
                long before = tally.bytes();
                courtesy.own(() -> check(live, sums, chunk, message, expected, tally));
                pace.await(tally.bytes() - before);
            }
            progress.advance(tally.messages(), tally.bytes());
        }
        return tally.proof();
    }

    private static Proof.Tally check(
            MailStore live,
            BodySums sums,
            MergeRows.Added chunk,
            MergeRows.AddedMessage message,
            Digest expected,
            Proof.Tally tally) {
        String where = chunk.mailbox() + " UID " + message.liveUid();
        try {
            Optional<MessageFacts> facts = live.messages().facts(chunk.id(), message.liveUid());
            if (facts.isEmpty()) {
                tally.gone();
                return tally;
            }
            BodySums.Sum read = sums.of(facts.get().body());
            Digest found = read.digest();
            if (found.equals(expected) && facts.get().digest().equals(expected)) {
                tally.equal(read.size());
            } else {
                tally.different(where + ": expected digest " + expected + ", found " + found + " (row says "
                        + facts.get().digest() + ")");
            }
        } catch (CorruptionException e) {
            tally.different(where + ": " + e.getMessage());
        }
        return tally;
    }
}
