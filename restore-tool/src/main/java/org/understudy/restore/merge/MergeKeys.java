package org.understudy.restore.merge;

import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.understudy.restore.plan.MergePlan;
import org.understudy.restore.plan.PlanStep;
import org.understudy.restore.plan.TargetMailbox;
import org.understudy.restore.proof.PlannedKeys;
import org.understudy.storage.keyspace.MailboxId;

/** The keys that a plan explains, with the UIDs and ids that the journal says its messages got. */
final class MergeKeys {
    private record ShadowPlace(MailboxId mailbox, long uid) {}

    private record LivePlace(TargetMailbox mailbox, long uid) {}

    private MergeKeys() {}

    /** Those of a merge. What plan and journal do not agree on is a fault of the proof. */
    static PlannedKeys of(MergePlan plan, MergeJournal journal) {
        PlannedKeys keys = new PlannedKeys(plan.restoreId(), journal.prefix(), false);
        Map<ShadowPlace, PlanStep.AddMessage> adds = new HashMap<>();
        Map<LivePlace, PlanStep.ChangeFlags> flags = new LinkedHashMap<>();
        Set<TargetMailbox> creates = new HashSet<>();
        for (PlanStep step : plan.steps()) {
            switch (step) {
                case PlanStep.AddMessage add -> adds.put(new ShadowPlace(add.from(), add.uid()), add);
                case PlanStep.ChangeFlags change -> flags.put(new LivePlace(change.target(), change.liveUid()), change);
                case PlanStep.CreateMailbox create -> creates.add(create.target());
                case PlanStep.Skip skip -> {}
            }
        }
        Map<TargetMailbox, MailboxId> bases = new HashMap<>();
        plan.bases().forEach(base -> bases.put(base.target(), new MailboxId(base.mailboxId())));
        journal.list("bodies/", MergeRows.Bodies.class)
                .forEach(entry ->
                        keys.takenIn(entry.value().from(), entry.value().to()));
        for (var entry : journal.list("mailbox/", MergeRows.Made.class)) {
            MergeRows.Made made = entry.value();
            if (!creates.remove(made.mailbox())) {
                keys.fault(made.mailbox() + ": it was made, and the plan does not make it");
            }
            if (made.id() != null) {
                keys.remadeMailbox(made.id(), made.mailbox(), made.subscribed());
            }
        }
        for (var entry : journal.list("add/", MergeRows.Added.class)) {
            added(keys, entry.value(), adds, bases);
        }
        for (var entry : journal.list("flags/", MergeRows.Changed.class)) {
            changed(keys, entry.value(), flags, bases);
        }
        adds.forEach((place, step) -> keys.fault(
                step.target() + ": shadow message " + place.mailbox() + "/" + place.uid() + " was not merged"));
        flags.forEach((place, step) ->
                keys.fault(place.mailbox() + " UID " + place.uid() + ": its flags were not looked at"));
        return keys;
    }

    private static void added(
            PlannedKeys keys,
            MergeRows.Added chunk,
            Map<ShadowPlace, PlanStep.AddMessage> adds,
            Map<TargetMailbox, MailboxId> bases) {
        mailbox(keys, chunk.id(), chunk.mailbox(), bases);
        for (MergeRows.AppearedMessage one : chunk.appeared()) {
            adds.remove(new ShadowPlace(one.from(), one.uid()));
        }
        for (MergeRows.AddedMessage one : chunk.messages()) {
            PlanStep.AddMessage step = adds.remove(new ShadowPlace(one.from(), one.uid()));
            if (step == null || !step.target().equals(chunk.mailbox())) {
                keys.fault(chunk.mailbox() + " UID " + one.liveUid() + ": the plan does not add it, or not twice");
            } else {
                keys.added(chunk.id(), one.liveUid(), one.messageId(), step.digest(), step.body(), step.flags());
            }
        }
    }

    private static void changed(
            PlannedKeys keys,
            MergeRows.Changed chunk,
            Map<LivePlace, PlanStep.ChangeFlags> flags,
            Map<TargetMailbox, MailboxId> bases) {
        mailbox(keys, chunk.id(), chunk.mailbox(), bases);
        for (long uid : chunk.missed()) {
            flags.remove(new LivePlace(chunk.mailbox(), uid));
        }
        for (MergeRows.ChangedMessage one : chunk.messages()) {
            PlanStep.ChangeFlags step = flags.remove(new LivePlace(chunk.mailbox(), one.uid()));
            if (step == null || !step.after().equals(one.after())) {
                keys.fault(chunk.mailbox() + " UID " + one.uid() + ": the plan does not change its flags so");
            } else {
                keys.flagged(chunk.id(), one.uid(), step.after());
            }
        }
    }

    private static void mailbox(
            PlannedKeys keys, MailboxId id, TargetMailbox target, Map<TargetMailbox, MailboxId> bases) {
        MailboxId base = bases.get(target);
        if (base != null && !base.equals(id)) {
            keys.fault(target + ": the plan builds on mailbox " + base + ", and " + id + " was changed");
        }
        keys.mailbox(id, target);
    }

    /** Those of an undo: what its own journal says that it took back, of what the merge's says that was done. */
    static PlannedKeys ofUndo(String restoreId, MergeJournal merge, MergeJournal undo) {
        PlannedKeys keys = new PlannedKeys(restoreId, undo.prefix(), true);
        for (var entry : merge.list("mailbox/", MergeRows.Made.class)) {
            MergeRows.Made made = entry.value();
            var outcome = undo.get(entry.key(), MergeRows.Unmade.class);
            if (made.id() != null && outcome.isPresent() && outcome.get().deleted()) {
                keys.remadeMailbox(made.id(), made.mailbox(), made.subscribed());
            }
        }
        for (var entry : merge.list("add/", MergeRows.Added.class)) {
            MergeRows.Added chunk = entry.value();
            keys.mailbox(chunk.id(), chunk.mailbox());
            Map<Long, MergeRows.AddedMessage> ours = new HashMap<>();
            chunk.messages().forEach(one -> ours.put(one.liveUid(), one));
            for (long uid : uids(undo, entry.key())) {
                MergeRows.AddedMessage one = ours.get(uid);
                if (one == null) {
                    keys.fault(chunk.mailbox() + " UID " + uid + ": it was expunged, and the merge had not added it");
                } else {
                    keys.expunged(chunk.id(), uid, one.messageId());
                }
            }
        }
        for (var entry : merge.list("flags/", MergeRows.Changed.class)) {
            MergeRows.Changed chunk = entry.value();
            keys.mailbox(chunk.id(), chunk.mailbox());
            Map<Long, MergeRows.ChangedMessage> ours = new HashMap<>();
            chunk.messages().forEach(one -> ours.put(one.uid(), one));
            for (var part : undo.list(entry.key() + "/", MergeRows.Undone.class)) {
                for (long uid : part.value().uids()) {
                    MergeRows.ChangedMessage one = ours.get(uid);
                    if (one == null) {
                        keys.fault(chunk.mailbox() + " UID " + uid
                                + ": its flags were set back, and the merge had not changed them");
                    } else {
                        keys.flagged(chunk.id(), uid, one.before());
                    }
                }
            }
        }
        return keys;
    }

    private static List<Long> uids(MergeJournal undo, String key) {
        return undo.get(key, MergeRows.Undone.class).map(MergeRows.Undone::uids).orElse(List.of());
    }
}
