package org.understudy.restore.merge;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.understudy.restore.job.Steps;
import org.understudy.restore.plan.PlanStep;
import org.understudy.storage.FlagsChange;
import org.understudy.storage.MailStore;
import org.understudy.storage.keyspace.Author;
import org.understudy.storage.keyspace.Flags;
import org.understudy.storage.keyspace.MailboxId;

/** Changes the planned flags, one effect a chunk, of messages that nobody has changed since the plan was made. */
final class FlagMerger {
    private final MailStore live;
    private final MergeJournal journal;
    private final Author author;
    private final Steps steps;

    FlagMerger(MailStore live, MergeJournal journal, Author author, Steps steps) {
        this.live = live;
        this.journal = journal;
        this.author = author;
        this.steps = steps;
    }

    /** Answers how many chunks there are. */
    int merge(PlanWork.Target target, MailboxId mailbox) throws InterruptedException {
        for (int chunk = 0; chunk < target.flags().size(); chunk++) {
            String key = MergeJournal.flags(target.number(), chunk);
            if (journal.get(key, MergeRows.Changed.class).isPresent()) {
                continue;
            }
            if (Thread.interrupted()) {
                throw new InterruptedException("interrupted between changes of flags in " + target.mailbox());
            }
            merge(target, mailbox, key, target.flags().get(chunk));
            steps.passed(Steps.Step.FLAGS_MERGED);
        }
        return target.flags().size();
    }

    private void merge(PlanWork.Target target, MailboxId mailbox, String key, List<PlanStep.ChangeFlags> changes) {
        Map<Long, Long> modSeqs = new HashMap<>();
        changes.forEach(change -> modSeqs.put(change.liveUid(), change.modSeq()));
        Flags after = changes.getFirst().after();
        List<FlagsChange> done = live.messages()
                .updateFlags(
                        mailbox,
                        List.copyOf(modSeqs.keySet()),
                        present -> Long.valueOf(present.modSeq()).equals(modSeqs.get(present.uid())),
                        present -> after,
                        author,
                        changed -> List.of(journal.row(key, row(target, mailbox, changes, changed))));
        if (done.isEmpty() && journal.get(key, MergeRows.Changed.class).isEmpty()) {
            journal.write(key, row(target, mailbox, changes, List.of()));
        }
    }

    private static MergeRows.Changed row(
            PlanWork.Target target, MailboxId mailbox, List<PlanStep.ChangeFlags> planned, List<FlagsChange> changed) {
        List<MergeRows.ChangedMessage> messages = new ArrayList<>();
        Set<Long> reached = new HashSet<>();
        for (FlagsChange change : changed) {
            if (change.changed()) {
                reached.add(change.uid());
                messages.add(
                        new MergeRows.ChangedMessage(change.uid(), change.modSeq(), change.before(), change.after()));
            }
        }
        List<Long> missed = planned.stream()
                .map(PlanStep.ChangeFlags::liveUid)
                .filter(uid -> !reached.contains(uid))
                .toList();
        return new MergeRows.Changed(target.mailbox(), mailbox, messages, missed);
    }
}
