package org.understudy.restore.cohort;

import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.understudy.restore.report.VerdictCounts;
import org.understudy.restore.shadow.ReplayTotals;

/**
 * A cohort in figures: {@code users} is the sum of the states, and each of the other figures that of its users'.
 *
 * @param failures how many users have a word to their state: failed, held, or merged other than planned
 */
public record CohortSummary(
        long users,
        long merged,
        long nothing,
        long held,
        long failed,
        long ready,
        long waiting,
        long undone,
        long failures,
        ReplayTotals staged,
        VerdictCounts verdicts,
        CohortMember.Planned planned,
        CohortMember.Merged mergedFigures,
        CohortMember.Undone undoneFigures) {
    public CohortSummary {
        if (users != merged + nothing + held + failed + ready + waiting + undone) {
            throw new IllegalArgumentException("a cohort does not add up: " + users + " users, " + merged + " merged, "
                    + nothing + " with nothing to do, " + held + " held, " + failed + " failed, " + ready + " ready, "
                    + waiting + " waiting, " + undone + " undone");
        }
    }

    static CohortSummary of(List<CohortMember> members) {
        Map<MemberState, Long> states = new EnumMap<>(MemberState.class);
        long failures = 0;
        ReplayTotals staged = ReplayTotals.NONE;
        VerdictCounts verdicts = VerdictCounts.NONE;
        CohortMember.Planned planned = CohortMember.Planned.NONE;
        CohortMember.Merged merged = CohortMember.Merged.NONE;
        CohortMember.Undone undone = CohortMember.Undone.NONE;
        for (CohortMember one : members) {
            states.merge(one.state(), 1L, Long::sum);
            boolean unsound = one.merged() != null && one.merged().different() > 0;
            failures += one.state() == MemberState.FAILED || one.state() == MemberState.HELD || unsound ? 1 : 0;
            staged = one.staged() == null ? staged : staged.plus(one.staged());
            verdicts = one.verdicts() == null ? verdicts : verdicts.plus(one.verdicts());
            planned = one.planned() == null ? planned : planned.plus(one.planned());
            merged = one.merged() == null ? merged : merged.plus(one.merged());
            undone = one.undone() == null ? undone : undone.plus(one.undone());
        }
        return new CohortSummary(
                members.size(),
                states.getOrDefault(MemberState.MERGED, 0L),
                states.getOrDefault(MemberState.NOTHING, 0L),
                states.getOrDefault(MemberState.HELD, 0L),
                states.getOrDefault(MemberState.FAILED, 0L),
                states.getOrDefault(MemberState.READY, 0L),
                states.getOrDefault(MemberState.WAITING, 0L),
                states.getOrDefault(MemberState.UNDONE, 0L),
                failures,
                staged,
                verdicts,
                planned,
                merged,
                undone);
    }
}
