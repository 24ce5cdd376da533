package org.understudy.restore.merge;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.LongSummaryStatistics;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.understudy.restore.job.Steps;
import org.understudy.restore.plan.LiveView;
import org.understudy.restore.plan.MailboxCover;
import org.understudy.restore.plan.MergePlan;
import org.understudy.restore.plan.PlanStep;
import org.understudy.restore.shadow.Courtesy;
import org.understudy.restore.shadow.Pace;
import org.understudy.restore.shadow.ShadowStore;
import org.understudy.storage.Appended;
import org.understudy.storage.MailStore;
import org.understudy.storage.NewMessage;
import org.understudy.storage.OperatorException;
import org.understudy.storage.Reason;
import org.understudy.storage.keyspace.Author;
import org.understudy.storage.keyspace.MailboxId;
import org.understudy.storage.keyspace.MessageFacts;
import org.understudy.storage.mime.MessageStructure;

/** Adds the planned messages, one effect a chunk. Messages that live got after the plan was made are passed over. */
final class MessageMerger {
    /** What one message takes in the write-ahead log, about: facts, place, flags, index, its part of the journal row. */
    private static final long LOGGED_BYTES = 450;

    private record ShadowPlace(MailboxId mailbox, long uid) {}

    private final MailStore live;
    private final ShadowStore shadow;
    private final MergeJournal journal;
    private final Author author;
    private final Courtesy courtesy;
    private final Pace pace;
    private final Steps steps;

    /** @param courtesy how fast to write to the write-ahead log */
    MessageMerger(
            MailStore live, ShadowStore shadow, MergeJournal journal, Author author, Courtesy courtesy, Steps steps) {
        this.live = live;
        this.shadow = shadow;
        this.journal = journal;
        this.author = author;
        this.courtesy = courtesy;
        this.pace = new Pace(courtesy);
        this.steps = steps;
    }

    /** Adds what is not added yet. */
    void merge(PlanWork.Target target, MailboxId mailbox) throws InterruptedException {
        Set<Long> known = new HashSet<>();
        List<Integer> open = new ArrayList<>();
        for (int chunk = 0; chunk < target.adds().size(); chunk++) {
            String key = MergeJournal.add(target.number(), chunk);
            Optional<MergeRows.Added> done = courtesy.own(() -> journal.get(key, MergeRows.Added.class));
            if (done.isPresent()) {
                done.get().messages().forEach(message -> known.add(message.liveUid()));
                done.get().appeared().forEach(message -> known.add(message.liveUid()));
            } else {
                open.add(chunk);
            }
        }
        if (open.isEmpty()) {
            return;
        }
        MailboxCover since = courtesy.own(() -> cameSince(target, known));
        for (int chunk : open) {
            if (Thread.interrupted()) {
                throw new InterruptedException("interrupted between chunks of " + target.mailbox());
            }
            pace.await(target.adds().get(chunk).size() * LOGGED_BYTES);
            courtesy.own(() -> merge(target, mailbox, chunk, since));
            steps.passed(Steps.Step.MESSAGES_MERGED);
        }
    }

    /** Messages that came into the mailbox after the plan was made, and not through this merge. */
    private MailboxCover cameSince(PlanWork.Target target, Set<Long> known) {
        LiveState state = new LiveState(live);
        long from = target.base().map(MergePlan.Base::uidNext).orElse(1L);
        List<LiveView.Message> others = state
                .mailbox(target.mailbox().user(), target.mailbox().name())
                .map(box -> state.messages(box, from))
                .orElse(List.of())
                .stream()
                .filter(message -> !known.contains(message.uid()))
                .toList();
        return new MailboxCover(others);
    }

    /** Answers how many were added. */
    private int merge(PlanWork.Target target, MailboxId mailbox, int chunk, MailboxCover since) {
        List<PlanStep.AddMessage> adds = new ArrayList<>();
        List<MergeRows.AppearedMessage> appeared = new ArrayList<>();
        for (PlanStep.AddMessage step : target.adds().get(chunk)) {
            since.takeEqual(step.digest())
                    .ifPresentOrElse(
                            there -> appeared.add(new MergeRows.AppearedMessage(step.from(), step.uid(), there.uid())),
                            () -> adds.add(step));
        }
        String key = MergeJournal.add(target.number(), chunk);
        if (adds.isEmpty()) {
            journal.write(key, new MergeRows.Added(target.mailbox(), mailbox, List.of(), appeared));
            return 0;
        }
        Map<ShadowPlace, MessageFacts> facts = new HashMap<>();
        Map<ShadowPlace, MessageStructure> structures = new HashMap<>();
        look(adds, facts, structures);
        List<NewMessage> messages = new ArrayList<>();
        for (PlanStep.AddMessage step : adds) {
            ShadowPlace place = new ShadowPlace(step.from(), step.uid());
            messages.add(message(step, facts.get(place), structures.get(place)));
        }
        live.messages().append(mailbox, messages, author, appended -> {
            List<MergeRows.AddedMessage> rows = new ArrayList<>();
            for (int i = 0; i < appended.size(); i++) {
                PlanStep.AddMessage step = adds.get(i);
                Appended one = appended.get(i);
                rows.add(new MergeRows.AddedMessage(step.from(), step.uid(), one.uid(), one.modSeq(), one.messageId()));
            }
            return List.of(journal.row(key, new MergeRows.Added(target.mailbox(), mailbox, rows, appeared)));
        });
        return adds.size();
    }

    /** Reads what the shadow has of messages, in as few passes as there are mailboxes. */
    private void look(
            List<PlanStep.AddMessage> adds,
            Map<ShadowPlace, MessageFacts> facts,
            Map<ShadowPlace, MessageStructure> structures) {
        Map<MailboxId, LongSummaryStatistics> ranges = adds.stream()
                .collect(Collectors.groupingBy(
                        PlanStep.AddMessage::from, Collectors.summarizingLong(PlanStep.AddMessage::uid)));
        ranges.forEach((mailbox, range) -> {
            shadow.store()
                    .messages()
                    .scan(
                            mailbox,
                            range.getMin(),
                            range.getMax(),
                            one -> facts.put(new ShadowPlace(mailbox, one.uid()), one));
            shadow.store()
                    .structures()
                    .scan(
                            mailbox,
                            range.getMin(),
                            range.getMax(),
                            (uid, one) -> structures.put(new ShadowPlace(mailbox, uid), one));
        });
    }

    private NewMessage message(
            PlanStep.AddMessage step, @Nullable MessageFacts facts, @Nullable MessageStructure structure) {
        if (facts == null
                || !facts.digest().equals(step.digest())
                || !facts.body().equals(step.body())) {
            throw new OperatorException(
                    Reason.CONFLICT,
                    "shadow message " + step.from() + "/" + step.uid() + " is not the one of the plan",
                    "Undo what was merged, then run 'understudy restore validate' and 'restore preview' again.");
        }
        return new NewMessage(
                0,
                null,
                null,
                new NewMessage.Body.Adopted(step.body()),
                facts.size(),
                facts.headerSize(),
                facts.digest(),
                facts.mime(),
                step.internalDate(),
                null,
                step.flags(),
                structure == null ? shadow.store().structures().of(facts) : structure);
    }
}
