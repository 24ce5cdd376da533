package org.understudy.restore.migrate;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * A migration, as {@code migration.json} holds it.
 *
 * @param members by wave and user
 * @param measuredAt when the old side was last asked about any user, or null
 */
public record Migration(
        String name,
        Instant createdAt,
        Instant changedAt,
        OldCluster cluster,
        List<PhasePlan> phases,
        List<Member> members,
        @Nullable Instant measuredAt) {
    public Migration {
        phases = List.copyOf(phases);
        members = List.copyOf(members);
    }

    static Migration begin(String name, OldCluster cluster, Instant now) {
        return new Migration(
                name,
                now,
                now,
                cluster,
                Arrays.stream(Phase.values()).map(PhasePlan::of).toList(),
                List.of(),
                null);
    }

    Optional<Member> member(String user) {
        return members.stream().filter(one -> one.user().equals(user)).findFirst();
    }

    Migration with(List<Member> changed, @Nullable Instant measured, Instant now) {
        return new Migration(name, createdAt, now, cluster, phases, changed, measured).measured(now);
    }

    Migration with(Member changed, Instant now) {
        List<Member> all = new ArrayList<>(members);
        all.replaceAll(one -> one.user().equals(changed.user()) ? changed : one);
        return with(all, now, now);
    }

    Migration eachPhase(UnaryOperator<PhasePlan> change, Instant now) {
        return new Migration(
                name, createdAt, now, cluster, phases.stream().map(change).toList(), members, measuredAt);
    }

    /** With the dates that users' states lead to. Users who were aborted are no longer of the migration. */
    private Migration measured(Instant now) {
        List<Member> counted = members.stream()
                .filter(one -> one.state() != MemberState.ABORTED)
                .toList();
        return eachPhase(
                plan -> {
                    if (plan.phase().declared()) {
                        return plan;
                    }
                    long there = counted.stream()
                            .filter(one -> one.state().reached(plan.phase()))
                            .count();
                    return plan.reached(there > 0, there > 0 && there == counted.size(), now);
                },
                now);
    }
}
