package org.understudy.restore.merge;

import java.time.Clock;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.understudy.restore.job.Steps;
import org.understudy.restore.json.FlagNames;
import org.understudy.restore.plan.TargetMailbox;
import org.understudy.restore.progress.Progress;
import org.understudy.restore.proof.BlastRadius;
import org.understudy.restore.proof.LogAudit;
import org.understudy.restore.proof.PlannedKeys;
import org.understudy.storage.JournalRow;
import org.understudy.storage.MailStore;
import org.understudy.storage.keyspace.Author;
import org.understudy.storage.keyspace.ExpungeReason;
import org.understudy.storage.keyspace.MailboxId;
import org.understudy.storage.keyspace.MailboxRow;
import org.understudy.storage.keyspace.MailboxState;
import org.understudy.storage.keyspace.MessageFlags;

/**
 * Takes one merge back: what it added is expunged and what it flagged is set back, where the message's MODSEQ is still
 * the one that the merge gave it; then mailboxes that it made are deleted, where they hold nothing and never held
 * anything else. Used once.
 */
public final class Undoer {
    private final MailStore live;
    private final String restoreId;
    private final int attempt;
    private final Clock clock;
    private final Steps steps;
    private final MergeJournal merge;
    private final MergeJournal undo;
    private final Author author;

    public Undoer(MailStore live, String restoreId, int attempt, Clock clock, Steps steps) {
        this.live = live;
        this.restoreId = restoreId;
        this.attempt = attempt;
        this.clock = clock;
        this.steps = steps;
        this.merge = MergeJournal.ofMerge(live.journal(), restoreId, attempt);
        this.undo = MergeJournal.ofUndo(live.journal(), restoreId, attempt);
        this.author = new Author.Restore(restoreId);
    }

    /** Counts of one kind of change. */
    private static final class Tally {
        private long all;
        private long undone;
        private long gone;
        private final List<String> touched = new ArrayList<>();
    }

    /**
     * What came of an undo.
     *
     * @param radius what the live store's log says of it
     */
    public record Undone(UndoReport report, BlastRadius radius) {}

    /** Undoes what is not undone yet, and proves what that touched. */
    public Undone undo(Progress progress) throws InterruptedException {
        return live.holdingLog(() -> {
            long from = undo.begin(live);
            steps.passed(Steps.Step.UNDO_BEGUN);
            UndoReport report = takeBack(progress);
            long to = live.latestSequence();
            PlannedKeys keys = MergeKeys.ofUndo(restoreId, merge, undo);
            BlastRadius radius = new LogAudit(live, from, to, keys).run(progress);
            return new Undone(report, radius);
        });
    }

    private UndoReport takeBack(Progress progress) throws InterruptedException {
        Tally flags = new Tally();
        Tally added = new Tally();
        List<MergeJournal.Entry<MergeRows.Changed>> changes = merge.list("flags/", MergeRows.Changed.class);
        List<MergeJournal.Entry<MergeRows.Added>> adds = merge.list("add/", MergeRows.Added.class);
        progress.begin("undoing", (long) changes.size() + adds.size(), "chunks");
        long done = 0;
        for (var entry : changes) {
            stopIfInterrupted();
            revert(entry, flags);
            progress.advance(++done, 0);
        }
        Map<MailboxId, Long> ours = new HashMap<>();
        for (var entry : adds) {
            stopIfInterrupted();
            expunge(entry, added);
            ours.merge(entry.value().id(), (long) entry.value().messages().size(), Long::sum);
            progress.advance(++done, 0);
        }
        return unmakeAndReport(ours, flags, added);
    }

    private static void stopIfInterrupted() throws InterruptedException {
        if (Thread.interrupted()) {
            throw new InterruptedException("interrupted between chunks of an undo");
        }
    }

    private void expunge(MergeJournal.Entry<MergeRows.Added> entry, Tally tally) {
        MergeRows.Added chunk = entry.value();
        Map<Long, Long> modSeqs = new LinkedHashMap<>();
        chunk.messages().forEach(one -> modSeqs.put(one.liveUid(), one.modSeq()));
        Optional<MergeRows.Undone> before = undo.get(entry.key(), MergeRows.Undone.class);
        if (before.isEmpty() && present(chunk.id())) {
            live.messages()
                    .expunge(
                            chunk.id(),
                            List.copyOf(modSeqs.keySet()),
                            message -> untouched(message, modSeqs),
                            ExpungeReason.UNDO,
                            author,
                            expunged -> rows(
                                    entry.key(),
                                    expunged.stream()
                                            .map(one -> one.facts().uid())
                                            .toList()));
            steps.passed(Steps.Step.MESSAGES_UNDONE);
        }
        settle(chunk.mailbox(), chunk.id(), entry.key(), List.copyOf(modSeqs.keySet()), tally);
    }

