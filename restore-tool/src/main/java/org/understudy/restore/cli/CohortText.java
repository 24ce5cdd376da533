package org.understudy.restore.cli;

import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.understudy.restore.cohort.CohortMember;
import org.understudy.restore.cohort.CohortReport;
import org.understudy.restore.cohort.CohortSummary;
import org.understudy.restore.cohort.MemberState;
import org.understudy.restore.job.Approval;
import org.understudy.storage.Reason;

/** A cohort as text for a terminal. */
final class CohortText {
    private static final int SHOWN = 20;

    private final PrintStream out;

    CohortText(PrintStream out) {
        this.out = out;
    }

    /** 0, or {@link Reason#UNSOUND}'s code if a user failed, is held, or was merged other than planned. */
    static int exitCode(CohortReport report) {
        return report.summary().failures() == 0 ? 0 : Reason.UNSOUND.exitCode();
    }

    /** @param all print every user, not only the first */
    void print(CohortReport report, boolean all) {
        CohortSummary sum = report.summary();
        out.print("Cohort " + report.id() + " of " + Figures.count(sum.users(), "user") + ": " + stage(sum) + ".\n");
        out.print("  source    " + Printable.line(report.source()) + "\n");
        out.print("  users     " + users(sum) + "\n");
        out.print("  items     " + Figures.number(sum.staged().items()) + " = "
                + Figures.number(sum.staged().replayed()) + " replayed + "
                + Figures.number(sum.staged().duplicate()) + " duplicate + "
                + Figures.number(sum.staged().unreadable()) + " unreadable + "
                + Figures.number(sum.staged().ignored()) + " ignored ("
                + Figures.size(sum.staged().bytes())
                + ")\n");
        out.print("  verdicts  " + Figures.number(sum.verdicts().graded()) + " = "
                + Figures.number(sum.verdicts().proven()) + " proven + "
                + Figures.number(sum.verdicts().consistent()) + " consistent + "
                + Figures.number(sum.verdicts().suspect()) + " suspect + "
                + Figures.number(sum.verdicts().damaged()) + " damaged\n");
        CohortMember.Planned planned = sum.planned();
        out.print("  plans     " + Figures.count(planned.messages(), "message") + " = "
                + Figures.number(planned.add()) + " to be added + " + Figures.number(planned.quarantine())
                + " to be held in quarantine + " + Figures.number(planned.left()) + " left ("
                + Figures.size(planned.bytes()) + " to be added)\n");
        list(report);
        CohortMember.Merged merged = sum.mergedFigures();
        if (sum.merged() + sum.undone() > 0) {
            out.print("  merged    " + Figures.count(merged.planned(), "message") + " = "
                    + Figures.number(merged.added()) + " added (" + Figures.size(merged.bytes()) + ") + "
                    + Figures.number(merged.appeared()) + " that live had got meanwhile\n");
        }
        if (merged.different() > 0) {
            out.print(
                    "  NOT SOUND " + Figures.count(merged.different(), "message") + " read back other than planned\n");
        }
        CohortMember.Undone undone = sum.undoneFigures();
        if (sum.undone() > 0) {
            out.print("  undone    " + Figures.count(undone.added(), "message") + " = "
                    + Figures.number(undone.expunged()) + " expunged + " + Figures.number(undone.left())
                    + " left, touched since + " + Figures.number(undone.gone()) + " gone already\n");
        }
        for (Approval one : report.approvals()) {
            out.print("  approved  by " + ApproveVerb.text(one) + "\n");
        }
        members(report, all);
        if (!report.hash().isEmpty()) {
            out.print("  hash      " + report.hash() + "\n");
        }
        if (report.millis() > 0) {
            out.print("  took      " + Figures.duration(report.millis()) + "\n");
        }
        next(report);
    }

    /** What approving and merging the list is about: the users that are ready. */
    private void list(CohortReport report) {
        List<CohortMember.Planned> ready = report.members().stream()
                .filter(one -> one.state() == MemberState.READY)
                .flatMap(one -> Stream.ofNullable(one.planned()))
                .toList();
        if (!ready.isEmpty()) {
            long messages = ready.stream()
                    .mapToLong(one -> one.add() + one.quarantine())
                    .sum();
            out.print("  list      " + Figures.count(ready.size(), "user") + ", " + Figures.count(messages, "message")
                    + " to be merged ("
                    + Figures.size(ready.stream()
                            .mapToLong(CohortMember.Planned::bytes)
                            .sum()) + ")\n");
        }
    }

