package org.understudy.restore.plan;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * A plan counted by mailbox: each message of the shadow is in one row, under the mailbox that it goes to, or under the
 * one of the source where it is left.
 *
 * @param rows by user and mailbox
 */
public record PlanBreakdown(List<Row> rows) {
    /**
     * One mailbox.
     *
     * @param create whether the plan makes it
     * @param hold messages for quarantine
     * @param flags live messages whose flags change
     * @param bytes of added and held messages
     */
    public record Row(
            String user, String mailbox, boolean create, long add, long hold, long flags, long left, long bytes) {}

    private static final class Draft {
        private boolean create;
        private long add;
        private long hold;
        private long flags;
        private long left;
        private long bytes;
    }

    public static PlanBreakdown of(MergePlan plan) {
        Map<TargetMailbox, Draft> drafts = new TreeMap<>();
        for (PlanStep step : plan.steps()) {
            Draft draft = drafts.computeIfAbsent(place(step), key -> new Draft());
            switch (step) {
                case PlanStep.CreateMailbox create -> draft.create = true;
                case PlanStep.AddMessage add -> {
                    draft.add += add.quarantine() ? 0 : 1;
                    draft.hold += add.quarantine() ? 1 : 0;
                    draft.bytes += add.size();
                }
                case PlanStep.ChangeFlags change -> draft.flags++;
                case PlanStep.Skip skip -> draft.left++;
            }
        }
        return new PlanBreakdown(drafts.entrySet().stream()
                .map(one -> new Row(
                        one.getKey().user(),
                        one.getKey().name(),
                        one.getValue().create,
                        one.getValue().add,
                        one.getValue().hold,
                        one.getValue().flags,
                        one.getValue().left,
                        one.getValue().bytes))
                .toList());
    }

    /** The mailbox that a step concerns: in live, or for a message that is left, in the source. */
    public static TargetMailbox place(PlanStep step) {
        return switch (step) {
            case PlanStep.CreateMailbox create -> create.target();
            case PlanStep.AddMessage add -> add.target();
            case PlanStep.ChangeFlags change -> change.target();
            case PlanStep.Skip skip -> new TargetMailbox(skip.user(), skip.mailbox());
        };
    }
}
