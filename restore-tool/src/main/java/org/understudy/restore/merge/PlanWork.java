package org.understudy.restore.merge;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.understudy.restore.plan.MergePlan;
import org.understudy.restore.plan.PlanStep;
import org.understudy.restore.plan.TargetMailbox;

/** A plan's steps by target mailbox, cut into chunks. Equal plans are cut alike. */
final class PlanWork {
    /** Messages that one effect adds or changes at most. */
    static final int CHUNK = 1_000;

    /**
     * What is to be done in one mailbox.
     *
     * @param number of the target in the plan, from 0
     * @param flags each inner list has one and the same {@code after}
     */
    record Target(
            int number,
            TargetMailbox mailbox,
            Optional<MergePlan.Base> base,
            Optional<PlanStep.CreateMailbox> create,
            List<List<PlanStep.AddMessage>> adds,
            List<List<PlanStep.ChangeFlags>> flags) {}

    private static final class Draft {
        private PlanStep.@Nullable CreateMailbox create;
        private final List<PlanStep.AddMessage> adds = new ArrayList<>();
        private final Map<List<String>, List<PlanStep.ChangeFlags>> flags = new LinkedHashMap<>();
    }

    private PlanWork() {}

    static List<Target> of(MergePlan plan) {
        Map<TargetMailbox, Draft> drafts = new LinkedHashMap<>();
        for (PlanStep step : plan.steps()) {
            switch (step) {
                case PlanStep.CreateMailbox create -> draft(drafts, create.target()).create = create;
                case PlanStep.AddMessage add -> draft(drafts, add.target()).adds.add(add);
                case PlanStep.ChangeFlags change ->
                    draft(drafts, change.target())
                            .flags
                            .computeIfAbsent(
                                    org.understudy.restore.json.FlagNames.of(change.after()), key -> new ArrayList<>())
                            .add(change);
                case PlanStep.Skip skip -> {}
            }
        }
        Map<TargetMailbox, MergePlan.Base> bases = new LinkedHashMap<>();
        plan.bases().forEach(base -> bases.put(base.target(), base));
        List<Target> targets = new ArrayList<>();
        drafts.forEach((mailbox, draft) -> {
            List<List<PlanStep.ChangeFlags>> flags = new ArrayList<>();
            draft.flags.values().forEach(group -> flags.addAll(chunks(group)));
            targets.add(new Target(
                    targets.size(),
                    mailbox,
                    Optional.ofNullable(bases.get(mailbox)),
                    Optional.ofNullable(draft.create),
                    chunks(draft.adds),
                    flags));
        });
        return targets;
    }

    private static Draft draft(Map<TargetMailbox, Draft> drafts, TargetMailbox mailbox) {
        return drafts.computeIfAbsent(mailbox, key -> new Draft());
    }

    private static <T> List<List<T>> chunks(List<T> all) {
        List<List<T>> chunks = new ArrayList<>();
        for (int from = 0; from < all.size(); from += CHUNK) {
            chunks.add(all.subList(from, Math.min(all.size(), from + CHUNK)));
        }
        return chunks;
    }
}
