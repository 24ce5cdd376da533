package org.understudy.restore.plan;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.understudy.storage.keyspace.Digest;
import org.understudy.storage.keyspace.ExpungeReason;

/** One target mailbox while the plan is drawn up. */
final class TargetDraft {
    private final TargetMailbox target;
    private final Optional<LiveView.Mailbox> live;
    private final MailboxCover cover;
    private final Map<Digest, List<LiveView.Expunged>> expunged = new HashMap<>();
    private final Set<LiveView.Expunged> used = new HashSet<>();
    private final List<PlanStep.AddMessage> added = new ArrayList<>();
    private final List<PlanStep.ChangeFlags> flags = new ArrayList<>();
    private boolean wanted;
    private boolean subscribe;

    TargetDraft(TargetMailbox target, LiveView view) {
        this.target = target;
        this.live = view.mailbox(target.user(), target.name());
        this.cover = new MailboxCover(live.map(view::messages).orElse(List.of()));
        for (LiveView.Expunged one : live.map(view::expunged).orElse(List.of())) {
            if (one.reason() == ExpungeReason.USER || one.reason() == ExpungeReason.MOVE) {
                expunged.computeIfAbsent(one.digest(), key -> new ArrayList<>()).add(one);
            }
        }
    }

    TargetMailbox target() {
        return target;
    }

    Optional<LiveView.Mailbox> live() {
        return live;
    }

    MailboxCover cover() {
        return cover;
    }

    /** Takes an entry of the expunge log that stands for a message; each stands for one. */
    Optional<LiveView.Expunged> takeExpunged(Digest digest, ExpungeReason reason) {
        for (LiveView.Expunged one : expunged.getOrDefault(digest, List.of())) {
            if (one.reason() == reason && used.add(one)) {
                return Optional.of(one);
            }
        }
        return Optional.empty();
    }

    void add(PlanStep.AddMessage step) {
        added.add(step);
    }

    /** Takes additions back. */
    void drop(Set<PlanStep.AddMessage> steps) {
        added.removeIf(steps::contains);
    }

    void change(PlanStep.ChangeFlags step) {
        flags.add(step);
    }

    /** The mailbox is to exist, though it may stay empty. */
    void want() {
        wanted = true;
    }

    void subscribe() {
        subscribe = true;
    }

    boolean creates() {
        return (wanted || !added.isEmpty()) && live.isEmpty();
    }

    boolean touches() {
        return creates() || !added.isEmpty() || !flags.isEmpty();
    }

    List<PlanStep.AddMessage> added() {
        return added;
    }

    List<PlanStep.ChangeFlags> flags() {
        return flags;
    }

    Optional<MergePlan.Base> base() {
        return live.map(box ->
                new MergePlan.Base(target, box.id().value(), box.uidValidity(), box.uidNext(), box.highestModSeq()));
    }

    void steps(List<PlanStep> out) {
        if (creates()) {
            out.add(new PlanStep.CreateMailbox(target, subscribe));
        }
        out.addAll(added);
        out.addAll(flags);
    }
}
