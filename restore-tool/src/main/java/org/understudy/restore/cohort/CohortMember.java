package org.understudy.restore.cohort;

import org.jspecify.annotations.Nullable;
import org.understudy.restore.merge.Receipt;
import org.understudy.restore.merge.UndoReport;
import org.understudy.restore.plan.MergePlan;
import org.understudy.restore.plan.PlanTotals;
import org.understudy.restore.report.VerdictCounts;
import org.understudy.restore.shadow.ReplayTotals;

/**
 * One user of a cohort.
 *
 * @param user by the name that the source gives after renaming
 * @param restoreId set aside for this user before the restore begins
 * @param why the state is as it is, or empty
 * @param planHash of the restore's plan, or null before there is one
 * @param staged bins of the source's items, or null before they are counted
 * @param planned null before there is a plan
 * @param merged null before the merge
 * @param undone null unless the merge was taken back
 */
public record CohortMember(
        String user,
        String restoreId,
        MemberState state,
        String why,
        @Nullable String planHash,
        @Nullable ReplayTotals staged,
        @Nullable VerdictCounts verdicts,
        @Nullable Planned planned,
        @Nullable Merged merged,
        @Nullable Undone undone) {
    /**
     * A plan in figures: {@code messages = add + quarantine + left}.
     *
     * @param bytes of added and quarantined messages
     */
    public record Planned(long messages, long add, long quarantine, long left, long bytes, long flags, long mailboxes) {
        static final Planned NONE = new Planned(0, 0, 0, 0, 0, 0, 0);

        public Planned {
            if (messages != add + quarantine + left) {
                throw new IllegalArgumentException("a plan does not add up: " + messages + " messages, " + add
                        + " added, " + quarantine + " in quarantine, " + left + " left");
            }
        }

        static Planned of(MergePlan plan) {
            PlanTotals totals = plan.totals();
            return new Planned(
                    totals.messages(),
                    totals.add(),
                    totals.quarantine(),
                    totals.skipped().values().stream()
                            .mapToLong(Long::longValue)
                            .sum(),
                    totals.addBytes(),
                    totals.changeFlags(),
                    totals.createMailboxes());
        }

        boolean changesNothing() {
            return add + quarantine + flags + mailboxes == 0;
        }

        Planned plus(Planned more) {
            return new Planned(
                    messages + more.messages,
                    add + more.add,
                    quarantine + more.quarantine,
                    left + more.left,
                    bytes + more.bytes,
                    flags + more.flags,
                    mailboxes + more.mailboxes);
        }
    }

    /**
     * What a merge did: {@code planned = added + appeared}.
     *
     * @param bytes of added messages, as they were read back
     * @param appeared planned messages that live had got by itself
     * @param different messages that were read back other than planned
     */
    public record Merged(long planned, long added, long bytes, long appeared, long flags, long different) {
        static final Merged NONE = new Merged(0, 0, 0, 0, 0, 0);

        public Merged {
            if (planned != added + appeared) {
                throw new IllegalArgumentException("a merge does not add up: " + planned + " planned, " + added
                        + " added, " + appeared + " appeared");
            }
        }

        static Merged of(Receipt receipt) {
            return new Merged(
                    receipt.planned(),
                    receipt.added(),
                    receipt.addedBytes(),
                    receipt.appeared(),
                    receipt.flagsChanged(),
                    receipt.proof().different().size());
        }

        Merged plus(Merged more) {
            return new Merged(
                    planned + more.planned,
                    added + more.added,
                    bytes + more.bytes,
                    appeared + more.appeared,
                    flags + more.flags,
                    different + more.different);
        }
    }

    /**
     * What an undo came to: {@code added = expunged + left + gone}.
     *
     * @param left messages that were touched since and stay
     */
    public record Undone(long added, long expunged, long left, long gone) {
        static final Undone NONE = new Undone(0, 0, 0, 0);

        static Undone of(UndoReport report) {
            return new Undone(
                    report.added(), report.expunged(), report.touched().size(), report.gone());
        }

        Undone plus(Undone more) {
            return new Undone(added + more.added, expunged + more.expunged, left + more.left, gone + more.gone);
        }
    }

    static CohortMember waiting(String user, String restoreId) {
        return new CohortMember(user, restoreId, MemberState.WAITING, "", null, null, null, null, null, null);
    }

    CohortMember to(MemberState next, String reason) {
        return new CohortMember(user, restoreId, next, reason, planHash, staged, verdicts, planned, merged, undone);
    }

    CohortMember staged(ReplayTotals totals, VerdictCounts counts) {
        return new CohortMember(user, restoreId, state, why, planHash, totals, counts, planned, merged, undone);
    }

    CohortMember planned(@Nullable String hash, Planned plan) {
        return new CohortMember(user, restoreId, state, why, hash, staged, verdicts, plan, null, null);
    }

    CohortMember merged(Merged done) {
        String reason =
                done.different() == 0 ? "" : done.different() + " merged messages differ from the plan; undo it";
        return new CohortMember(
                user, restoreId, MemberState.MERGED, reason, planHash, staged, verdicts, planned, done, null);
    }

    CohortMember undone(Undone done) {
        return new CohortMember(
                user, restoreId, MemberState.UNDONE, "", planHash, staged, verdicts, planned, merged, done);
    }
}