    private static String stage(CohortSummary sum) {
        if (sum.waiting() > 0) {
            return "preparing is under way or was cut short, live mail is untouched";
        }
        if (sum.merged() + sum.undone() == 0) {
            return "each has a restore and a plan of its own, live mail is untouched";
        }
        return sum.ready() > 0 ? "merging is under way or was cut short" : "the approved plans are carried out";
    }

    private static String users(CohortSummary sum) {
        List<String> parts = new ArrayList<>();
        part(parts, sum.merged(), "merged");
        part(parts, sum.undone(), "undone");
        part(parts, sum.ready(), "ready");
        part(parts, sum.nothing(), "with nothing to do");
        part(parts, sum.held(), "held for review");
        part(parts, sum.failed(), "failed");
        part(parts, sum.waiting(), "to be prepared");
        return Figures.number(sum.users()) + " = " + String.join(" + ", parts);
    }

    private static void part(List<String> parts, long count, String word) {
        if (count > 0) {
            parts.add(Figures.number(count) + " " + word);
        }
    }

    private void members(CohortReport report, boolean all) {
        List<CohortMember> shown = all
                ? report.members()
                : report.members().stream()
                        .filter(one -> !one.why().isEmpty() || one.state() == MemberState.FAILED)
                        .limit(SHOWN)
                        .toList();
        if (shown.isEmpty()) {
            out.print("  --list prints each user\n");
            return;
        }
        Table table = new Table("user", "restore", "is", "messages", "to add", "added", "MB", "why");
        for (CohortMember one : shown) {
            CohortMember.Planned planned = one.planned();
            CohortMember.Merged merged = one.merged();
            table.row(
                    one.user(),
                    one.staged() == null ? "" : one.restoreId(),
                    one.state().text(),
                    planned == null ? 0L : planned.messages(),
                    planned == null ? 0L : planned.add() + planned.quarantine(),
                    merged == null ? 0L : merged.added(),
                    new Table.Megabytes(merged != null ? merged.bytes() : planned == null ? 0 : planned.bytes()),
                    one.why());
        }
        if (all) {
            CohortSummary sum = report.summary();
            table.sums()
                    .row(
                            "all",
                            "",
                            "",
                            sum.planned().messages(),
                            sum.planned().add() + sum.planned().quarantine(),
                            sum.mergedFigures().added(),
                            new Table.Megabytes(report.members().stream()
                                    .mapToLong(CohortText::bytes)
                                    .sum()),
                            "");
        }
        table.print(out, "  ");
        long more = report.summary().failures() - shown.size();
        if (!all) {
            out.print(
                    more > 0
                            ? "  and " + Figures.number(more) + " more; --list prints each user\n"
                            : "  --list prints each user\n");
        }
    }

    private static long bytes(CohortMember one) {
        CohortMember.Merged merged = one.merged();
        CohortMember.Planned planned = one.planned();
        return merged != null ? merged.bytes() : planned == null ? 0 : planned.bytes();
    }

    private void next(CohortReport report) {
        CohortSummary sum = report.summary();
        String id = report.id();
        if (sum.held() > 0) {
            out.print("HINT: users who are held are no part of the list. Look at each ('understudy restore report"
                    + " RESTORE'), then approve and merge that restore alone.\n");
        }
        if (sum.waiting() > 0) {
            out.print("Next: understudy restore cohort --id " + id + "\n");
        } else if (sum.ready() > 0 && report.missing() > 0) {
            if (!report.approvals().isEmpty()) {
                out.print("One more person must approve.\n");
            } else if (report.approvalsNeeded() > 1) {
                out.print("Two persons must approve.\n");
            }
            out.print("Next: understudy restore cohort approve " + id + " --hash "
                    + NextStep.shortened(report.hash())
                    + (report.approvals().isEmpty() ? "" : " --by SOMEBODY-ELSE") + "\n");
        } else if (sum.ready() > 0) {
            out.print("Next: understudy restore cohort merge " + id + "\n");
        } else if (sum.failed() > 0) {
            out.print("To try again what failed: understudy restore cohort --id " + id + "\n");
        }
        if (sum.merged() > 0) {
            out.print("To take it back: understudy restore cohort undo " + id + "\n");
        }
    }
}
