package org.understudy.restore.merge;

import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.understudy.restore.job.JobFolder;
import org.understudy.restore.job.Steps;
import org.understudy.restore.json.RestoreJson;
import org.understudy.restore.plan.MergePlan;
import org.understudy.restore.plan.TargetMailbox;
import org.understudy.restore.progress.Progress;
import org.understudy.restore.proof.BlastRadius;
import org.understudy.restore.proof.LogAudit;
import org.understudy.restore.proof.Proof;
import org.understudy.restore.shadow.Courtesy;
import org.understudy.restore.shadow.ShadowStore;
import org.understudy.storage.MailStore;
import org.understudy.storage.OperatorException;
import org.understudy.storage.Reason;
import org.understudy.storage.birth.Births;
import org.understudy.storage.keyspace.Author;
import org.understudy.storage.keyspace.MailboxId;
import org.understudy.storage.reclaim.Reclaim;

/** Carries out one plan, or what is left of it. Used once. */
public final class Merger {
    private final MailStore live;
    private final ShadowStore shadow;
    private final MergePlan plan;
    private final String planHash;
    private final Clock clock;
    private final Steps steps;
    private final MergeJournal journal;
    private final Author author;

    public Merger(MailStore live, ShadowStore shadow, MergePlan plan, String planHash, Clock clock, Steps steps) {
        this.live = live;
        this.shadow = shadow;
        this.plan = plan;
        this.planHash = planHash;
        this.clock = clock;
        this.steps = steps;
        this.journal = MergeJournal.ofMerge(live.journal(), plan.restoreId(), plan.attempt());
        this.author = new Author.Restore(plan.restoreId());
    }

    /**
     * Refuses a plan that was made for another store, or whose mailboxes are no longer the same. Nothing is changed.
     *
     * @throws OperatorException {@link Reason#CONFLICT}
     */
    public void check() {
        if (!plan.storeId().equals(live.storeId())) {
            throw new OperatorException(
                    Reason.CONFLICT,
                    "the plan is for the store " + plan.storeId() + ", and this is " + live.storeId(),
                    "Run 'understudy restore preview' again on this store.");
        }
        MailboxMaker maker = new MailboxMaker(live, journal, author, steps);
        for (PlanWork.Target target : PlanWork.of(plan)) {
            if (target.create().isEmpty()) {
                maker.present(target);
            }
        }
    }

    /**
     * Merges what is not merged yet, and reads all of it back.
     *
     * @param folder the restore's folder, which gets {@code before-N.json} and the written body files
     * @param deep compare every message of the untouched mailboxes, not only their counters; and read every body before
     *     it is merged, not only after
     */
    public Merged merge(JobFolder folder, Throttle throttle, boolean deep, Progress progress)
            throws InterruptedException {
        List<PlanWork.Target> targets = PlanWork.of(plan);
        Courtesy courtesy = new Courtesy(live::calls, throttle.log());
        Logged logged;
        Proof proof;
        try (Births.Rest untilProven = live.birthsRest();
                ReadBack readBack =
                        new ReadBack(live, plan, journal, courtesy, courtesy.beside(throttle.reading()), progress)) {
            Objects.requireNonNull(untilProven);
            logged = live.holdingLog(() -> {
                long from = courtesy.own(() -> journal.begin(live));
                steps.passed(Steps.Step.MERGE_BEGUN);
                StoreFigures figures = courtesy.own(() -> figuresBefore(folder, deep));
                try (Reclaim.Bar untilAllIsNamed = live.reclaim().bar()) {
                    Objects.requireNonNull(untilAllIsNamed);
                    carryOut(targets, folder, throttle, courtesy, readBack, deep, progress);
                }
                Instant ended = clock.instant();
                LogAudit audit = new LogAudit(live, from, live.latestSequence(), MergeKeys.of(plan, journal));
                return new Logged(figures, ended, audit.run(progress));
            });
            proof = readBack.prove();
        }
        StoreFigures before = logged.before();
        Set<TargetMailbox> touched = new HashSet<>();
        targets.forEach(target -> touched.add(target.mailbox()));
        Receipt receipt = receipt(proof, before.compare(StoreFigures.take(live, before.deep()), touched));
        return new Merged(receipt, logged.radius(), logged.ended());
    }

    private record Logged(StoreFigures before, Instant ended, BlastRadius radius) {}