    private void revert(MergeJournal.Entry<MergeRows.Changed> entry, Tally tally) {
        MergeRows.Changed chunk = entry.value();
        Map<List<String>, List<MergeRows.ChangedMessage>> byBefore = new LinkedHashMap<>();
        chunk.messages()
                .forEach(one -> byBefore.computeIfAbsent(FlagNames.of(one.before()), key -> new ArrayList<>())
                        .add(one));
        int part = 0;
        for (List<MergeRows.ChangedMessage> group : byBefore.values()) {
            String key = entry.key() + "/" + part++;
            Map<Long, Long> modSeqs = new LinkedHashMap<>();
            group.forEach(one -> modSeqs.put(one.uid(), one.modSeq()));
            if (undo.get(key, MergeRows.Undone.class).isEmpty() && present(chunk.id())) {
                live.messages()
                        .updateFlags(
                                chunk.id(),
                                List.copyOf(modSeqs.keySet()),
                                message -> untouched(message, modSeqs),
                                present -> group.getFirst().before(),
                                author,
                                changed -> rows(
                                        key,
                                        changed.stream()
                                                .filter(one -> one.changed())
                                                .map(one -> one.uid())
                                                .toList()));
                steps.passed(Steps.Step.FLAGS_UNDONE);
            }
            settle(chunk.mailbox(), chunk.id(), key, List.copyOf(modSeqs.keySet()), tally);
        }
    }

    /** Whether the mailbox still is; if it was deleted, its messages went with it. */
    private boolean present(MailboxId mailbox) {
        return live.mailboxes().find(mailbox).filter(MailboxRow::live).isPresent();
    }

    private static boolean untouched(MessageFlags message, Map<Long, Long> modSeqs) {
        return Long.valueOf(message.modSeq()).equals(modSeqs.get(message.uid()));
    }

    private List<JournalRow> rows(String key, List<Long> uids) {
        return List.of(undo.row(key, new MergeRows.Undone(uids)));
    }

    /** Counts what became of each message; what was not undone is touched, or gone. */
    private void settle(TargetMailbox mailbox, MailboxId id, String key, List<Long> uids, Tally tally) {
        Optional<MergeRows.Undone> row = undo.get(key, MergeRows.Undone.class);
        if (row.isEmpty()) {
            row = Optional.of(new MergeRows.Undone(List.of()));
            undo.write(key, row.get());
        }
        boolean present = present(id);
        for (long uid : uids) {
            tally.all++;
            if (row.get().uids().contains(uid)) {
                tally.undone++;
            } else if (present && live.messages().flags(id, uid).isPresent()) {
                tally.touched.add(mailbox + " UID " + uid);
            } else {
                tally.gone++;
            }
        }
    }

    private UndoReport unmakeAndReport(Map<MailboxId, Long> ours, Tally flags, Tally added) {
        long made = 0;
        long deleted = 0;
        List<String> kept = new ArrayList<>();
        for (var entry : merge.list("mailbox/", MergeRows.Made.class)) {
            MailboxId id = entry.value().id();
            if (id == null) {
                id = madeButNotRecorded(entry.value());
            }
            if (id == null) {
                continue;
            }
            made++;
            MergeRows.Unmade outcome = unmake(entry.key(), entry.value(), id, ours.getOrDefault(id, 0L));
            if (outcome.deleted()) {
                deleted++;
            } else {
                kept.add(entry.value().mailbox() + ": " + outcome.why());
            }
        }
        return new UndoReport(
                restoreId,
                attempt,
                clock.instant(),
                added.all,
                added.undone,
                added.touched,
                added.gone,
                flags.all,
                flags.undone,
                flags.touched,
                flags.gone,
                made,
                deleted,
                kept);
    }

    /** The mailbox of a merge that was cut short between making it and recording it. */
    private @Nullable MailboxId madeButNotRecorded(MergeRows.Made intent) {
        return live.mailboxes()
                .find(org.understudy.storage.keyspace.MailboxPath.of(
                        intent.mailbox().user(), intent.mailbox().name()))
                .filter(row -> row.uidValidity() == intent.uidValidity())
                .map(MailboxRow::id)
                .orElse(null);
    }

    private MergeRows.Unmade unmake(String key, MergeRows.Made made, MailboxId id, long ours) {
        Optional<MergeRows.Unmade> before = undo.get(key, MergeRows.Unmade.class);
        if (before.isPresent()) {
            return before.get();
        }
        String why = reasonToKeep(made, id, ours);
        if (why.isEmpty()) {
            if (present(id)) {
                live.mailboxes().delete(id, author);
                steps.passed(Steps.Step.MAILBOX_DELETED);
            }
            if (made.subscribed()) {
                Map<String, byte @Nullable []> none = new HashMap<>();
                none.put(made.mailbox().name(), null);
                live.subscriptions().write(made.mailbox().user(), none, author);
                steps.passed(Steps.Step.MAILBOX_UNSUBSCRIBED);
            }
        }
        MergeRows.Unmade outcome = new MergeRows.Unmade(why.isEmpty(), why);
        undo.write(key, outcome);
        return outcome;
    }

    private String reasonToKeep(MergeRows.Made made, MailboxId id, long ours) {
        Optional<MailboxRow> row = live.mailboxes().find(id).filter(MailboxRow::live);
        if (row.isEmpty()) {
            return "";
        }
        if (!Objects.equals(row.get().path().name(), made.mailbox().name())) {
            return "it was renamed to " + row.get().path().name();
        }
        MailboxState state = live.mailboxes().state(id);
        if (state.messages() > 0) {
            return "it holds " + state.messages() + " messages";
        }
        return state.uidNext() - 1 == ours ? "" : "messages that are not of this restore have lain in it";
    }
}
