package org.understudy.restore.cli;

import java.io.PrintStream;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.understudy.restore.plan.LiveView;
import org.understudy.restore.plan.MergePlan;
import org.understudy.restore.plan.PlanBreakdown;
import org.understudy.restore.plan.PlanStep;
import org.understudy.restore.plan.PlanTotals;
import org.understudy.restore.plan.SkipReason;

/** A plan as text for a terminal. */
final class PlanText {
    private static final int MAILBOXES = 30;

    private final PrintStream out;

    PlanText(PrintStream out) {
        this.out = out;
    }

    /** The figures: what becomes of each message, by reason, by user and by mailbox. */
    void figures(MergePlan plan) {
        PlanTotals totals = plan.totals();
        Table table = new Table("messages", "")
                .row(totals.add(), "to be added")
                .row(totals.quarantine(), "to be held in quarantine");
        for (SkipReason reason : SkipReason.values()) {
            long count = totals.skipped().getOrDefault(reason, 0L);
            if (count > 0) {
                table.row(count, "left in the shadow: " + reason.text());
            }
        }
        table.sums().row(totals.messages(), "in the shadow");
        table.print(out, "  ");
        out.print("  mailboxes to be made: " + Figures.number(totals.createMailboxes())
                + "; messages of live whose flags would change: " + Figures.number(totals.changeFlags()) + "\n");
        gains(totals);
        mailboxes(PlanBreakdown.of(plan).rows());
    }

    private void gains(PlanTotals totals) {
        if (totals.users().isEmpty()) {
            return;
        }
        Table table = new Table("user", "gains messages", "MB", "then has", "MB", "of at most");
        long messages = 0;
        for (PlanTotals.UserGain gain : totals.users()) {
            LiveView.Quota quota = gain.quota();
            table.row(
                    gain.user(),
                    gain.messages(),
                    new Table.Megabytes(gain.bytes()),
                    quota == null ? "" : (Object) (quota.messages() + gain.messages()),
                    quota == null ? "" : new Table.Megabytes(quota.octets() + gain.bytes()),
                    limit(quota) + (gain.overQuota() ? "  OVER QUOTA" : ""));
            messages += gain.messages();
        }
        if (totals.users().size() > 1) {
            table.sums().row("all", messages, new Table.Megabytes(totals.addBytes()), "", "", "");
        }
        table.print(out, "  ");
        long over =
                totals.users().stream().filter(PlanTotals.UserGain::overQuota).count();
        if (over > 0) {
            out.print("  OVER QUOTA after the merge: " + Figures.count(over, "user")
                    + ", who would get no new mail until there is room\n");
        }
    }

    private static String limit(LiveView.@Nullable Quota quota) {
        if (quota == null || (quota.mostMessages() < 0 && quota.mostOctets() < 0)) {
            return "";
        }
        String messages = quota.mostMessages() < 0 ? "" : Figures.count(quota.mostMessages(), "message");
        String octets = quota.mostOctets() < 0 ? "" : Figures.size(quota.mostOctets());
        return messages + (messages.isEmpty() || octets.isEmpty() ? "" : ", ") + octets;
    }

    private void mailboxes(List<PlanBreakdown.Row> rows) {
        if (rows.isEmpty()) {
            return;
        }
        Table table = new Table("user", "mailbox", "add", "hold", "flags", "left", "MB", "");
        for (PlanBreakdown.Row row : rows.subList(0, Math.min(MAILBOXES, rows.size()))) {
            table.row(
                    row.user(),
                    row.mailbox(),
                    row.add(),
                    row.hold(),
                    row.flags(),
                    row.left(),
                    new Table.Megabytes(row.bytes()),
                    row.create() ? "to be made" : "");
        }
        if (rows.size() > 1) {
            table.sums()
                    .row(
                            "all",
                            "",
                            rows.stream().mapToLong(PlanBreakdown.Row::add).sum(),
                            rows.stream().mapToLong(PlanBreakdown.Row::hold).sum(),
                            rows.stream().mapToLong(PlanBreakdown.Row::flags).sum(),
                            rows.stream().mapToLong(PlanBreakdown.Row::left).sum(),
                            new Table.Megabytes(rows.stream()
                                    .mapToLong(PlanBreakdown.Row::bytes)
                                    .sum()),
                            "");
        }
        table.print(out, "  ");
        if (rows.size() > MAILBOXES) {
            out.print("  and " + Figures.number(rows.size() - MAILBOXES)
                    + " more mailboxes, counted in the sum; --html writes all\n");
        }
    }

    /**
     * Steps as lines.
     *
     * @param users only those that concern one of them; empty for all
     * @param from the first to print, from 1
     * @param lines how many at most
     */
    void steps(MergePlan plan, Set<String> users, long from, long lines) {
        List<PlanStep> wanted = of(plan, users);
        long first = Math.min(Math.max(1, from), wanted.size() + 1L);
        long end = Math.min(wanted.size(), first - 1 + Math.min(lines, wanted.size()));
        wanted.subList((int) first - 1, (int) end)
                .forEach(step -> out.print("  " + Printable.line(step.text()) + "\n"));
        out.print("  steps  "
                + (end < first
                        ? "none"
                        : Figures.number(first) + " to " + Figures.number(end) + " of " + Figures.number(wanted.size()))
                + (users.isEmpty() ? "" : " for " + Printable.line(String.join(", ", users)))
                + (end < wanted.size() ? "; --from " + (end + 1) + " goes on" : "") + "\n");
    }

    /** The steps that concern one of the users, in live or in the source. */
    static List<PlanStep> of(MergePlan plan, Set<String> users) {
        return users.isEmpty()
                ? plan.steps()
                : plan.steps().stream()
                        .filter(step -> users.contains(PlanBreakdown.place(step).user()))
                        .toList();
    }
}
