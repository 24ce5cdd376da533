package org.understudy.restore.migrate;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * How a migration stands: counts of what was measured, and each user. For the public, {@link #open()} leaves out all names.
 *
 * @param at when this was put together
 * @param measuredAt when the old side was last asked about any user, or null
 * @param users without those that were aborted
 * @param equal users whose last comparison of both sides found no difference
 * @param members empty in what the public sees, and so is {@code domains}
 */
public record Board(
        String name,
        String old,
        Instant at,
        @Nullable Instant measuredAt,
        long users,
        long messages,
        long octets,
        long equal,
        List<Row> phases,
        List<Wave> waves,
        SortedMap<String, Long> domains,
        List<Member> members,
        String folder) {
    /**
     * A phase.
     *
     * @param reached users who are there; for phases that operators declare, all or none
     */
    public record Row(Phase phase, long reached, long users, PhasePlan plan) {
        /** Whole percent, rounded down, so that 100 means all. */
        public int percent() {
            return users == 0 ? 0 : (int) (100 * reached / users);
        }

        /** {@code done}, {@code under way}, {@code delayed} or {@code to come}. */
        public String state(Instant now) {
            if (plan.done() != null) {
                return "done";
            }
            Instant due = plan.due();
            if (!plan.delays().isEmpty() || (due != null && due.isBefore(now))) {
                return "delayed";
            }
            return plan.began() != null || reached > 0 ? "under way" : "to come";
        }
    }

    public record Wave(int number, long users, long mail, long equal, long cutOver, long held) {}

    static Board of(Migration migration, Instant now, String folder) {
        List<Member> counted = migration.members().stream()
                .filter(one -> one.state() != MemberState.ABORTED)
                .toList();
        List<Row> rows = new ArrayList<>();
        for (PhasePlan plan : migration.phases()) {
            long reached = plan.phase().declared()
                    ? (plan.done() == null ? 0 : counted.size())
                    : counted.stream()
                            .filter(one -> one.state().reached(plan.phase()))
                            .count();
            rows.add(new Row(plan.phase(), reached, counted.size(), plan));
        }
        SortedMap<Integer, List<Member>> waves = new TreeMap<>();
        SortedMap<String, Long> domains = new TreeMap<>();
        long messages = 0;
        long octets = 0;
        for (Member one : counted) {
            waves.computeIfAbsent(one.wave(), key -> new ArrayList<>()).add(one);
            if (!one.domain().isEmpty()) {
                domains.merge(one.domain(), 1L, Long::sum);
            }
            Round round = one.round();
            if (round != null) {
                messages += round.messages();
                octets += round.octets();
            }
        }
        List<Wave> waveRows = new ArrayList<>();
        waves.forEach((number, users) -> waveRows.add(new Wave(
                number,
                users.size(),
                users.stream().filter(one -> one.state().reached(Phase.MAIL)).count(),
                users.stream().filter(Board::isEqual).count(),
                users.stream()
                        .filter(one -> one.state() == MemberState.CUT_OVER)
                        .count(),
                users.stream().filter(one -> !one.why().isEmpty()).count())));
        return new Board(
                migration.name(),
                migration.cluster().text(),
                now,
                migration.measuredAt(),
                counted.size(),
                messages,
                octets,
                counted.stream().filter(Board::isEqual).count(),
                rows,
                waveRows,
                domains,
                migration.members(),
                folder);
    }

    private static boolean isEqual(Member member) {
        EqualityProof.Summary proof = member.proof();
        return proof != null && proof.equal();
    }

    /** What everybody may see: counts, dates, and the public words of delays; no name of a user, host or domain. */
    public Board open() {
        List<Row> rows = phases.stream()
                .map(row -> new Row(
                        row.phase(),
                        row.reached(),
                        row.users(),
                        new PhasePlan(
                                row.phase(),
                                row.plan().planned(),
                                row.plan().due(),
                                row.plan().began(),
                                row.plan().done(),
                                row.plan().delays().stream()
                                        .map(one -> new PhasePlan.Delay(
                                                one.at(), one.from(), one.until(), "", one.publicly()))
                                        .toList())))
                .toList();
        return new Board(
                "",
                "",
                at,
                measuredAt,
                users,
                messages,
                octets,
                equal,
                rows,
                List.of(),
                new TreeMap<>(),
                List.of(),
                "");
    }
}
