package org.understudy.restore.cohort;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.understudy.restore.job.OnDisk;
import org.understudy.restore.job.RestoreJob;
import org.understudy.restore.job.RestoreJobs;
import org.understudy.restore.json.RestoreJson;
import org.understudy.restore.merge.Receipt;
import org.understudy.restore.merge.UndoReport;
import org.understudy.restore.operation.Workplace;
import org.understudy.restore.plan.MergePlan;
import org.understudy.restore.plan.SkipReason;
import org.understudy.restore.report.VerdictCounts;
import org.understudy.restore.shadow.ReplayTotals;
import org.understudy.restore.workflow.PlanFile;

/** What the files of a user's restore say of it: the truth that cohort.json follows. */
final class MemberFiles {
    private MemberFiles() {}

    /** Brings a member up to date with its restore, which may have gone on without the cohort. */
    static CohortMember refreshed(CohortMember member, Workplace workplace) {
        Optional<RestoreJob> found = RestoreJobs.find(workplace.restores(), member.restoreId());
        if (found.isEmpty()) {
            return member;
        }
        RestoreJob job = found.get();
        Path folder = workplace.restores().resolve(job.id());
        return switch (job.state()) {
            case STAGING, STAGED, VALIDATED, PLANNED, APPROVED, MERGING -> member;
            case MERGED -> member.state() == MemberState.MERGED ? member : member.merged(merged(folder));
            case UNDOING -> member.state() == MemberState.MERGED ? member : member.merged(merged(folder));
            case UNDONE -> member.state() == MemberState.UNDONE ? member : member.undone(undone(folder, job));
        };
    }

    /** A member whose restore has a plan: its figures, and whether it is ready, held, or has nothing to do. */
    static CohortMember planned(CohortMember member, RestoreJob job, Hold hold, Workplace workplace) {
        Path folder = workplace.restores().resolve(job.id());
        JsonNode report = RestoreJson.read(text(folder.resolve("report.json")), JsonNode.class);
        ReplayTotals replay = RestoreJson.read(RestoreJson.write(report.path("replay")), ReplayTotals.class);
        VerdictCounts verdicts = RestoreJson.read(RestoreJson.write(report.path("totals")), VerdictCounts.class);
        MergePlan plan = PlanFile.read(folder, job);
        CohortMember.Planned figures = CohortMember.Planned.of(plan);
        CohortMember known = member.staged(replay, verdicts).planned(job.planHash(), figures);
        String held = reasonToHold(plan, verdicts, hold);
        if (!held.isEmpty()) {
            return known.to(MemberState.HELD, held);
        }
        return figures.changesNothing() ? known.to(MemberState.NOTHING, "") : known.to(MemberState.READY, "");
    }

    private static String reasonToHold(MergePlan plan, VerdictCounts verdicts, Hold hold) {
        long strange = plan.totals().skipped().getOrDefault(SkipReason.NO_SUCH_USER, 0L);
        if (strange > 0) {
            return "live has no such user; " + counted(strange, "message") + " left";
        }
        long damaged = plan.totals().skipped().getOrDefault(SkipReason.DAMAGED, 0L);
        long suspect = plan.totals().quarantine() + plan.totals().skipped().getOrDefault(SkipReason.SUSPECT, 0L);
        StringBuilder why = new StringBuilder();
        if (hold != Hold.NEVER) {
            add(why, damaged, "damaged message");
            add(why, verdicts.unreadable(), "unreadable item");
            add(why, plan.totals().skipped().getOrDefault(SkipReason.CONTAMINATION, 0L), "possibly foreign message");
        }
        if (hold == Hold.DOUBT) {
            add(why, suspect, "suspect message");
        }
        return why.toString();
    }

    private static void add(StringBuilder why, long count, String noun) {
        if (count > 0) {
            why.append(why.isEmpty() ? "" : ", ").append(counted(count, noun));
        }
    }

    private static String counted(long count, String noun) {
        return count + " " + noun + (count == 1 ? "" : "s");
    }

    static CohortMember.Merged merged(Path folder) {
        return CohortMember.Merged.of(RestoreJson.read(text(folder.resolve("receipt.json")), Receipt.class));
    }

    private static CohortMember.Undone undone(Path folder, RestoreJob job) {
        Path file = folder.resolve("undo-" + (job.attempt() - 1) + ".json");
        return CohortMember.Undone.of(RestoreJson.read(text(file), UndoReport.class));
    }

    private static String text(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw OnDisk.failure("cannot read " + file, e);
        }
    }
}
