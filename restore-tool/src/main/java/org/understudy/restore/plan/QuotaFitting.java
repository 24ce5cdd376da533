package org.understudy.restore.plan;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.understudy.storage.OperatorException;
import org.understudy.storage.Reason;

/** Sees to it that what a plan adds agrees with the users' quotas, as the policy wants it. */
final class QuotaFitting {
    private static final int NAMED = 20;

    private QuotaFitting() {}

    /** What one user gains, and has. */
    private record Gain(String user, List<PlanStep.AddMessage> steps, LiveView.Quota quota) {
        long octets() {
            return steps.stream().mapToLong(PlanStep.AddMessage::size).sum();
        }

        boolean tooMuch() {
            return !steps.isEmpty() && quota.exceededBy(steps.size(), octets());
        }

        String text() {
            return user + " has " + quota.messages() + " messages, " + quota.octets() + " octets, would gain "
                    + steps.size() + " and " + octets() + ", and may have "
                    + (quota.mostMessages() < 0 ? "any number" : quota.mostMessages()) + " and "
                    + (quota.mostOctets() < 0 ? "any number" : quota.mostOctets());
        }
    }

    /**
     * The additions that are to be left.
     *
     * @throws OperatorException {@link Reason#CONFLICT} naming the users that would be over quota, if the policy refuses
     */
    static Set<PlanStep.AddMessage> leave(MergePolicy policy, LiveView live, Collection<TargetDraft> targets) {
        Map<String, List<PlanStep.AddMessage>> byUser = new TreeMap<>();
        for (TargetDraft draft : targets) {
            byUser.computeIfAbsent(draft.target().user(), key -> new ArrayList<>())
                    .addAll(draft.added());
        }
        List<Gain> over = new ArrayList<>();
        byUser.forEach((user, steps) -> {
            Gain gain = new Gain(user, steps, live.quota(user));
            if (gain.tooMuch()) {
                over.add(gain);
            }
        });
        if (over.isEmpty()) {
            return Set.of();
        }
        return switch (policy.quota()) {
            case ALLOW -> Set.of();
            case REFUSE -> throw refusal(over);
            case SKIP -> {
                Set<PlanStep.AddMessage> left = new HashSet<>();
                over.forEach(gain -> left.addAll(withoutRoom(gain)));
                yield left;
            }
        };
    }

    private static List<PlanStep.AddMessage> withoutRoom(Gain gain) {
        List<PlanStep.AddMessage> wanted = new ArrayList<>(gain.steps());
        wanted.sort(Comparator.comparing(PlanStep.AddMessage::quarantine)
                .thenComparing(PlanStep.AddMessage::internalDate, Comparator.reverseOrder())
                .thenComparing(PlanStep.AddMessage::target)
                .thenComparingLong(step -> step.from().value())
                .thenComparingLong(PlanStep.AddMessage::uid));
        List<PlanStep.AddMessage> left = new ArrayList<>();
        long messages = 0;
        long octets = 0;
        for (PlanStep.AddMessage step : wanted) {
            if (gain.quota().exceededBy(messages + 1, octets + step.size())) {
                left.add(step);
            } else {
                messages++;
                octets += step.size();
            }
        }
        return left;
    }

    private static OperatorException refusal(List<Gain> over) {
        StringBuilder text = new StringBuilder(
                over.size() == 1
                        ? "a user would be over quota after the merge, and would get no new mail: "
                        : over.size() + " users would be over quota after the merge, and would get no new mail: ");
        text.append(String.join("; ", over.stream().limit(NAMED).map(Gain::text).toList()));
        if (over.size() > NAMED) {
            text.append("; and ").append(over.size() - NAMED).append(" more");
        }
        return new OperatorException(
                Reason.CONFLICT,
                text.toString(),
                "Raise their quota, or preview again with '--over-quota skip' (newest first, as far as they fit) or"
                        + " '--over-quota allow'; '--since' and '--mailbox' choose less.");
    }
}