    private void carryOut(
            List<PlanWork.Target> targets,
            JobFolder folder,
            Throttle throttle,
            Courtesy courtesy,
            ReadBack readBack,
            boolean deep,
            Progress progress)
            throws InterruptedException {
        Path files = folder.path().resolve("segments").resolve("m" + plan.attempt());
        new BodyTransfer(live, shadow, journal, files, throttle.files(), courtesy, steps)
                .transfer(targets, deep, progress);
        readBack.begin();
        MailboxMaker maker = new MailboxMaker(live, journal, author, steps);
        MessageMerger messages = new MessageMerger(live, shadow, journal, author, courtesy, steps);
        FlagMerger flags = new FlagMerger(live, journal, author, steps);
        progress.begin("merging", targets.size(), "mailboxes");
        for (PlanWork.Target target : targets) {
            MailboxId mailbox = courtesy.own(() -> maker.ensure(target));
            messages.merge(target, mailbox);
            courtesy.own(() -> flags.merge(target, mailbox));
            progress.advance(target.number() + 1L, 0);
        }
    }

    /**
     * What came of a merge.
     *
     * @param radius what the live store's log says of it
     * @param ended when the last row was on disk; what came after is proof
     */
    public record Merged(Receipt receipt, BlastRadius radius, Instant ended) {}

    /** Taken once for each attempt, before its first change. */
    private StoreFigures figuresBefore(JobFolder folder, boolean deep) {
        String name = "before-" + plan.attempt() + ".json";
        Optional<String> kept = folder.read(name);
        if (kept.isPresent()) {
            return RestoreJson.read(kept.get(), StoreFigures.class);
        }
        StoreFigures figures = StoreFigures.take(live, deep);
        folder.write(name, RestoreJson.write(figures));
        steps.passed(Steps.Step.FIGURES_WRITTEN);
        return figures;
    }

    private static final class Draft {
        private final MailboxId id;
        private final boolean created;
        private final List<Receipt.Message> messages = new ArrayList<>();
        private final List<Receipt.Changed> flags = new ArrayList<>();

        Draft(MailboxId id, boolean created) {
            this.id = id;
            this.created = created;
        }
    }

    private Receipt receipt(Proof proof, StoreFigures.Untouched untouched) {
        Map<TargetMailbox, Draft> drafts = new LinkedHashMap<>();
        for (var entry : journal.list("mailbox/", MergeRows.Made.class)) {
            MailboxId id = entry.value().id();
            if (id != null) {
                drafts.put(entry.value().mailbox(), new Draft(id, true));
            }
        }
        long created = drafts.size();
        long added = 0;
        long appeared = 0;
        for (var entry : journal.list("add/", MergeRows.Added.class)) {
            MergeRows.Added chunk = entry.value();
            Draft draft = drafts.computeIfAbsent(chunk.mailbox(), key -> new Draft(chunk.id(), false));
            chunk.messages()
                    .forEach(one -> draft.messages.add(new Receipt.Message(
                            one.from(),
                            one.uid(),
                            one.liveUid(),
                            one.modSeq(),
                            one.messageId().value())));
            added += chunk.messages().size();
            appeared += chunk.appeared().size();
        }
        long changed = 0;
        long missed = 0;
        for (var entry : journal.list("flags/", MergeRows.Changed.class)) {
            MergeRows.Changed chunk = entry.value();
            Draft draft = drafts.computeIfAbsent(chunk.mailbox(), key -> new Draft(chunk.id(), false));
            chunk.messages()
                    .forEach(one ->
                            draft.flags.add(new Receipt.Changed(one.uid(), one.modSeq(), one.before(), one.after())));
            changed += chunk.messages().size();
            missed += chunk.missed().size();
        }
        List<Receipt.OfMailbox> mailboxes = new ArrayList<>();
        drafts.forEach((mailbox, draft) ->
                mailboxes.add(new Receipt.OfMailbox(mailbox, draft.id, draft.created, draft.messages, draft.flags)));
        BodyTransfer.Totals bodies = BodyTransfer.totals(journal);
        return new Receipt(
                plan.restoreId(),
                plan.attempt(),
                planHash,
                live.storeId(),
                clock.instant(),
                plan.totals().add() + plan.totals().quarantine(),
                added,
                proof.bytes(),
                appeared,
                changed,
                missed,
                created,
                bodies.linked(),
                bodies.written(),
                proof,
                untouched,
                mailboxes);
    }
}
